using RadZ.Model.Config;
using RadZ.Model.Weights;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Features;

// B batch, S positions, D width

/// <summary>The projection head: identity, W h + b, or W2 gelu(W1 h + b1) + b2, of each position's state, in float32.</summary>
sealed class FeatureHead(WeightScope weights, int width, HeadKind kind)
{
    readonly Projection? _only = kind == HeadKind.Linear ? new(weights.In("linear"), width, width, bias: true) : null;
    readonly Projection? _first = kind == HeadKind.Mlp ? new(weights.In("linear_1"), width, width, bias: true) : null;
    readonly Projection? _second = kind == HeadKind.Mlp ? new(weights.In("linear_2"), width, width, bias: true) : null;

    public bool IsIdentity => kind == HeadKind.Identity;

    /// <summary>[B, S, D] in float32.</summary>
    public Tensor Forward(Tensor x_BSD)
    {
        using var _ = NewDisposeScope();
        var h_BSD = x_BSD.to(ScalarType.Float32);
        return (kind switch
        {
            HeadKind.Linear => _only!.Forward(h_BSD),
            HeadKind.Mlp => _second!.Forward(F.gelu(_first!.Forward(h_BSD))),
            HeadKind.Identity => h_BSD.alias(),
            _ => throw new InvalidOperationException($"Unknown kind of feature head: {kind}."),
        }).MoveToOuterDisposeScope();
    }
}
