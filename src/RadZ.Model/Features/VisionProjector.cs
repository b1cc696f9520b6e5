using RadZ.Model.Config;
using RadZ.Model.Vision;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>W2 gelu(W1 x): a patch of the vision tower as the decoder sees it (<c>mlp2x_gelu</c>).</summary>
sealed class VisionProjector(WeightScope weights, LlavaConfig config)
{
    readonly IProjection _first = weights.Projection("linear_1", config.Vision.HiddenSize, config.Decoder.HiddenSize, config.ProjectorBias);
    readonly IProjection _second =
        weights.Projection("linear_2", config.Decoder.HiddenSize, config.Decoder.HiddenSize, config.ProjectorBias);

    public Tensor Forward(Tensor patches_BVD)
    {
        using var _ = NewDisposeScope();
        return _second.Forward(Activate.As(config.ProjectorAct, _first.Forward(patches_BVD))).MoveToOuterDisposeScope();
    }
}
