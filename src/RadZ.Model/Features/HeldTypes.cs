using RadZ.Model.Checkpoints;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>In which dtype a checkpoint is computed, and in which its weights are held.</summary>
static class HeldTypes
{
    /// <summary>
    /// Weights that are stored otherwise than computed are converted once when that takes up to this many bytes; else where they are used,
    /// and they stay mapped.
    /// </summary>
    const long Small = 1L << 30;

    /// <summary>The dtypes; null holds each weight as it is stored.</summary>
    public static (ScalarType Compute, ScalarType? Held) Choose(CheckpointFolder folder, EncoderOptions options)
    {
        var (stored, cpu) = (folder.MainType, options.Device.type == DeviceType.CPU);
        var small = folder.Weights.Values.Sum(w => w.Entry.Count) * sizeof(float) <= Small;
        var compute = options.ComputeType ?? (options.Trainable ? ScalarType.Float32 : stored switch
        {
            ScalarType.BFloat16 => ScalarType.BFloat16,
            ScalarType.Float16 when !cpu => ScalarType.Float16,
            ScalarType.Float16 when !small => ScalarType.BFloat16,
            _ => ScalarType.Float32,
        });
        var converted = folder.Weights.Values.Where(w => w.Entry.Type != compute).Sum(w => w.Entry.Count)
            * SafetensorsHeader.SizeOf(compute);
        return (compute, options.Trainable ? ScalarType.Float32 : converted <= Small || !cpu ? compute : null);
    }
}
