using System.Buffers.Binary;

namespace RadZ.Imaging.Formats;

/// <summary>The header of a Windows bitmap.</summary>
static class BmpFile
{
    /// <summary>True when a known header size stands at byte 14: "BM" alone may well begin a text.</summary>
    public static bool IsHeaderSize(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32LittleEndian(start[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    public static ImageHeader ReadHeader(string path, ReadOnlySpan<byte> start)
    {
        if (start.Length < 30 && !(start.Length >= 26 && start[14] == 12))
            throw ImageErrors.Truncated(path, ImageFormat.Bmp, "within its header");
        (int width, int height, int bits) = start[14] is 12
            ? ((int)BinaryPrimitives.ReadUInt16LittleEndian(start[18..]), (int)BinaryPrimitives.ReadUInt16LittleEndian(start[20..]),
                (int)BinaryPrimitives.ReadUInt16LittleEndian(start[24..]))
            : (BinaryPrimitives.ReadInt32LittleEndian(start[18..]), BinaryPrimitives.ReadInt32LittleEndian(start[22..]),
                (int)BinaryPrimitives.ReadUInt16LittleEndian(start[28..]));
        height = height == int.MinValue ? int.MaxValue : Math.Abs(height);      // negative: rows from the top
        return bits switch
        {
            1 or 2 or 4 or 8 => new(ImageFormat.Bmp, width, height, 1, bits),
            16 => new(ImageFormat.Bmp, width, height, 3, 5),
            24 => new(ImageFormat.Bmp, width, height, 3, 8),
            32 => new(ImageFormat.Bmp, width, height, 4, 8),
            _ => throw ImageErrors.Unsupported(path, $"a BMP of {bits} bits a pixel"),
        };
    }
}
