namespace RadZ.Imaging;

/// <summary>What a picture file holds and what preparation makes of it.</summary>
/// <param name="Header">As stored.</param>
/// <param name="Decoded">Channels of the decoded picture: 1 where it is grey throughout.</param>
/// <param name="Lowest">Lowest level, 0..255.</param>
/// <param name="Mean">Mean level.</param>
/// <param name="Highest">Highest level.</param>
/// <param name="Square">Side of the padded square, in pixels.</param>
/// <param name="Prepared">Side of what the model sees, in pixels.</param>
public sealed record ImageReport(ImageHeader Header, int Decoded, int Lowest, double Mean, int Highest, int Square, int Prepared)
{
    /// <summary>Reads and decodes a picture.</summary>
    /// <exception cref="InvalidInputException">As <see cref="ImageFile.Read"/>.</exception>
    public static ImageReport Of(string path, ClipPreparation preparation)
    {
        var header = ImageFile.Inspect(path);
        var raster = ImageFile.Read(path);
        long sum = 0;
        var (lowest, highest) = (byte.MaxValue, byte.MinValue);
        foreach (var level in raster.Levels)
        {
            sum += level;
            lowest = Math.Min(lowest, level);
            highest = Math.Max(highest, level);
        }
        return new(header, raster.Channels, lowest, (double)sum / raster.Levels.Length, highest, Math.Max(raster.Width, raster.Height), preparation.Size);
    }
}
