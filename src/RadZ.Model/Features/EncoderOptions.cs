using RadZ.Model.Adapters;
using RadZ.Model.Kernels;

namespace RadZ.Model.Features;

/// <summary>How a checkpoint is held in memory.</summary>
sealed record EncoderOptions
{
    /// <summary>
    /// The dtype to compute in; null is the checkpoint's own. float16 is slow on a CPU: there a small checkpoint is computed in float32,
    /// and one of more than 1 GiB in bfloat16, its weights staying mapped as they are stored.
    /// </summary>
    public ScalarType? ComputeType { get; init; }

    /// <summary>Where it runs.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Own memory and gradients for every weight, in float32.</summary>
    public bool Trainable { get; init; }

    /// <summary>A PEFT adapter folder to put into the decoder.</summary>
    public string? Adapter { get; init; }

    /// <summary>Several adapter folders over one base; the first is used until <see cref="AdapterSet.Use"/> says otherwise.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>
    /// A CLIP folder for the vision tower, <c>VisionTowerChoice.Own</c> for the checkpoint's own, or null: its own, else the one its
    /// config names.
    /// </summary>
    public string? VisionTower { get; init; }

    /// <summary>Untrained adapters to put into the decoder.</summary>
    public LoraOptions? NewLora { get; init; }

    /// <summary>
    /// How many bits the decoder's weights take when an answer is written token by token. 8 and 4 bits are copies in memory beside the
    /// mapped file, faster and less exact (bench/results); images and questions are read, and features made, with the weights as stored.
    /// </summary>
    public DecodeBits Decode { get; init; }

    /// <summary>
    /// Threads that every pass is computed with, whichever thread calls, 1 or more; null is torch's number at loading. The last bits of a
    /// feature depend on it.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Seed of what is drawn at random: new adapters, new modality tokens.</summary>
    public int Seed { get; init; }
}
