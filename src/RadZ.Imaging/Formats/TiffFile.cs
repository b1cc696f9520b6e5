using System.Buffers.Binary;

namespace RadZ.Imaging.Formats;

/// <summary>
/// The first directory of a TIFF, read and bounded before LibTiff sees the file: LibTiff takes memory for whatever a tag claims.
/// </summary>
static class TiffFile
{
    const int Width = 256, Length = 257, Bits = 258, Channels = 277, StripBytes = 279, TileWidth = 322, TileLength = 323, TileBytes = 325;

    public static ImageHeader ReadHeader(string path, Stream file, ImageLimits limits)
    {
        Span<byte> head = stackalloc byte[8];
        Read(path, file, 0, head);
        var big = head[0] == 'M';
        var directory = UInt32(head[4..], big);
        Span<byte> two = stackalloc byte[2];
        Read(path, file, directory, two);
        var entries = new byte[UInt16(two, big) * 12];
        Read(path, file, directory + 2L, entries);

        long width = 0, height = 0, bits = 1, channels = 1, tileWidth = 1, tileLength = 1;
        for (var at = 0; at < entries.Length; at += 12)
        {
            var entry = entries.AsSpan(at, 12);
            var (tag, type, count) = (UInt16(entry, big), UInt16(entry[2..], big), UInt32(entry[4..], big));
            var size = type switch { 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 => 8, _ => 1 };
            var inline = count * (long)size <= 4;
            var offset = inline ? directory + 2L + at + 8 : UInt32(entry[8..], big);
            if (offset + count * (long)size > file.Length)
                throw ImageErrors.Truncated(path, ImageFormat.Tiff, $"before the values of tag {tag}");
            if (tag is StripBytes or TileBytes)
                RequireInFile(path, file, offset, count, size, big);
            if (count == 0 || tag is not (Width or Length or Bits or Channels or TileWidth or TileLength))
                continue;
            Read(path, file, offset, head[..size]);
            var number = Number(head[..size], big);
            _ = tag switch
            {
                Width => width = number,
                Length => height = number,
                Bits => bits = number,
                Channels => channels = number,
                TileWidth => tileWidth = number,
                _ => tileLength = number,
            };
        }
        if (bits is < 1 or > 16 || channels is < 1 or > 4)
            throw ImageErrors.Unsupported(path, $"a TIFF of {channels} channels of {bits} bits");
        ImageErrors.Require(path, new(ImageFormat.Tiff, Clamp(tileWidth), Clamp(tileLength), 1, 8), limits);
        return new(ImageFormat.Tiff, Clamp(width), Clamp(height), (int)channels, (int)bits);
    }

    /// <summary>Refuses strips or tiles that claim more bytes than the file has.</summary>
    static void RequireInFile(string path, Stream file, long offset, uint count, int size, bool big)
    {
        var values = new byte[checked((int)(count * (long)size))];
        Read(path, file, offset, values);
        for (var at = 0; at < values.Length; at += size)
            if (Number(values.AsSpan(at, size), big) > file.Length)
                throw ImageErrors.Truncated(path, ImageFormat.Tiff,
                    $"before the {Number(values.AsSpan(at, size), big):N0} bytes of a strip");
    }

    static int Clamp(long value) => (int)Math.Min(value, int.MaxValue);

    static long Number(ReadOnlySpan<byte> value, bool big) =>
        value.Length switch { 2 => UInt16(value, big), 4 => UInt32(value, big), _ => value[0] };

    static ushort UInt16(ReadOnlySpan<byte> at, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    static uint UInt32(ReadOnlySpan<byte> at, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    static void Read(string path, Stream file, long offset, Span<byte> into)
    {
        file.Position = offset;
        if (file.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
            throw ImageErrors.Truncated(path, ImageFormat.Tiff, "within its directory");
    }
}
