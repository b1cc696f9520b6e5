using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>A patch of the vision tower as the decoder sees it: W x, or W2 act(W1 x) (<c>mlp2x_gelu</c>).</summary>
sealed class VisionProjector(WeightScope weights, ProjectorSpec spec)
{
    readonly IProjection _first = weights.Projection("linear_1", spec.Inputs, spec.Outputs, spec.Bias);
    readonly IProjection? _second = spec.Kind switch
    {
        ProjectorKind.Linear => null,
        ProjectorKind.TwoLayers => weights.Projection("linear_2", spec.Outputs, spec.Outputs, spec.Bias),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "Unknown kind of projector."),
    };

    public Tensor Forward(Tensor patches_BVD)
    {
        using var _ = NewDisposeScope();
        var x_BVD = _first.Forward(patches_BVD);
        return (_second is null ? x_BVD : _second.Forward(ActivationFunction.Apply(spec.Activation, x_BVD))).MoveToOuterDisposeScope();
    }
}
