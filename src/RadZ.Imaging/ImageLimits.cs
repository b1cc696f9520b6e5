namespace RadZ.Imaging;

/// <summary>What a picture may cost. All limits are checked from the file's size and header, before memory is taken.</summary>
public sealed record ImageLimits
{
    /// <summary>32,768 pixels a side, 200 megapixels, 1 GiB of file: four times the largest radiograph we know of.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// The same, and at least 16 pixels a side (fewer show no chest), and no side above eight times the other: the square that is
    /// made of a picture takes the longer side twice.
    /// </summary>
    public static ImageLimits Radiograph { get; } = new() { MinSide = 16, MaxAspect = 8 };

    /// <summary>The smallest width or height, in pixels.</summary>
    public int MinSide { get; init; } = 1;

    /// <summary>The most that one side may be of the other.</summary>
    public int MaxAspect { get; init; } = int.MaxValue;

    /// <summary>The largest width or height, in pixels.</summary>
    public int MaxSide { get; init; } = 32_768;

    /// <summary>The largest width times height, in pixels; 500 million at most, which is what an array can hold.</summary>
    public long MaxPixels { get; init => field = Math.Min(value, 500_000_000); } = 200_000_000;

    /// <summary>The largest file, in bytes; 2^31 - 64 at most.</summary>
    public long MaxFileBytes { get; init => field = Math.Min(value, int.MaxValue - 63); } = 1L << 30;
}
