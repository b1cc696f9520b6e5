using System.Buffers.Binary;

namespace RadZ.Imaging.Formats;

/// <summary>A JPEG's markers (ITU T.81 annex B): what the decoder cannot be asked, or would pass over in silence.</summary>
static class JpegFile
{
    /// <summary>Real encoders write about ten; thousands of tiny scans over a large picture are an attack on time.</summary>
    const int MaxScans = 200;

    /// <summary>
    /// Every block of 8 x 8 pixels takes at least one bit, for its mean: a header that promises more lies about its file, and the
    /// decoder of a progressive JPEG would take six bytes a pixel for it.
    /// </summary>
    const int MaxPixelsPerByte = 8 * 64;

    public static ImageHeader ReadHeader(string path, Stream file)
    {
        file.Position = 2;
        Span<byte> frame = stackalloc byte[6];
        while (true)
        {
            var marker = NextMarker(path, file);
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
                continue;
            if (marker is 0xD9 or 0xDA)
                throw ImageErrors.Corrupt(path, ImageFormat.Jpeg, "pixels come before the frame header");
            var length = (ReadByte(path, file) << 8 | ReadByte(path, file)) - 2;
            if (length < 0)
                throw ImageErrors.Corrupt(path, ImageFormat.Jpeg, $"segment {marker:X2} has no length");
            if (marker is < 0xC0 or > 0xCF or 0xC4 or 0xC8 or 0xCC)
            {
                file.Seek(length, SeekOrigin.Current);
                continue;
            }
            if (file.ReadAtLeast(frame, 6, throwOnEndOfStream: false) < 6)
                throw ImageErrors.Truncated(path, ImageFormat.Jpeg, "within its header");
            return ReadFrame(path, marker, frame);
        }
    }

    /// <summary>Throws unless the file goes on to its end marker.</summary>
    public static void RequireWhole(string path, ReadOnlySpan<byte> file)
    {
        var scans = 0;
        for (var at = 2; ;)
        {
            var found = file[at..].IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= file.Length)
                throw ImageErrors.Truncated(path, ImageFormat.Jpeg, $"after {file.Length:N0} bytes without an end marker");
            at += found + 1;
            var marker = file[at];
            if (marker == 0xFF)
                continue;
            at++;
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
                continue;
            if (marker == 0xD9)
                break;
            if (marker == 0xDA && ++scans > MaxScans)
                throw ImageErrors.Corrupt(path, ImageFormat.Jpeg, $"it has more than {MaxScans} scans");
            if (at + 2 > file.Length || at + BinaryPrimitives.ReadUInt16BigEndian(file[at..]) is var next && next > file.Length)
                throw ImageErrors.Truncated(path, ImageFormat.Jpeg, $"within segment {marker:X2}");
            at = next;
        }
        if (scans == 0)
            throw ImageErrors.Truncated(path, ImageFormat.Jpeg, "before its first pixel");
    }

    /// <summary>Refuses a header whose pixels cannot be in a file of this size.</summary>
    public static void RequirePlausible(string path, ImageHeader header, long fileBytes)
    {
        if ((long)header.Width * header.Height > fileBytes * MaxPixelsPerByte)
            throw ImageErrors.Truncated(path, ImageFormat.Jpeg,
                $"after {fileBytes:N0} bytes, which cannot hold the {header.Width:N0} x {header.Height:N0} pixels of its header");
    }

    static ImageHeader ReadFrame(string path, int marker, ReadOnlySpan<byte> frame)
    {
        if (marker is not (0xC0 or 0xC1 or 0xC2))
            throw ImageErrors.Unsupported(path,
                marker is 0xC3 or 0xC7 or 0xCB or 0xCF ? "a lossless JPEG"
                    : $"a JPEG of kind {marker - 0xC0} (arithmetic or hierarchical)");
        if (frame[0] != 8)
            throw ImageErrors.Unsupported(path, $"a JPEG of {frame[0]} bits a sample");
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
        return frame[5] is 1 or 3 or 4
            ? new(ImageFormat.Jpeg, width, height, frame[5], 8)
            : throw ImageErrors.Unsupported(path, $"a JPEG of {frame[5]} channels");
    }

    static int NextMarker(string path, Stream file)
    {
        var at = file.Position;
        if (ReadByte(path, file) != 0xFF)
            throw ImageErrors.Corrupt(path, ImageFormat.Jpeg, $"no marker stands at byte {at}");
        int marker;
        do
            marker = ReadByte(path, file);
        while (marker == 0xFF);
        return marker;
    }

    static int ReadByte(string path, Stream file) =>
        file.ReadByte() is >= 0 and var b ? b : throw ImageErrors.Truncated(path, ImageFormat.Jpeg, "within its header");
}
