using RadZ.Tokens;

namespace RadZ.Model;

// B batch, S positions, D width

/// <summary>
/// Means over positions by role, as one small product: global weights 1/K at the modality tokens, local weights 1/n at the n
/// other real positions, zero at padding.
/// </summary>
static class FeaturePooling
{
    public static FeaturePair Pool(Tensor hidden_BSD, TokenBatch batch, Device device)
    {
        using var _ = NewDisposeScope();
        var weights_B2S = tensor(Weights(batch), [batch.Rows, 2, batch.Length], device: device);
        var pooled_B2D = weights_B2S.bmm(hidden_BSD.to(ScalarType.Float32));
        return new FeaturePair(pooled_B2D.select(1, 0), pooled_B2D.select(1, 1)).MoveToOuterDisposeScope();
    }

    static float[] Weights(TokenBatch batch)
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
