using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

sealed partial class RadiologyEncoder
{
    /// <summary>
    /// Global features of images with gradients, the attention that leads to them, and the patches' own states; the caller disposes it.
    /// The patches are taken as they come out of the projector: gradients do not go into the vision tower.
    /// </summary>
    /// <param name="pixels_BCSS">Prepared pixels.</param>
    public ImageEvidence Evidence(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        Tensor patches_BVD;
        using (no_grad()) patches_BVD = _model.Project(_model.See(pixels_BCSS.to(ComputeType)));
        patches_BVD = patches_BVD.detach().requires_grad_();
        using var __ = enable_grad();
        return _model.Evidence(ImageRows(patches_BVD), patches_BVD, ComputeType);
    }

    /// <summary>What the decoder says at each patch, its penultimate hidden state there: [B, V, D] in float32.</summary>
    /// <param name="pixels_BCSS">Prepared pixels.</param>
    public Tensor PatchStates(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        var patches_BVD = _model.Project(_model.See(pixels_BCSS.to(ComputeType)));
        return _model.FeaturesAndStates(ImageRows(patches_BVD), patches_BVD, ComputeType).States_BVD.MoveToOuterDisposeScope();
    }

    TokenBatch ImageRows(Tensor patches_BVD) =>
        TokenBatch.Pad([.. Enumerable.Repeat(_imageSequence, (int)patches_BVD.shape[0])], Folder.Settings.PadToken,
            PaddingSide.Right);
}
