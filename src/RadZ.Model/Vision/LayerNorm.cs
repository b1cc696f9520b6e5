using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model;

/// <summary>(x - mean) / sqrt(variance + eps) * weight + bias, in the dtype of x (statistics in float32).</summary>
sealed class LayerNorm(WeightScope weights, int size, double eps)
{
    readonly Parameter _weight_D = weights.Take("weight", size);
    readonly Parameter _bias_D = weights.Take("bias", size);

    public Tensor Forward(Tensor x_BSD)
    {
        if (_weight_D.dtype == x_BSD.dtype) return F.layer_norm(x_BSD, [size], _weight_D, _bias_D, eps);
        using var _ = NewDisposeScope();
        return F.layer_norm(x_BSD, [size], _weight_D.to(x_BSD.dtype), _bias_D.to(x_BSD.dtype), eps).MoveToOuterDisposeScope();
    }
}
