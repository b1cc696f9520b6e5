using RadZ.Data;
using RadZ.Model.Features;
using RadZ.Training.Data;
using RadZ.Training.Teachers;

namespace RadZ.Training.Phases;

// B batch, V patches, W vision width, C diseases

/// <summary>
/// What a frozen vision tower (and the teacher) sees of pictures that are not varied, computed once. A picture is always computed among the
/// same neighbours, whoever asks first: matrix products round by the shape of a batch, and a resumed run must see the same bits.
/// </summary>
/// <param name="images">The pictures.</param>
/// <param name="samples">All pictures that may be asked for, in an order that a resumed run finds again.</param>
sealed class VisionCache(PreparedImages images, IReadOnlyList<Sample> samples) : IDisposable
{
    /// <summary>Pictures that are computed together.</summary>
    const int Together = 16;

    readonly Dictionary<string, int> _places =
        samples.Index().DistinctBy(s => s.Item.Image).ToDictionary(s => s.Item.Image, s => s.Index, StringComparer.Ordinal);
    readonly Dictionary<int, (Tensor Patches_BVW, Tensor? Logits_BC)> _kept = [];

    /// <summary>Bytes that all pictures take.</summary>
    public static long BytesOf(RadiologyEncoder encoder, int pictures) =>
        (long)pictures * encoder.Folder.Config.Vision.Patches * encoder.Folder.Config.Vision.HiddenSize
            * (encoder.ComputeType == ScalarType.Float32 ? 4 : 2);

    /// <summary>The patches' hidden states of some pictures, [B, V, W], and the teacher's logits, [B, C], where there is one.</summary>
    /// <param name="wanted">The pictures.</param>
    /// <param name="encoder">The tower: always one of the same weights.</param>
    /// <param name="teacher">The teacher: always the same.</param>
    public (Tensor Patches_BVW, Tensor? Logits_BC) Get(IReadOnlyList<Sample> wanted, RadiologyEncoder encoder, TeacherNet? teacher)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var found = wanted.Select(s => One(_places[s.Image], encoder, teacher)).ToList();
        return (stack([.. found.Select(f => f.Patches_VW)]).MoveToOuterDisposeScope(),
            teacher is null ? null : stack([.. found.Select(f => f.Logits_C!)]).MoveToOuterDisposeScope());
    }

    (Tensor Patches_VW, Tensor? Logits_C) One(int place, RadiologyEncoder encoder, TeacherNet? teacher)
    {
        if (!_kept.TryGetValue(place / Together, out var chunk))
            _kept[place / Together] = chunk = Compute(place / Together, encoder, teacher);
        return (chunk.Patches_BVW.select(0, place % Together), chunk.Logits_BC?.select(0, place % Together));
    }

    (Tensor, Tensor?) Compute(int chunk, RadiologyEncoder encoder, TeacherNet? teacher)
    {
        using var _ = NewDisposeScope();
        Sample[] some = [.. samples.Skip(chunk * Together).Take(Together)];
        var pixels_B3SS = PixelTensor.Create(some, images, encoder.Device);
        var patches_BVW = encoder.Sequences.Patches(pixels_B3SS).DetachFromDisposeScope();
        var vision = encoder.Folder.Config.Vision;
        return (patches_BVW, teacher?.Infer(pixels_B3SS, vision.ImageSize / vision.PatchSize).Logits_BC.DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (patches, logits) in _kept.Values)
        {
            patches.Dispose();
            logits?.Dispose();
        }
        _kept.Clear();
    }
}
