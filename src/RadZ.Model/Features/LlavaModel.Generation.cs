using RadZ.Model.Decoder;
using RadZ.Model.Kernels;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B rows, T new positions, V patches, D width, W vocabulary

sealed partial class LlavaModel
{
    /// <summary>
    /// Feeds new positions (padded on the left) and gives the scores of every token that may follow each row, [B, W] in float32. Without
    /// <paramref name="asked"/> the cache is filled and nothing is given.
    /// </summary>
    /// <exception cref="InvalidOperationException">The checkpoint has no LM head.</exception>
    public Tensor? Continue(TokenBatch batch, Tensor? patches_BVD, ScalarType compute, KeyValueCache cache, bool asked,
        CancellationToken cancel, WeightForm form = WeightForm.Stored)
    {
        using var _ = NewDisposeScope();
        var step = cache.Next(batch, form);
        var last_B1D = _decoder.Continue(Embed(batch, patches_BVD, compute), step, asked, cancel);
        return last_B1D is null ? null
            : Logits(_decoder.Normalize(last_B1D), form).squeeze(1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Scores of every token that may follow each asked place, [B, T, W] in float32, with gradients: what a model learns to answer by.
    /// </summary>
    /// <param name="batch">Padded on the right.</param>
    /// <param name="patches_BVD">Projected patches in the order of the image positions.</param>
    /// <param name="places_BT">Positions.</param>
    /// <param name="compute">The dtype that is computed in.</param>
    public Tensor Answers(TokenBatch batch, Tensor patches_BVD, Tensor places_BT, ScalarType compute)
    {
        using var _ = NewDisposeScope();
        var last_BTD = _decoder.Forward(Embed(batch, patches_BVD, compute), Config.Decoder.NumHiddenLayers, AskedPositions.At(places_BT));
        return Logits(_decoder.Normalize(last_BTD)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Whether there is an LM head: without one the model gives features and cannot answer.</summary>
    public bool HasHead => _decoder.HasHead;
}
