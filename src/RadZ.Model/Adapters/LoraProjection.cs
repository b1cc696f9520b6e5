using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Adapters;

/// <summary>Which of the adapters in a model is used; null is the base alone.</summary>
sealed class AdapterSwitch
{
    public string? Active { get; set; }
}

/// <summary>A and B of one projection, and what B A x is multiplied by.</summary>
sealed record LoraPair(Parameter Down_RI, Parameter Up_OR, double Scale, double Dropout);

/// <summary>
/// y = W x + scale B A dropout(x): a projection with low-rank adapters inside, of which one is used at a time. A and B are float32 and
/// compute in it, W stays as stored and frozen. Untrained, B is zero and no bit changes.
/// </summary>
sealed class LoraProjection(IProjection plain, IReadOnlyDictionary<string, LoraPair> pairs, AdapterSwitch which, AdapterDropout? dropout)
    : IProjection
{
    public Tensor Forward(Tensor x, WeightForm form = WeightForm.Stored)
    {
        if (which.Active is not { } name || !pairs.TryGetValue(name, out var pair)) return plain.Forward(x, form);
        using var _ = NewDisposeScope();
        DropKey? drop = dropout is { IsActive: true } && pair.Dropout > 0 ? DropKey.Create(dropout.NextKey(), pair.Dropout) : null;
        if (plain is Projection { Unbiased_OI: { } weight_OI } && FrozenLora.Supports(x, weight_OI))
            return FrozenLora.Compute(x, weight_OI, pair, drop).MoveToOuterDisposeScope();
        var x32 = x.to(ScalarType.Float32);
        if (drop is { } key) x32 = (x32 * key.Mask(x32)).Over(1 - pair.Dropout);
        var change = F.linear(F.linear(x32, pair.Down_RI), pair.Up_OR).Times(pair.Scale);
        return plain.Forward(x, form).Plus(change.to(x.dtype)).MoveToOuterDisposeScope();
    }
}
