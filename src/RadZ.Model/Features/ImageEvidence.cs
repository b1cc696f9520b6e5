using RadZ.Model.Decoder;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B images, V patches in rows from the top left, N heads, K modality tokens, D width

/// <summary>
/// What the model saw on the way to the features of images, for maps of where a finding lies. Its tensors belong to no dispose scope:
/// whoever asks for it disposes it.
/// </summary>
/// <param name="Global_BD">The global features, as <see cref="RadiologyEncoder.Images"/> gives them; carry gradients.</param>
/// <param name="Attention_BNKS">Attention of the positions that the global feature is read at (the modality tokens) to every position in
/// the last layer run; sums to 1 over S. Its gradient can be asked for.</param>
/// <param name="FirstPatch">The position of the first patch; the V patches lie side by side.</param>
/// <param name="Patches_BVD">The hidden state that features are read from, at the patches, float32.</param>
sealed record ImageEvidence(Tensor Global_BD, Tensor Attention_BNKS, int FirstPatch, Tensor Patches_BVD) : IDisposable
{
    /// <summary>Attention to the patches alone, mean of heads and tokens, [B, V].</summary>
    public Tensor AttentionToPatches(Tensor attention_BNKS) =>
        attention_BNKS.narrow(3, FirstPatch, Patches_BVD.shape[1]).mean([1, 2]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Global_BD.Dispose();
        Attention_BNKS.Dispose();
        Patches_BVD.Dispose();
    }
}

sealed partial class LlavaModel
{
    /// <summary>
    /// Global and local features of images, and the hidden state that features are read from at each patch, [B, V, D] in float32; with
    /// gradients where the weights have them.
    /// </summary>
    public (FeaturePair Features, Tensor States_BVD) FeaturesAndStates(TokenBatch batch, Tensor patches_BVD, ScalarType compute)
    {
        using var _ = NewDisposeScope();
        var states_BSD = _head.Forward(Penultimate(Embed(batch, patches_BVD, compute)));
        var pooled_B2D = FeaturePooling.Weights(batch, Form.Pooling, Device).bmm(states_BSD);
        var states_BVD = states_BSD.narrow(1, FirstPatch(batch), patches_BVD.shape[1]);
        return (new FeaturePair(pooled_B2D.select(1, 0), pooled_B2D.select(1, 1)).MoveToOuterDisposeScope(),
            states_BVD.MoveToOuterDisposeScope());
    }

    static int FirstPatch(TokenBatch batch) => Array.IndexOf(batch.Roles, TokenRole.Image, 0, batch.Length);

    /// <summary>The global features of images with what leads to them in the last layer run.</summary>
    public ImageEvidence Evidence(TokenBatch batch, Tensor patches_BVD, ScalarType compute)
    {
        using var _ = NewDisposeScope();
        var last = new AttentionWatch();
        var embeds_BSD = Embed(batch, patches_BVD, compute);
        var attended_BKD = _head.Forward(_decoder.Forward(embeds_BSD, LayersNeeded, GlobalPositions(batch), lastAttention: last));
        var first = FirstPatch(batch);
        using var quiet = no_grad();
        var seen_BVD = _head.Forward(_decoder.Forward(embeds_BSD.detach(), LayersNeeded).narrow(1, first, patches_BVD.shape[1]));
        using var loud = enable_grad();
        return new(attended_BKD.mean([1]).DetachFromDisposeScope(), last.Weights_BNTS, first, seen_BVD.DetachFromDisposeScope());
    }
}
