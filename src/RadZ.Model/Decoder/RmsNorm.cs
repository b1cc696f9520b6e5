using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.Decoder;

/// <summary>x / sqrt(mean(x^2) + eps) * weight; computed in float32 and given back in the dtype of x.</summary>
sealed class RmsNorm(WeightScope weights, int size, double eps)
{
    readonly Parameter _weight_D = weights.Take("weight", size);

    public Tensor Forward(Tensor x_BSD)
    {
        if (FusedNorm.Supports(x_BSD, _weight_D)) return FusedNorm.Compute(x_BSD, _weight_D, eps);
        using var _ = NewDisposeScope();
        var x32 = x_BSD.to(ScalarType.Float32);
        var scale_BS1 = rsqrt(x32.Squared().mean([-1], keepdim: true).Plus(eps));
        return (x32 * scale_BS1 * _weight_D).to(x_BSD.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The norm of a few rows [R, D] in float32.</summary>
    public Tensor ForwardRows(Tensor x_RD) => FewRows.Norm(x_RD, _weight_D, eps);

    /// <summary>x + y and its norm.</summary>
    public (Tensor Sum_BSD, Tensor Normed_BSD) ForwardSum(Tensor x_BSD, Tensor y_BSD)
    {
        if (FusedNorm.Supports(x_BSD, _weight_D) && y_BSD.dtype == x_BSD.dtype) return FusedNorm.ComputeOfSum(x_BSD, y_BSD, _weight_D, eps);
        var sum_BSD = x_BSD.Plus(y_BSD);
        return (sum_BSD, Forward(sum_BSD));
    }
}
