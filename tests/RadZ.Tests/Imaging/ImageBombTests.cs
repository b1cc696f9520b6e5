using System.Buffers.Binary;
using System.IO.Compression;
using RadZ.Files;
using RadZ.Imaging.Pictures;

namespace RadZ.Tests.Imaging;

/// <summary>Files that promise or contain more than they should cost: refused, or read, without taking the memory.</summary>
public class ImageBombTests
{
    const long Little = 1 << 20;

    [Fact]
    public void Png_header_of_60000_by_60000_takes_no_memory() => RefusedCheaply(PngOf(60_000, 60_000, new byte[100]), "too-large",
        "the PNG header says 60,000 x 60,000 pixels, expected at most 32,768 a side and 200,000,000 in all; scale the picture down first.");

    [Fact]
    public void Png_of_ten_gigabytes_takes_no_memory() =>
        RefusedCheaply(PngOf(100_000, 100_000, Bomb(megabytes: 16)), "too-large", "100,000 x 100,000");

    [Fact]
    public void Png_header_within_limits_that_its_file_cannot_hold_takes_no_memory() =>
        RefusedCheaply(PngOf(14_000, 14_000, new byte[100]), "truncated", "which cannot hold the 14,000 x 14,000 pixels of its header");

    [Fact]
    public void Deflate_bomb_behind_a_small_header_ends_where_the_picture_does()
    {
        using var file = new TemporaryFile(PngOf(8, 8, Bomb(megabytes: 256)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var raster = ImageFile.Read(file.Path);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        Assert.Equal(new byte[64], raster.Levels);
    }

    [Fact]
    public void Jpeg_header_of_60000_by_60000_takes_no_memory() => RefusedCheaply(
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, .. BigEndian(60_000), .. BigEndian(60_000), 1, 1, 0x11, 0, 0xFF, 0xD9], "too-large",
        "the JPEG header says 60,000 x 60,000");

    [Fact]
    public void Jpeg_header_within_limits_that_its_file_cannot_hold_takes_no_memory() => RefusedCheaply(
        [0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, .. BigEndian(14_000), .. BigEndian(14_000), 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
            0xFF, 0xD9],
        "truncated", "which cannot hold the 14,000 x 14,000 pixels of its header");

    [Fact]
    public void Bmp_header_of_60000_by_60000_takes_no_memory()
    {
        var header = new byte[54];
        "BM"u8.CopyTo(header);
        header[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), -60_000);
        header[28] = 24;
        RefusedCheaply(header, "too-large", "the BMP header says 60,000 x 60,000");
    }

    [Fact]
    public void Tiff_header_of_60000_by_60000_takes_no_memory() => RefusedCheaply(
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, .. Entry(256, 60_000), .. Entry(257, 60_000), 0, 0, 0, 0], "too-large",
        "the TIFF header says 60,000 x 60,000");

    [Fact]
    public void Tiff_strip_that_claims_gigabytes_takes_no_memory() => RefusedCheaply(
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 3, .. Entry(256, 10), .. Entry(257, 10), 1, 23, 0, 4, 0, 0, 0, 1, 0x7F, 0, 0, 0, 0, 0, 0, 0],
        "truncated", "bytes of a strip");

    [Fact]
    public void Jpeg_of_thousands_of_scans_is_refused()
    {
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];
        RefusedCheaply([0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, .. BigEndian(8), .. BigEndian(8), 1, 1, 0x11, 0,
            .. Enumerable.Repeat(scan, 1000).SelectMany(s => s), 0xFF, 0xD9],
            "corrupt", "more than 200 scans");
    }

    static void RefusedCheaply(byte[] content, string kind, string message)
    {
        using var file = new TemporaryFile(content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message);
    }

    static byte[] PngOf(int width, int height, byte[] compressed) =>
        [.. PngMaker.Signature, .. PngMaker.Chunk("IHDR", PngMaker.Header(width, height, 8, 0)), .. PngMaker.Chunk("IDAT", compressed),
            .. PngMaker.Chunk("IEND", [])];

    static byte[] Bomb(int megabytes)
    {
        using var into = new MemoryStream();
        using (var deflate = new ZLibStream(into, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < megabytes; i++)
                deflate.Write(zeros);
        }
        return into.ToArray();
    }

    static byte[] BigEndian(int value) => [(byte)(value >> 8), (byte)value];

    static byte[] Entry(int tag, int value) => [.. BigEndian(tag), 0, 3, 0, 0, 0, 1, .. BigEndian(value), 0, 0];
}
