using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Vision;

/// <summary>
/// CLIP's vision tower up to the hidden state that LLaVA reads: later layers are held (a checkpoint has them) and never run.
/// </summary>
sealed class VisionTower
{
    readonly PatchEmbedding _embeddings;
    readonly LayerNorm _preNorm;
    readonly VisionLayer[] _layers;

    public VisionTower(WeightScope weights, VisionConfig config)
    {
        _embeddings = new(weights.In("embeddings"), config);
        _preNorm = new(weights.In("pre_layrnorm"), config.HiddenSize, config.LayerNormEps);
        _layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new VisionLayer(weights.In($"encoder.layers.{i}"), config))];
        // the class token's, not on LLaVA's path: held, never run
        _ = new LayerNorm(weights.In("post_layernorm"), config.HiddenSize, config.LayerNormEps);
    }

    /// <summary>
    /// Hidden state after <paramref name="layers"/> layers, [B, V + 1, D]; every state on the way goes to <paramref name="watch"/>.
    /// </summary>
    public Tensor Forward(Tensor pixels_BCSS, int layers, Action<Tensor>? watch = null)
    {
        using var _ = NewDisposeScope();
        var x_BSD = _preNorm.Forward(_embeddings.Forward(pixels_BCSS));
        watch?.Invoke(x_BSD);
        if (FeatureOrder.Suits(x_BSD) && !(is_grad_enabled() && x_BSD.requires_grad)) x_BSD = FeatureOrder.Of(x_BSD);
        foreach (var layer in _layers.AsSpan(0, layers))
        {
            x_BSD = layer.Forward(x_BSD);
            watch?.Invoke(x_BSD);
        }
        return x_BSD.MoveToOuterDisposeScope();
    }
}
