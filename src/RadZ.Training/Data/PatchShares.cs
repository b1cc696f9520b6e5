using RadZ.Imaging;
using RadZ.Text.Knowledge;

namespace RadZ.Training.Data;

// B batch, V patches, C diseases

/// <summary>How much of each patch the findings of a batch cover.</summary>
/// <param name="Shares">0..1, [B, V, C] row-major, patches in rows from the top left; 0 where nothing is known.</param>
/// <param name="Known">[B, C] row-major: 1 there and its area is known, 0 known to be absent, -1 left out.</param>
/// <param name="Any">Whether anything is known at all.</param>
sealed record PatchShares(float[] Shares, float[] Known, bool Any)
{
    /// <summary>Of a batch; a finding that is there and whose area is unknown, hidden, or outside the varied picture is left out.</summary>
    /// <param name="batch">With areas.</param>
    /// <param name="diseases">C names.</param>
    /// <param name="grid">Patches across and down.</param>
    public static PatchShares Compute(TrainingBatch batch, IReadOnlyList<string> diseases, int grid)
    {
        var (shares, known) = (new float[batch.Size * grid * grid * diseases.Count], batch.Labels(diseases));
        for (var b = 0; b < batch.Size; b++)
            for (var c = 0; c < diseases.Count; c++)
            {
                ref var state = ref known[b * diseases.Count + c];
                var areas = b < batch.Areas.Count ? batch.Areas[b] : null;
                if (areas is null || diseases[c] == Disease.NoFinding) state = -1;
                else if (state > 0 && !Share(areas.FirstOrDefault(a => a.Disease == diseases[c])?.Area, shares, b, c, grid, diseases.Count))
                    state = -1;
            }
        return new(shares, known, known.Any(k => k >= 0));
    }

    /// <summary>Writes one area's shares; false where nothing of it is to be seen.</summary>
    static bool Share(Raster? area, float[] shares, int b, int c, int grid, int diseases)
    {
        if (area is null) return false;
        var sums = new long[grid * grid];
        for (var y = 0; y < area.Height; y++)
            for (var x = 0; x < area.Width; x++)
                sums[y * grid / area.Height * grid + x * grid / area.Width] += area.Levels[y * area.Width + x];
        var pixels = area.Width / grid * (area.Height / grid);
        for (var v = 0; v < sums.Length; v++) shares[(b * sums.Length + v) * diseases + c] = sums[v] / (255f * pixels);
        return sums.Any(s => s > 0);
    }
}
