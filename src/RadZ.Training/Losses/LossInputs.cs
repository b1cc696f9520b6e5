using RadZ.Model.Features;
using RadZ.Training.Data;
using RadZ.Training.Teachers;

namespace RadZ.Training.Losses;

// B batch, C diseases, D width, S side, V patches, W teacher's width

/// <summary>Pictures of a batch as the vision tower sees them.</summary>
/// <param name="Pixels_B3SS">The pixels; null where all that is wanted of them is known.</param>
/// <param name="Patches_BVD">What the vision tower sees.</param>
/// <param name="TeacherLogits_BC">The teacher's logits, where they were kept.</param>
sealed record SeenPictures(Tensor? Pixels_B3SS, Tensor Patches_BVD, Tensor? TeacherLogits_BC);

/// <summary>
/// What the terms of a batch's loss are computed from. What several terms read is made when the first asks, in the scope of that time.
/// </summary>
sealed class LossInputs(FeaturePair? image, FeaturePair? text)
{
    Tensor? _labels_BC;
    (Tensor Features_BVW, Tensor Logits_BC)? _read, _looked;

    /// <summary>The batch.</summary>
    public required TrainingBatch Batch { get; init; }

    /// <summary>The bank's diseases.</summary>
    public required IReadOnlyList<string> Diseases { get; init; }

    /// <summary>Where it is computed.</summary>
    public required Device Device { get; init; }

    /// <summary>Features of the images.</summary>
    public FeaturePair Image => image ?? throw new InvalidOperationException("This phase computes no features of images.");

    /// <summary>Features of the texts.</summary>
    public FeaturePair Text => text ?? throw new InvalidOperationException("This phase computes no features of texts.");

    /// <summary>Category vectors, where a term needs them.</summary>
    public Tensor? Bank_CD { get; init; }

    /// <summary>Features of the categories' sentences, where a term needs them.</summary>
    public Tensor? Categories_CD { get; init; }

    /// <summary>What the decoder says at each patch, where a term needs it.</summary>
    public Tensor? States_BVD { get; init; }

    /// <summary>The pictures; null where features are computed a few at a time.</summary>
    public SeenPictures? Seen { get; init; }

    /// <summary>Reads the patches; null where no term does.</summary>
    public VisionReadout? Readout { get; init; }

    /// <summary>The teacher; null where there is none.</summary>
    public TeacherNet? Teacher { get; init; }

    /// <summary>Patches a side.</summary>
    public int Grid { get; init; }

    /// <summary>1 present, 0 absent, -1 unknown.</summary>
    public Tensor Labels_BC => _labels_BC ??= tensor(Batch.Labels(Diseases), [Batch.Size, Diseases.Count], device: Device);

    /// <summary>What the patches say of the teacher's features and of the diseases.</summary>
    public (Tensor Features_BVW, Tensor Logits_BC) Read => _read ??= Readout!.Read(Seen!.Patches_BVD);

    /// <summary>The teacher's features at each patch.</summary>
    public Tensor TeacherFeatures_BVW => Looked.Features_BVW;

    /// <summary>The teacher's logits; null where there is no teacher.</summary>
    public Tensor? TeacherLogits_BC => Seen?.TeacherLogits_BC ?? (Teacher is null ? null : Looked.Logits_BC);

    (Tensor Features_BVW, Tensor Logits_BC) Looked => _looked ??= Teacher!.Infer(Seen!.Pixels_B3SS!, Grid);
}
