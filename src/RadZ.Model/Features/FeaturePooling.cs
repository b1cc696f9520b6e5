using RadZ.Tokens;

namespace RadZ.Model;

// B batch, S positions, D width

/// <summary>
/// Means over positions by role, as weights: 1/K at the K modality tokens (row 0, global), 1/n at the n other real positions (row 1,
/// local), zero at padding.
/// </summary>
static class FeaturePooling
{
    /// <summary>[B, 2, S] in float32.</summary>
    public static Tensor Weights(TokenBatch batch, Device device) => tensor(Rows(batch), [batch.Rows, 2, batch.Length], device: device);

    static float[] Rows(TokenBatch batch)
    {
        var weights = new float[batch.Rows * 2 * batch.Length];
        for (var row = 0; row < batch.Rows; row++)
        {
            var roles = batch.Roles.AsSpan(row * batch.Length, batch.Length);
            var special = roles.Count(TokenRole.Special);
            var local = roles.Count(TokenRole.Text) + roles.Count(TokenRole.Image);
            for (var i = 0; i < roles.Length; i++)
            {
                if (roles[i] == TokenRole.Padding) continue;
                if (roles[i] == TokenRole.Special) weights[row * 2 * batch.Length + i] = 1f / special;
                else weights[(row * 2 + 1) * batch.Length + i] = 1f / local;
            }
        }
        return weights;
    }
}
