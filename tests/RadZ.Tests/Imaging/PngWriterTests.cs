using System.Security.Cryptography;
using CsCheck;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Formats;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;

namespace RadZ.Tests.Imaging;

public class PngWriterTests
{
    static readonly Gen<(int Width, int Height, ushort[] Values)> s_pictures =
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from smooth in Gen.Bool
        from values in Gen.UShort.Array[width * height]
        select (width, height, smooth ? [.. Enumerable.Range(0, width * height).Select(i => (ushort)(i * 37))] : values);

    static Raster Read(Action<Stream> write)
    {
        using var temp = new TempFolder();
        AtomicFile.Write(temp.At("x.png"), write, flush: false);
        Assert.True(PngWriter.IsWhole(temp.At("x.png")));
        return ImageFile.Read(temp.At("x.png"));
    }

    [Fact]
    public void What_is_written_is_read_again() => s_pictures.Sample(picture =>
    {
        var (width, height, values) = picture;
        var levels = Array.ConvertAll(values, v => (byte)(v >> 8));
        var eight = Read(s => PngWriter.WriteGray8(s, levels, width, height));
        var sixteen = Read(s => PngWriter.WriteGray16(s, values, width, height));
        Assert.Equal((width, height, 1), (eight.Width, eight.Height, eight.Channels));
        Assert.Equal(levels, eight.Levels);
        Assert.Equal(Array.ConvertAll(values, v => (byte)(v * 255.0 / 65535 + 0.5)), sixteen.Levels);
    }, iter: 60, threads: 1);

    /// <summary>The digest was taken on Linux x64; a deflater of the system would give another with every version.</summary>
    [Fact]
    public void The_bytes_are_these_on_every_machine()
    {
        byte[] levels = [.. Enumerable.Range(0, 100 * 80).Select(i => (byte)(i % 100 + i / 100 * 2 + i * 7919 % 13))];
        using var file = new MemoryStream();
        PngWriter.WriteGray8(file, levels, 100, 80);
        Approved.Verify(Convert.ToHexStringLower(SHA256.HashData(file.ToArray())) + "\n");
    }

    [Fact]
    public void A_file_that_was_cut_is_not_whole_and_a_wrong_size_is_refused()
    {
        using var temp = new TempFolder();
        AtomicFile.Write(temp.At("x.png"), s => PngWriter.WriteGray8(s, new byte[100], 10, 10), flush: false);
        var bytes = File.ReadAllBytes(temp.At("x.png"));
        foreach (var length in (int[])[0, 20, bytes.Length - 1])
        {
            File.WriteAllBytes(temp.At("x.png"), bytes[..length]);
            Assert.False(PngWriter.IsWhole(temp.At("x.png")));
        }
        Assert.False(PngWriter.IsWhole(temp.At("none.png")));
        Assert.Throws<ArgumentException>(() => PngWriter.WriteGray8(Stream.Null, new byte[99], 10, 10));
    }
}
