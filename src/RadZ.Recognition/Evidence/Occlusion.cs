using RadZ.Imaging;

namespace RadZ.Recognition.Evidence;

// W windows, B windows of a batch, C diseases, S side in pixels

/// <summary>
/// The fall of a score when a window is covered: the mean over all windows that cover a place. Windows also stand out over the edge, and
/// every place is covered by as many: a mean of fewer would vary more, and its highest place would lie at the edge for no other reason.
/// What a window covers of the picture is what its fall is shared out over.
/// </summary>
static class Occlusion
{
    /// <summary>Cells across and down.</summary>
    const int Cells = 16;

    /// <summary>Cells that a window covers each way: a quarter of the side.</summary>
    const int Window = 4;

    const int Batch = 32;

    /// <summary>Of some diseases, in their order.</summary>
    /// <param name="score">[B, 3, S, S] to [B, C], float64.</param>
    /// <param name="pixels_13SS">The prepared picture.</param>
    /// <param name="diseases">Places among C.</param>
    /// <param name="cancel">Asked between passes.</param>
    public static List<HeatMap> Compute(Func<Tensor, Tensor> score, Tensor pixels_13SS, IReadOnlyList<int> diseases,
        CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var cover_13SS = Covered(pixels_13SS);
        var whole = Rows(score(pixels_13SS))[0];
        var sums = diseases.Select(_ => new double[Cells * Cells]).ToArray();
        var starts = Enumerable.Range(1 - Window, Cells + Window - 1);
        var windows = (from top in starts from left in starts select (Top: top, Left: left)).ToArray();
        foreach (var batch in windows.Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            using var ___ = NewDisposeScope();
            var scores = Rows(score(cat([.. batch.Select(w => Cover(pixels_13SS, cover_13SS, w.Top, w.Left))])));
            foreach (var (window, row) in batch.Zip(scores))
                foreach (var cell in CellsOf(window.Top, window.Left))
                    foreach (var (i, disease) in diseases.Index()) sums[i][cell] += whole[disease] - row[disease];
        }
        return [.. sums.Select(sum => new HeatMap(Cells, Cells, [.. sum.Select(s => (float)(s / (Window * Window)))]))];
    }

    static double[][] Rows(Tensor score_BC) => [.. score_BC.contiguous().data<double>().ToArray().Chunk((int)score_BC.shape[1])];

    /// <summary>The picture so coarse that nothing of a finding is left: means of windows, drawn smoothly.</summary>
    static Tensor Covered(Tensor pixels_13SS)
    {
        var side = pixels_13SS.shape[3];
        return nn.functional.interpolate(nn.functional.adaptive_avg_pool2d(pixels_13SS, [Window, Window]), [side, side],
            mode: InterpolationMode.Bilinear, align_corners: false);
    }

    static Tensor Cover(Tensor pixels_13SS, Tensor cover_13SS, int top, int left)
    {
        var side = (int)pixels_13SS.shape[3];
        var (y0, y1, x0, x1) = (Edge(top), Edge(top + Window), Edge(left), Edge(left + Window));
        var covered = pixels_13SS.clone();
        covered.narrow(2, y0, y1 - y0).narrow(3, x0, x1 - x0).copy_(cover_13SS.narrow(2, y0, y1 - y0).narrow(3, x0, x1 - x0));
        return covered;

        int Edge(int cell) => Math.Clamp(cell, 0, Cells) * side / Cells;
    }

    static IEnumerable<int> CellsOf(int top, int left) =>
        from y in Enumerable.Range(top, Window)
        where y is >= 0 and < Cells
        from x in Enumerable.Range(left, Window)
        where x is >= 0 and < Cells
        select y * Cells + x;
}
