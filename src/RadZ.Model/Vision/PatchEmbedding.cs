using RadZ.Model.Config;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Vision;

// B batch, C channels, S side in pixels, P side of a patch, G patches a side, V = G * G patches, D width

/// <summary>Each patch through one linear map, a class token in front where there is one, a learnt position added to each.</summary>
sealed class PatchEmbedding(WeightScope weights, TowerSpec spec)
{
    readonly Parameter? _class_D = spec.ClassToken ? weights.Take("class_embedding", spec.Width) : null;
    readonly Parameter _patch_DCPP =
        weights.In("patch_embedding").Take("weight", spec.Width, spec.Channels, spec.PatchSize, spec.PatchSize);
    readonly Parameter? _bias_D = spec.PatchBias ? weights.In("patch_embedding").Take("bias", spec.Width) : null;
    readonly Parameter _position_VD = weights.In("position_embedding").Take("weight", spec.Positions, spec.Width);

    public Tensor Forward(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        var b = pixels_BCSS.shape[0];
        var patch_DCPP = _patch_DCPP.dtype == pixels_BCSS.dtype ? _patch_DCPP : _patch_DCPP.to(pixels_BCSS.dtype);
        var x_BVD = F.conv2d(pixels_BCSS, patch_DCPP, _bias_D?.to(pixels_BCSS.dtype),
            strides: [spec.PatchSize, spec.PatchSize]).flatten(2).transpose(1, 2);
        var x_BSD = _class_D is null ? x_BVD : cat([_class_D.to(pixels_BCSS.dtype).expand(b, 1, -1), x_BVD], 1);
        return x_BSD.Plus(_position_VD.to(pixels_BCSS.dtype)).MoveToOuterDisposeScope();
    }
}
