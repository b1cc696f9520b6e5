using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Vision;

/// <summary>(x - mean) / sqrt(variance + eps) * weight + bias, in the dtype of x (statistics in float32).</summary>
sealed class LayerNorm(WeightScope weights, int size, double eps)
{
    readonly Parameter _weight_D = weights.Take("weight", size);
    readonly Parameter _bias_D = weights.Take("bias", size);

    public Tensor Forward(Tensor x_BSD)
    {
        if (FusedLayerNorm.Supports(x_BSD, _weight_D))
        {
            var (sum, normed) = FusedLayerNorm.Compute(x_BSD, null, _weight_D, _bias_D, eps);
            sum.Dispose();
            return normed;
        }
        if (_weight_D.dtype == x_BSD.dtype) return F.layer_norm(x_BSD, [size], _weight_D, _bias_D, eps);
        using var _ = NewDisposeScope();
        return F.layer_norm(x_BSD, [size], _weight_D.to(x_BSD.dtype), _bias_D.to(x_BSD.dtype), eps).MoveToOuterDisposeScope();
    }

    /// <summary>x + y and its norm.</summary>
    public (Tensor Sum_BSD, Tensor Normed_BSD) ForwardSum(Tensor x_BSD, Tensor y_BSD)
    {
        if (FusedLayerNorm.Supports(x_BSD, _weight_D) && y_BSD.dtype == x_BSD.dtype && !(is_grad_enabled() && y_BSD.requires_grad))
            return FusedLayerNorm.Compute(x_BSD, y_BSD, _weight_D, _bias_D, eps);
        var sum_BSD = x_BSD.Plus(y_BSD);
        return (sum_BSD, Forward(sum_BSD));
    }
}
