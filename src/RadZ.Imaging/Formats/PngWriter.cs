using System.Buffers.Binary;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace RadZ.Imaging.Formats;

/// <summary>
/// Writes grey PNG files of 8 or 16 bits. The same pixels give the same bytes on any machine: filters are chosen by integers alone, and
/// the deflater is managed code, not the system's zlib, whose output differs by version.
/// </summary>
public static class PngWriter
{
    /// <summary>Writes levels of one byte, row by row.</summary>
    public static void WriteGray8(Stream file, ReadOnlySpan<byte> levels, int width, int height)
    {
        Require(levels.Length, width, height);
        Write(file, levels, width, height, bytes: 1);
    }

    /// <summary>Writes values of two bytes, row by row.</summary>
    public static void WriteGray16(Stream file, ReadOnlySpan<ushort> values, int width, int height)
    {
        Require(values.Length, width, height);
        var levels = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(levels.AsSpan(2 * i), values[i]);
        Write(file, levels, width, height, bytes: 2);
    }

    /// <summary>Whether a file ends as a whole PNG does: cheap, for resuming a run.</summary>
    public static bool IsWhole(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length < 45) return false;
        using var file = info.OpenRead();
        Span<byte> end = stackalloc byte[12];
        file.Seek(-12, SeekOrigin.End);
        file.ReadExactly(end);
        return end.SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82]);
    }

    static void Require(int pixels, int width, int height)
    {
        if (width < 1 || height < 1 || pixels != (long)width * height)
            throw new ArgumentException($"{pixels} pixels are given for a picture of {width} x {height}.");
    }

    static void Write(Stream file, ReadOnlySpan<byte> levels, int width, int height, int bytes)
    {
        file.Write(PngFile.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9], header[10], header[11], header[12]) = ((byte)(8 * bytes), 0, 0, 0, 0);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Compressed(Filtered(levels, width * bytes, height, bytes)));
        Chunk(file, "IEND"u8, []);
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngChecksum.Compute(type, data));
        file.Write(number);
    }

    /// <summary>
    /// Each row by that of the filters Sub, Up and Paeth whose bytes, taken as signed, are smallest in sum (PNG specification 12.8).
    /// </summary>
    static byte[] Filtered(ReadOnlySpan<byte> levels, int stride, int height, int bytes)
    {
        var filtered = new byte[(stride + 1) * height];
        Span<byte> tried = new byte[stride];
        ReadOnlySpan<byte> above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var row = levels.Slice(y * stride, stride);
            var into = filtered.AsSpan(y * (stride + 1), stride + 1);
            var least = int.MaxValue;
            foreach (var kind in (ReadOnlySpan<byte>)[1, 2, 4])
            {
                var cost = Filter(kind, row, above, tried, bytes);
                if (cost >= least) continue;
                (least, into[0]) = (cost, kind);
                tried.CopyTo(into[1..]);
            }
            above = row;
        }
        return filtered;
    }

    static int Filter(byte kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> into, int bytes)
    {
        var cost = 0;
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < bytes ? 0 : row[i - bytes], up = above[i], corner = i < bytes ? 0 : above[i - bytes];
            var predicted = kind switch { 1 => left, 2 => up, _ => Paeth(left, up, corner) };
            var difference = (byte)(row[i] - predicted);
            into[i] = difference;
            cost += Math.Abs((int)(sbyte)difference);
        }
        return cost;
    }

    static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    static byte[] Compressed(byte[] raw)
    {
        var deflater = new Deflater(level: 6, noZlibHeaderOrFooter: false);
        deflater.SetInput(raw);
        deflater.Finish();
        using var compressed = new MemoryStream(raw.Length / 2 + 64);
        var buffer = new byte[1 << 15];
        while (!deflater.IsFinished) compressed.Write(buffer, 0, deflater.Deflate(buffer));
        return compressed.ToArray();
    }
}
