using RadZ.Model.Config;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B batch, S positions, D width

/// <summary>
/// Means over positions as weights. Row 0, global: 1/K at the K modality tokens; 1 at the last real position; or 1/n at all n real ones.
/// Row 1, local: 1/m at the m real positions that are no modality tokens. Zero at padding, always.
/// </summary>
static class FeaturePooling
{
    /// <summary>[B, 2, S] in float32.</summary>
    public static Tensor Weights(TokenBatch batch, Pooling pooling, Device device) =>
        tensor(Rows(batch, pooling), [batch.Rows, 2, batch.Length], device: device);

    /// <summary>Where the global feature of a row is read.</summary>
    public static int[] GlobalPositions(TokenBatch batch, int row, Pooling pooling)
    {
        if (pooling == Pooling.Tokens) return batch.GlobalPositions(row);
        var mask = batch.Mask.AsSpan(row * batch.Length, batch.Length);
        if (pooling == Pooling.Last) return [mask.LastIndexOf(true)];
        var (first, count) = (mask.IndexOf(true), mask.Count(true));
        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>The same, row after row.</summary>
    public static float[] Rows(TokenBatch batch, Pooling pooling)
    {
        var weights = new float[batch.Rows * 2 * batch.Length];
        for (var row = 0; row < batch.Rows; row++)
        {
            var (global, local) = (GlobalPositions(batch, row, pooling), batch.LocalPositions(row));
            foreach (var i in global) weights[row * 2 * batch.Length + i] = 1f / global.Length;
            foreach (var i in local) weights[(row * 2 + 1) * batch.Length + i] = 1f / local.Length;
        }
        return weights;
    }
}
