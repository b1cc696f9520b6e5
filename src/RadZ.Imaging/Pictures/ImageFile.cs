using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Formats;

namespace RadZ.Imaging.Pictures;

/// <summary>
/// Reads a picture file as 8-bit levels. The format is found by content. Alpha and transparency are dropped (the colours below
/// stay), EXIF orientation and colour profiles are ignored, 16 bits become floor(v * 255 / 65535 + 0.5). A DICOM file gives the picture
/// that a radiologist sees (<see cref="DicomImage"/>).
/// </summary>
public static class ImageFile
{
    /// <summary>Bytes that suffice to know a format.</summary>
    const int SniffedBytes = 32;

    /// <summary>Decodes a whole picture; grey (1 channel) when the file is, or when all its channels are equal everywhere.</summary>
    /// <param name="path">A PNG, JPEG, BMP, TIFF or DICOM file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <param name="view">Frame and window of a DICOM file; other pictures have neither.</param>
    /// <exception cref="InvalidInputException">Kinds: missing, unreadable, empty, not-an-image, unsupported, truncated, corrupt, too-small,
    /// too-large, and those of <see cref="DicomImage"/>.</exception>
    public static Raster Read(string path, ImageLimits? limits = null, DicomView? view = null) =>
        Read(ImageSource.OfFile(path), limits, view);

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static Raster Read(ImageSource source, ImageLimits? limits = null, DicomView? view = null)
    {
        if (IsDicom(source)) return DicomImage.Read(source, view, limits).Display();
        var path = source.Name;
        RequireNoView(path, view);
        return Open(source, limits ?? ImageLimits.Default, (file, header) => header.Format switch
        {
            ImageFormat.Png => PngDecoder.Decode(path, file),
            ImageFormat.Tiff => TiffDecoder.Decode(path, file, header),
            _ => SkiaDecoder.Decode(path, file, header),
        });
    }

    /// <summary>What the header says, without decoding. The limits hold here too.</summary>
    /// <param name="path">A PNG, JPEG, BMP, TIFF or DICOM file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">As <see cref="Read(string, ImageLimits?, DicomView?)"/>; damage beyond the header is not
    /// seen.</exception>
    public static ImageHeader Inspect(string path, ImageLimits? limits = null)
    {
        if (!IsDicom(path)) return Open(ImageSource.OfFile(path), limits ?? ImageLimits.Default, (_, header) => header);
        var format = DicomImage.Inspect(path, limits).Format;
        return new(ImageFormat.Dicom, format.Columns, format.Rows, format.Samples, format.BitsStored);
    }

    /// <summary>True of a file that has DICOM's prefix, whatever its name; false of one that cannot be read.</summary>
    public static bool IsDicom(string path) => IsDicom(ImageSource.OfFile(path));

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static bool IsDicom(ImageSource source)
    {
        try
        {
            Span<byte> start = stackalloc byte[DicomFile.PrefixEnd];
            return DicomFile.HasPrefix(start[..source.ReadStart(start)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;                                   // whoever reads it says why
        }
    }

    /// <summary>A window or another frame than the first is no more than a slip where a picture has neither.</summary>
    internal static void RequireNoView(string path, DicomView? view)
    {
        if (view is null || view == DicomView.Default) return;
        throw new InvalidInputException(path, "no-such-window",
            "a window or frame was asked for, which only DICOM files have; leave it out.");
    }

    static T Open<T>(ImageSource source, ImageLimits limits, Func<Stream, ImageHeader, T> use)
    {
        var path = source.Name;
        try
        {
            using var file = source.Open();
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

    static ImageHeader ReadHeader(string path, Stream file, ImageLimits limits)
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
        if (Path.GetExtension(path) is var ending
            && (ending.Equals(".dcm", StringComparison.OrdinalIgnoreCase) || ending.Equals(".dicom", StringComparison.OrdinalIgnoreCase)))
            throw DicomErrors.NotDicom(path);
        throw OtherFormat(start) is { } other ? ImageErrors.Unsupported(path, other) : ImageErrors.NotAnImage(path, start);
    }

    /// <summary>True for a file of the format, and for one cut off within (at least two bytes of) its signature.</summary>
    static bool StartsLike(ReadOnlySpan<byte> start, ReadOnlySpan<byte> signature) =>
        start.StartsWith(signature) || (start.Length is >= 2 && start.Length < signature.Length && signature.StartsWith(start));

    static string? OtherFormat(ReadOnlySpan<byte> start) =>
        start.StartsWith("GIF8"u8) ? "a GIF"
        : start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8) ? "a WebP"
        : start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) ? "a BigTIFF"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P'])
            || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? "a JPEG 2000"
        : start.Length >= 12 && start[4..].StartsWith("ftyp"u8) ? "an AVIF, HEIC or video file"
        : null;
}
