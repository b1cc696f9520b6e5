using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RadZ.Tests.Imaging;

/// <summary>Writes PNG files by the letter of the specification, right ones and wrong ones. Shares no code with the decoder.</summary>
static class PngMaker
{
    public static readonly byte[] Signature = [137, 80, 78, 71, 13, 10, 26, 10];

    /// <summary>PNG specification, figure of 8.2: the pass of each pixel of an 8 x 8 tile.</summary>
    static readonly string[] Passes = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

    /// <summary>A whole file. <paramref name="sample"/> gives channel c of pixel (x, y) at the file's own depth.</summary>
    public static byte[] Make(int width, int height, int bits, int colorType, bool interlaced, Func<int, int, int, int> sample,
        byte[]? palette = null) =>
        [.. Signature,
         .. Chunk("IHDR", Header(width, height, bits, colorType, interlaced)),
         .. palette is null ? [] : Chunk("PLTE", palette),
         .. Chunk("IDAT", Compress(Rows(width, height, bits, colorType, interlaced, sample))),
         .. Chunk("IEND", [])];

    public static byte[] Header(int width, int height, int bits, int colorType, bool interlaced = false)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colorType, interlaced ? (byte)1 : (byte)0);
        return header;
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    public static byte[] Compress(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var deflate = new ZLibStream(into, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(bytes);
        return into.ToArray();
    }

    static byte[] Rows(int width, int height, int bits, int colorType, bool interlaced, Func<int, int, int, int> sample)
    {
        var channels = colorType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };
        List<byte> rows = [];
        var filter = 0;
        foreach (var pass in interlaced ? "1234567" : "0")
        {
            byte[] above = [];
            for (var y = 0; y < height; y++)
            {
                List<int> samples = [];
                for (var x = 0; x < width; x++)
                    if (!interlaced || Passes[y % 8][x % 8] == pass)
                        for (var c = 0; c < channels; c++)
                            samples.Add(sample(x, y, c));
                if (samples.Count == 0)
                    continue;
                var packed = Pack(samples, bits);
                rows.Add((byte)filter);
                rows.AddRange(Filter(filter, packed, above, Math.Max(1, channels * bits / 8)));
                (above, filter) = (packed, (filter + 1) % 5);
            }
        }
        return [.. rows];
    }

    static byte[] Pack(List<int> samples, int bits)
    {
        var packed = new byte[(samples.Count * bits + 7) / 8];
        for (var i = 0; i < samples.Count; i++)
            for (var bit = 0; bit < bits; bit++)
                if ((samples[i] >> bits - 1 - bit & 1) != 0)
                    packed[(i * bits + bit) / 8] |= (byte)(0x80 >> (i * bits + bit) % 8);
        return packed;
    }

    static IEnumerable<byte> Filter(int filter, byte[] row, byte[] above, int step)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above.Length > i ? above[i] : 0,
            c = i >= step && above.Length > i ? above[i - step] : 0;
            var p = a + b - c;
            var paeth = new[] { a, b, c }.MinBy(v => Math.Abs(p - v));       // the first of equals, as the specification has it
            yield return (byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => paeth });
        }
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
        }
        return ~crc;
    }
}
