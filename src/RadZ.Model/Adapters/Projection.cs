using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model;

/// <summary>A learnt linear map of the last dimension. It computes in the dtype of its input, whatever its weights are stored in.</summary>
interface IProjection
{
    Tensor Forward(Tensor x);
}

/// <summary>y = W x + b.</summary>
sealed class Projection(WeightScope weights, long inputs, long outputs, bool bias) : IProjection
{
    readonly Parameter _weight = weights.Take("weight", outputs, inputs);
    readonly Parameter? _bias = bias ? weights.Take("bias", outputs) : null;

    public Tensor Forward(Tensor x)
    {
        if (_weight.dtype == x.dtype) return F.linear(x, _weight, _bias);
        using var weight = _weight.to(x.dtype);
        using var added = _bias?.to(x.dtype);
        return F.linear(x, weight, added);
    }
}
