using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Vision;

/// <summary>
/// A vision tower up to the hidden state that LLaVA reads: later layers are held (a checkpoint has them) and never run.
/// </summary>
sealed class VisionTower
{
    readonly PatchEmbedding _embeddings;
    readonly LayerNorm? _preNorm;
    readonly VisionLayer[] _layers;

    public VisionTower(WeightScope weights, TowerSpec spec)
    {
        _embeddings = new(weights.In(spec.Names.Embeddings), spec);
        _preNorm = spec.NormsInput ? new(weights.In(spec.Names.InputNorm), spec.Width, spec.NormEps) : null;
        _layers = [.. Enumerable.Range(0, spec.Layers).Select(i => new VisionLayer(weights.In($"{spec.Names.Layers}.{i}"), spec))];
        // the class token's, not on LLaVA's path: held, never run
        _ = new LayerNorm(weights.In(spec.Names.OutputNorm), spec.Width, spec.NormEps);
    }

    /// <summary>
    /// Hidden state after <paramref name="layers"/> layers, [B, V + 1, D]; every state on the way goes to <paramref name="watch"/>.
    /// </summary>
    public Tensor Forward(Tensor pixels_BCSS, int layers, Action<Tensor>? watch = null)
    {
        using var _ = NewDisposeScope();
        var x_BSD = _embeddings.Forward(pixels_BCSS);
        if (_preNorm is not null) x_BSD = _preNorm.Forward(x_BSD);
        watch?.Invoke(x_BSD);
        if (FeatureOrder.IsWorthwhile(x_BSD) && !(is_grad_enabled() && x_BSD.requires_grad)) x_BSD = FeatureOrder.Arrange(x_BSD);
        foreach (var layer in _layers.AsSpan(0, layers))
        {
            x_BSD = layer.Forward(x_BSD);
            watch?.Invoke(x_BSD);
        }
        return x_BSD.MoveToOuterDisposeScope();
    }
}
