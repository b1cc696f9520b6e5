using RadZ.Model.Runtime;

namespace RadZ.Model.Adapters;

/// <summary>W + scale B A, computed in float32 and given back in the dtype of W.</summary>
static class LoraMerge
{
    public static Tensor Merge(Tensor weight, LoraPair pair)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return weight.to(ScalarType.Float32).Plus(pair.Up_OR.detach().mm(pair.Down_RI.detach()).Times(pair.Scale)).to(weight.dtype)
            .MoveToOuterDisposeScope();
    }
}
