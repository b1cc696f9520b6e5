using RadZ.Model.Config;
using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Kernels;

/// <summary>What stands between two linear maps.</summary>
static class ActivationFunction
{
    /// <summary>The activation of x, which nothing else may read: it can be computed in its place.</summary>
    public static Tensor Apply(Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => F.gelu(x),
        Activation.Silu => F.silu(x),
        Activation.QuickGelu => QuickGelu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };

    static Tensor QuickGelu(Tensor x)
    {
        if (FusedBias.Supports(x))
        {
            FusedBias.QuickGelu(x);
            return x.alias();
        }
        using var _ = NewDisposeScope();
        return (x * x.Times(1.702).sigmoid()).MoveToOuterDisposeScope();
    }
}
