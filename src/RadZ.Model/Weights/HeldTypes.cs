namespace RadZ.Model;

/// <summary>In which dtype a checkpoint is computed, and in which its weights are held.</summary>
static class HeldTypes
{
    /// <summary>A checkpoint up to this many bytes is converted once when it is opened; a larger one is converted where it is used and stays mapped.</summary>
    const long Small = 1L << 30;

    /// <summary>The dtypes; null holds each weight as it is stored.</summary>
    public static (ScalarType Compute, ScalarType? Held) Of(CheckpointFolder folder, EncoderOptions options)
    {
        var (stored, cpu) = (folder.MainType, options.Device.type == DeviceType.CPU);
        var small = folder.Bytes <= Small;
        var compute = options.ComputeType ?? (options.Trainable ? ScalarType.Float32 : stored switch
        {
            ScalarType.BFloat16 => ScalarType.BFloat16,
            ScalarType.Float16 when !cpu => ScalarType.Float16,
            ScalarType.Float16 when !small => ScalarType.BFloat16,
            _ => ScalarType.Float32,
        });
        return (compute, options.Trainable ? ScalarType.Float32 : small || !cpu ? compute : null);
    }
}
