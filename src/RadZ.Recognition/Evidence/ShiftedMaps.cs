using RadZ.Imaging;

namespace RadZ.Recognition;

// N shifted pictures, V patches, C diseases, S side in pixels

/// <summary>
/// Maps finer than the model's patches: the picture is moved by parts of a patch, so that the patches' middles fall on a finer grid, and each
/// cell takes what the patch round it says. What comes in at the edge repeats the edge.
/// </summary>
static class ShiftedMaps
{
    /// <summary>Cells across that are enough: a model of so many patches is not asked again.</summary>
    const int Enough = 32;

    /// <summary>Of some diseases, in their order.</summary>
    /// <param name="say">[N, 3, S, S] to [N, V, C].</param>
    /// <param name="pixels_13SS">The prepared picture.</param>
    /// <param name="patch">Side of a patch in pixels.</param>
    /// <param name="diseases">Places among C.</param>
    /// <param name="cancel">Asked between passes.</param>
    public static List<HeatMap> Of(Func<Tensor, Tensor> say, Tensor pixels_13SS, int patch, IReadOnlyList<int> diseases, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var side = (int)pixels_13SS.shape[3];
        var (grid, steps) = (side / patch, StepsOf(side, patch));
        var padded_13SS = nn.functional.pad(pixels_13SS, [patch, patch, patch, patch], PaddingModes.Replicate);
        var cells = grid * steps;
        var maps = diseases.Select(_ => new float[cells * cells]).ToArray();
        for (var down = 0; down < steps; down++)
        {
            cancel.ThrowIfCancellationRequested();
            using var ___ = NewDisposeScope();
            var row_N3SS = cat([.. Enumerable.Range(0, steps).Select(across => padded_13SS.narrow(2, patch + Offset(down), side).narrow(3, patch + Offset(across), side))]);
            var said_NVC = say(row_N3SS);
            foreach (var (i, disease) in diseases.Index())
            {
                var values = said_NVC.select(2, disease).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
                for (var across = 0; across < steps; across++)
                    for (var v = 0; v < grid * grid; v++)
                        maps[i][(v / grid * steps + down) * cells + v % grid * steps + across] = values[across * grid * grid + v];
            }
        }
        return [.. maps.Select(m => new HeatMap(cells, cells, m))];

        int Offset(int step) => (patch * (2 * step + 1) / steps - patch) / 2;          // from the patch's middle to that of its cell
    }

    /// <summary>Cells a patch each way: as many as reach <see cref="Enough"/>, whose middles lie on whole pixels from the patch's middle.</summary>
    public static int StepsOf(int side, int patch) =>
        Enumerable.Range(1, Math.Max(1, Enough / (side / patch))).Last(n => n == 1 || (patch % n == 0 && (patch - patch / n) % 2 == 0));
}
