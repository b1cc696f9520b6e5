using RadZ.Model.Config;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Vision;

// B batch, C channels, S side in pixels, P side of a patch, G patches a side, V = G * G patches, D width

/// <summary>CLIP's input: each patch through one linear map, a class token in front, a learnt position added to each.</summary>
sealed class PatchEmbedding(WeightScope weights, VisionConfig config)
{
    readonly Parameter _class_D = weights.Take("class_embedding", config.HiddenSize);
    readonly Parameter _patch_DCPP =
        weights.In("patch_embedding").Take("weight", config.HiddenSize, config.NumChannels, config.PatchSize, config.PatchSize);
    readonly Parameter _position_VD = weights.In("position_embedding").Take("weight", config.Patches + 1, config.HiddenSize);

    public Tensor Forward(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        var b = pixels_BCSS.shape[0];
        var patch_DCPP = _patch_DCPP.dtype == pixels_BCSS.dtype ? _patch_DCPP : _patch_DCPP.to(pixels_BCSS.dtype);
        var x_BVD = F.conv2d(pixels_BCSS, patch_DCPP, strides: [config.PatchSize, config.PatchSize]).flatten(2).transpose(1, 2);
        var class_B1D = _class_D.to(pixels_BCSS.dtype).expand(b, 1, -1);
        return cat([class_B1D, x_BVD], 1).Plus(_position_VD.to(pixels_BCSS.dtype)).MoveToOuterDisposeScope();
    }
}
