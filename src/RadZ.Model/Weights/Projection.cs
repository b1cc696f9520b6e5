using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Weights;

/// <summary>A learnt linear map of the last dimension. It computes in the dtype of its input, whatever its weights are stored in.</summary>
interface IProjection
{
    /// <summary>The product with x; of an answer's own tokens in the form that <paramref name="form"/> says.</summary>
    Tensor Forward(Tensor x, WeightForm form = WeightForm.Stored);
}

/// <summary>y = W x + b.</summary>
sealed class Projection : IProjection
{
    readonly Parameter _weight;
    readonly Parameter? _bias;
    readonly DecodeWeight? _stored, _decode;

    /// <param name="weights">Where the weight comes from.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of y.</param>
    /// <param name="bias">Whether there is a b.</param>
    public Projection(WeightScope weights, long inputs, long outputs, bool bias)
    {
        _weight = weights.Take("weight", outputs, inputs);
        _bias = bias ? weights.Take("bias", outputs) : null;
        _stored = PlainWeight.TryCreate(_weight);
        _decode = weights.Source.DecodingForm(weights.Prefix, _weight);
    }

    /// <summary>W where there is no b.</summary>
    public Tensor? Unbiased_OI => _bias is null ? _weight : null;

    /// <summary>W for a few rows of inputs, where there is no b and it can be read so; null elsewhere.</summary>
    public DecodeWeight? RowWeight(WeightForm form) => _bias is null ? WeightFor(form) : null;

    DecodeWeight? WeightFor(WeightForm form) => form switch
    {
        WeightForm.Stored => _stored,
        WeightForm.Decoding => _decode,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Unknown form of weights."),
    };

    public Tensor Forward(Tensor x, WeightForm form = WeightForm.Stored)
    {
        if (WeightFor(form) is { } few && DecodeWeight.Supports(x)) return Biased(few.Times(x));
        if (WideProduct.Supports(x, _weight)) return Biased(WideProduct.Compute(x, _weight));
        if (_weight.dtype == x.dtype) return F.linear(x, _weight, _bias);
        using var weight = _weight.to(x.dtype);
        using var added = _bias?.to(x.dtype);
        return F.linear(x, weight, added);
    }

    Tensor Biased(Tensor product)
    {
        if (_bias is null) return product;
        if (FusedBias.Supports(product) && !(is_grad_enabled() && _bias.requires_grad))
        {
            FusedBias.Add(product, _bias);
            return product;
        }
        using var _ = product;
        using var bias = _bias.to(product.dtype);
        return product.Plus(bias);
    }
}
