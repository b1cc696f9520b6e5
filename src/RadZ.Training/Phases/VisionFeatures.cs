using RadZ.Data;
using RadZ.Model.Features;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Recipes;

namespace RadZ.Training.Phases;

/// <summary>The vision tower of a phase: run for every batch, or, where it is frozen and its pictures stay the same, once.</summary>
sealed class VisionFeatures(PhaseContext context, PhaseRecipe phase)
{
    readonly RadiologyEncoder _encoder = context.Encoder;
    readonly VisionCache? _kept = phase.CacheVision ? context.GetVisionCache() : null;

    public bool ReadsPixels => _kept is null;

    /// <summary>A training batch, with gradients where the tower is trained.</summary>
    public SeenPictures Read(TrainingBatch batch)
    {
        if (_kept is not null) return Kept(batch.Samples);
        var pixels_B3SS = PixelTensor.Create(batch, context, _encoder.Device);
        return new(pixels_B3SS, _encoder.Sequences.Patches(pixels_B3SS), null);
    }

    /// <summary>Pictures as they are.</summary>
    public Tensor Patches(IReadOnlyList<Sample> samples, PreparedImages images) =>
        _kept is not null ? Kept(samples).Patches_BVD : _encoder.Sequences.Patches(PixelTensor.Create(samples, images, _encoder.Device));

    SeenPictures Kept(IReadOnlyList<Sample> samples)
    {
        var (patches_BVD, logits_BC) = _kept!.Get(samples, _encoder, context.Teacher);
        return new(null, patches_BVD, logits_BC);
    }
}
