using RadZ.Imaging;
using RadZ.Model;

namespace RadZ.Recognition;

// W windows, B windows of a batch, C diseases, S side in pixels

/// <summary>The fall of a score when a window is covered, shared out over the window; the mean of all windows that cover a place.</summary>
sealed class Occlusion(RadiologyEncoder encoder, Recognizer recognizer)
{
    /// <summary>Cells across and down.</summary>
    const int Cells = 16;

    /// <summary>Cells that a window covers each way: a quarter of the side.</summary>
    const int Window = 4;

    const int Batch = 32;

    public List<HeatMap> Maps(Tensor pixels_13SS, IReadOnlyList<int> diseases, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var cover_13SS = Covered(pixels_13SS);
        var whole = Scores(pixels_13SS)[0];
        var sums = diseases.Select(_ => new double[Cells * Cells]).ToArray();
        var covers = new int[Cells * Cells];
        var windows = (from top in Enumerable.Range(1 - Window / 2, Cells) from left in Enumerable.Range(1 - Window / 2, Cells) select (Top: top, Left: left)).ToArray();
        foreach (var batch in windows.Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            using var ___ = NewDisposeScope();
            var scores = Scores(cat([.. batch.Select(w => Cover(pixels_13SS, cover_13SS, w.Top, w.Left))]));
            foreach (var (window, row) in batch.Zip(scores))
                foreach (var cell in CellsOf(window.Top, window.Left))
                {
                    covers[cell]++;
                    foreach (var (i, disease) in diseases.Index()) sums[i][cell] += whole[disease] - row[disease];
                }
        }
        return [.. sums.Select(sum => new HeatMap(Cells, Cells, [.. sum.Select((s, cell) => (float)(s / Math.Max(1, covers[cell])))]))];
    }

    double[][] Scores(Tensor pixels_B3SS)
    {
        var contrast_BC = Explainer.Contrast(recognizer.Scores(encoder.Images(pixels_B3SS, globalOnly: true).Global_BD));
        return [.. contrast_BC.contiguous().data<double>().ToArray().Chunk((int)contrast_BC.shape[1])];
    }

    /// <summary>The picture so coarse that nothing of a finding is left: means of windows, drawn smoothly.</summary>
    static Tensor Covered(Tensor pixels_13SS)
    {
        var side = pixels_13SS.shape[3];
        return nn.functional.interpolate(nn.functional.adaptive_avg_pool2d(pixels_13SS, [Window, Window]), [side, side], mode: InterpolationMode.Bilinear, align_corners: false);
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
        from y in Enumerable.Range(top, Window) where y is >= 0 and < Cells from x in Enumerable.Range(left, Window) where x is >= 0 and < Cells select y * Cells + x;
}
