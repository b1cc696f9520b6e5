using System.Buffers.Binary;
using System.Text;

namespace RadZ.Imaging.Formats;

/// <summary>The fields of IHDR (PNG specification 11.2.2).</summary>
readonly record struct PngHeader(int Width, int Height, int Bits, int ColorType, bool Interlaced)
{
    public int Channels => ColorType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

    /// <summary>Bytes of a row of so many pixels, without the filter byte.</summary>
    public int RowBytes(int width) => checked((int)(((long)width * Channels * Bits + 7) / 8));
}

/// <summary>A PNG's frame: signature, chunks and their checksums.</summary>
static class PngFile
{
    /// <summary>Deflate cannot expand more: a header that promises more pixels than that lies about its file.</summary>
    const int MaxExpansion = 1032;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static ImageHeader ReadHeader(string path, Stream file)
    {
        var header = ReadIhdr(path, file);
        return new(ImageFormat.Png, header.Width, header.Height, header.Channels, header.Bits);
    }

    /// <summary>Reads signature and IHDR; the stream then stands at the next chunk.</summary>
    public static PngHeader ReadIhdr(string path, Stream file)
    {
        Span<byte> start = stackalloc byte[33];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            throw ImageErrors.Truncated(path, ImageFormat.Png, "within its header");
        if (!start[8..16].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']))
            throw ImageErrors.Corrupt(path, ImageFormat.Png, "its first chunk is not IHDR");
        if (PngChecksum.Compute(start[12..16], start[16..29]) != BinaryPrimitives.ReadUInt32BigEndian(start[29..]))
            throw ImageErrors.Corrupt(path, ImageFormat.Png, "the checksum of chunk IHDR is wrong");

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(start[16..]), BinaryPrimitives.ReadUInt32BigEndian(start[20..]));
        var (bits, color) = (start[24], start[25]);
        var known = color switch
        {
            0 => bits is 1 or 2 or 4 or 8 or 16,
            3 => bits is 1 or 2 or 4 or 8,
            2 or 4 or 6 => bits is 8 or 16,
            _ => false,
        };
        if (!known || start[26] != 0 || start[27] != 0 || start[28] > 1)
            throw ImageErrors.Corrupt(path, ImageFormat.Png,
                $"its header says colour type {color} with {bits} bits, compression {start[26]}, filter {start[27]}, interlace " +
                $"{start[28]}, which no PNG has");
        return new((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue), bits, color, start[28] == 1);
    }

    /// <summary>Length and type of the next chunk.</summary>
    public static (int Length, string Type) NextChunk(string path, Stream file)
    {
        Span<byte> head = stackalloc byte[8];
        var at = file.Position;
        if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8)
            throw ImageErrors.Truncated(path, ImageFormat.Png, $"at byte {at}, before chunk IEND");
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > int.MaxValue || head[4..].ContainsAnyExceptInRange((byte)'A', (byte)'z'))
            throw ImageErrors.Corrupt(path, ImageFormat.Png, $"no chunk begins at byte {at}");
        if (length + 4 > file.Length - file.Position)
            throw ImageErrors.Truncated(path, ImageFormat.Png, $"within chunk {Encoding.ASCII.GetString(head[4..])} at byte {at}");
        return ((int)length, Encoding.ASCII.GetString(head[4..]));
    }

    /// <summary>Throws unless the four bytes that follow are the checksum.</summary>
    public static void CheckSum(string path, Stream file, string type, uint expected)
    {
        Span<byte> sum = stackalloc byte[4];
        file.ReadExactly(sum);
        if (BinaryPrimitives.ReadUInt32BigEndian(sum) != expected)
            throw ImageErrors.Corrupt(path, ImageFormat.Png, $"the checksum of chunk {type} is wrong");
    }

    /// <summary>Refuses a header whose pixels cannot be in a file of this size.</summary>
    public static void RequirePlausible(string path, PngHeader header, long fileBytes)
    {
        if ((long)header.RowBytes(header.Width) * header.Height > fileBytes * MaxExpansion)
            throw ImageErrors.Truncated(path, ImageFormat.Png,
                $"after {fileBytes:N0} bytes, which cannot hold the {header.Width:N0} x {header.Height:N0} pixels of its header");
    }
}
