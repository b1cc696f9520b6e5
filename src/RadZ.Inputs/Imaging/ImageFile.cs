using RadZ.Imaging.Formats;

namespace RadZ.Imaging;

/// <summary>
/// Reads a picture file as 8-bit levels. The format is found by content. Alpha and transparency are dropped (the colours below
/// stay), EXIF orientation and colour profiles are ignored, 16 bits become floor(v * 255 / 65535 + 0.5).
/// </summary>
public static class ImageFile
{
    /// <summary>Bytes that suffice to know a format (DICOM says what it is at byte 128).</summary>
    const int SniffedBytes = 132;

    /// <summary>Decodes a whole picture; grey (1 channel) when the file is, or when all its channels are equal everywhere.</summary>
    /// <param name="path">A PNG, JPEG, BMP or TIFF file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">Kinds: missing, unreadable, empty, not-an-image, unsupported, truncated, corrupt, too-small, too-large.</exception>
    public static Raster Read(string path, ImageLimits? limits = null) => Open(path, limits ?? ImageLimits.Default, (file, header) => header.Format switch
    {
        ImageFormat.Png => PngDecoder.Decode(path, file),
        ImageFormat.Tiff => TiffDecoder.Decode(path, file, header),
        _ => SkiaDecoder.Decode(path, file, header),
    });

    /// <summary>What the header says, without decoding. The limits hold here too.</summary>
    /// <param name="path">A PNG, JPEG, BMP or TIFF file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">As <see cref="Read"/>; damage beyond the header is not seen.</exception>
    public static ImageHeader Inspect(string path, ImageLimits? limits = null) => Open(path, limits ?? ImageLimits.Default, (_, header) => header);

    static T Open<T>(string path, ImageLimits limits, Func<FileStream, ImageHeader, T> use)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 65536, FileOptions.SequentialScan);
            if (file.Length > limits.MaxFileBytes)
                throw ImageErrors.FileTooLarge(path, file.Length, limits.MaxFileBytes);
            var header = ReadHeader(path, file, limits);
            ImageErrors.Require(path, header, limits);
            file.Position = 0;
            return use(file, header);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ImageErrors.Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ImageErrors.Unreadable(path, e);
        }
    }

    static ImageHeader ReadHeader(string path, FileStream file, ImageLimits limits)
    {
        Span<byte> sniffed = stackalloc byte[SniffedBytes];
        var start = sniffed[..file.ReadAtLeast(sniffed, SniffedBytes, throwOnEndOfStream: false)];
        if (start.IsEmpty)
            throw ImageErrors.Empty(path);
        file.Position = 0;
        if (StartsLike(start, PngFile.Signature))
            return PngFile.ReadHeader(path, file);
        if (StartsLike(start, [0xFF, 0xD8, 0xFF]))
            return JpegFile.ReadHeader(path, file);
        if (StartsLike(start, "BM"u8) && (start.Length < 18 || BmpFile.IsHeaderSize(start)))
            return BmpFile.ReadHeader(path, start);
        if (StartsLike(start, "II*\0"u8) || StartsLike(start, "MM\0*"u8))
            return TiffFile.ReadHeader(path, file, limits);
        throw OtherFormat(start) is { } other ? ImageErrors.Unsupported(path, other) : ImageErrors.NotAnImage(path, start);
    }

    /// <summary>True for a file of the format, and for one cut off within (at least two bytes of) its signature.</summary>
    static bool StartsLike(ReadOnlySpan<byte> start, ReadOnlySpan<byte> signature) =>
        start.StartsWith(signature) || (start.Length is >= 2 && start.Length < signature.Length && signature.StartsWith(start));

    static string? OtherFormat(ReadOnlySpan<byte> start) =>
        start.StartsWith("GIF8"u8) ? "a GIF"
        : start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8) ? "a WebP"
        : start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) ? "a BigTIFF"
        : start.Length >= SniffedBytes && start[128..].StartsWith("DICM"u8) ? "a DICOM file (read it as DICOM, not as a picture)"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P']) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? "a JPEG 2000"
        : start.Length >= 12 && start[4..].StartsWith("ftyp"u8) ? "an AVIF, HEIC or video file"
        : null;
}
