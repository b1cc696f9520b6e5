namespace RadZ.Model;

/// <summary>
/// CLIP's vision tower up to the hidden state that LLaVA reads: later layers are held (a checkpoint has them) and never run.
/// </summary>
sealed class VisionTower
{
    readonly PatchEmbedding _embeddings;
    readonly LayerNorm _preNorm;
    readonly VisionLayer[] _layers;
    readonly LayerNorm _postNorm;

    public VisionTower(WeightScope weights, VisionConfig config)
    {
        _embeddings = new(weights.In("embeddings"), config);
        _preNorm = new(weights.In("pre_layrnorm"), config.HiddenSize, config.LayerNormEps);
        _layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new VisionLayer(weights.In($"encoder.layers.{i}"), config))];
        _postNorm = new(weights.In("post_layernorm"), config.HiddenSize, config.LayerNormEps);   // class token only: not on LLaVA's path
    }

    /// <summary>Hidden state after <paramref name="layers"/> layers, [B, V + 1, D]; every state on the way goes to <paramref name="watch"/>.</summary>
    public Tensor Forward(Tensor pixels_BCSS, int layers, Action<Tensor>? watch = null)
    {
        using var _ = NewDisposeScope();
        var x_BSD = _preNorm.Forward(_embeddings.Forward(pixels_BCSS));
        watch?.Invoke(x_BSD);
        foreach (var layer in _layers.AsSpan(0, layers))
        {
            x_BSD = layer.Forward(x_BSD);
            watch?.Invoke(x_BSD);
        }
        return x_BSD.MoveToOuterDisposeScope();
    }

    /// <summary>The class token's normalised state, which CLIP itself would use.</summary>
    public Tensor Pooled(Tensor last_BSD) => _postNorm.Forward(last_BSD.select(1, 0));
}
