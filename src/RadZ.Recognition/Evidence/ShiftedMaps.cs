using RadZ.Imaging;

namespace RadZ.Recognition.Evidence;

// N shifted pictures, V patches, C diseases, S side in pixels

/// <summary>
/// Maps finer than the model's patches: the picture is moved by parts of a patch, so that the patches' middles fall on a finer grid, and
/// each place takes the mean of what all patches that cover it say. A patch says how much of it is covered, not where: every patch with a
/// whole nodule in it says the same, and their mean is highest in the nodule. What comes in at the edge repeats the edge; beyond it nothing
/// is said.
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
    public static List<HeatMap> Compute(Func<Tensor, Tensor> say, Tensor pixels_13SS, int patch, IReadOnlyList<int> diseases,
        CancellationToken cancel)
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
            var row_N3SS = cat([.. Enumerable.Range(0, steps)
                .Select(across => padded_13SS.narrow(2, patch + Offset(down), side).narrow(3, patch + Offset(across), side))]);
            var said_NVC = say(row_N3SS);
            foreach (var (i, disease) in diseases.Index())
            {
                var values = said_NVC.select(2, disease).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
                for (var across = 0; across < steps; across++)
                    for (var v = 0; v < grid * grid; v++)
                        maps[i][(v / grid * steps + down) * cells + v % grid * steps + across] = values[across * grid * grid + v];
            }
        }
        return [.. maps.Select(m => new HeatMap(cells, cells, Covering(m, cells, steps)))];

        int Offset(int step) => (patch * (2 * step + 1) / steps - patch) / 2;          // from the patch's middle to that of its cell
    }

    /// <summary>
    /// For each cell's middle the mean over the patches that cover it, given what the patch round each cell says; one whose edge goes
    /// through it counts half.
    /// </summary>
    public static float[] Covering(float[] said, int cells, int steps)
    {
        float[] weights = [.. Enumerable.Range(-(steps / 2), steps / 2 * 2 + 1).Select(d => (2 * Math.Abs(d) < steps ? 1f : 0.5f) / steps)];
        return Along(Along(said, 1, cells), cells, 1);

        float[] Along(float[] values, int step, int line)
        {
            var means = new float[values.Length];
            for (var a = 0; a < cells; a++)
                for (var b = 0; b < cells; b++)
                    for (var k = 0; k < weights.Length; k++)
                        if (b + k - weights.Length / 2 is var from && from >= 0 && from < cells)
                            means[a * line + b * step] += weights[k] * values[a * line + from * step];
            return means;
        }
    }

    /// <summary>
    /// Cells a patch each way: as many as reach <see cref="Enough"/>, whose middles lie on whole pixels from the patch's middle.
    /// </summary>
    public static int StepsOf(int side, int patch) =>
        Enumerable.Range(1, Math.Max(1, Enough / (side / patch))).Last(n => n == 1 || (patch % n == 0 && (patch - patch / n) % 2 == 0));
}
