using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;

namespace RadZ.Tests.Imaging;

/// <summary>TIFF and BMP, whose levels are known because they were put there.</summary>
public class OtherFormatsTests
{
    static readonly byte[] Ramp = [.. Enumerable.Range(0, 35).Select(i => (byte)(i * 7))];

    [Theory, InlineData(Compression.NONE), InlineData(Compression.LZW), InlineData(Compression.ADOBE_DEFLATE),
        InlineData(Compression.PACKBITS)]
    public void Tiff_grey_of_8_bits(Compression compression) =>
        Assert.Equal(Ramp, Read(TiffMaker.Make(7, 5, 8, 1, Photometric.MINISBLACK, Ramp, compression), 7, 5, 1));

    [Fact]
    public void Tiff_where_white_is_zero_is_turned_round() =>
        Assert.Equal(Ramp.Select(v => (byte)(255 - v)), Read(TiffMaker.Make(7, 5, 8, 1, Photometric.MINISWHITE, Ramp), 7, 5, 1));

    [Theory, InlineData("wl"), InlineData("wb")]
    public void Tiff_grey_of_16_bits_is_scaled_whatever_its_byte_order(string mode)
    {
        ushort[] values = [0, 127, 128, 129, 385, 386, 32767, 65406, 65407, 65535];
        var packed = values.SelectMany(BitConverter.GetBytes).ToArray();
        Assert.Equal(values.Select(v => (byte)Math.Floor(v * 255 / 65535.0 + 0.5)),
            Read(TiffMaker.Make(5, 2, 16, 1, Photometric.MINISBLACK, packed, mode: mode), 5, 2, 1));
    }

    [Fact]
    public void Tiff_of_one_bit() => Assert.Equal(new byte[] { 255, 0, 255, 0, 0, 0, 0, 0, 0, 255 },
        Read(TiffMaker.Make(5, 2, 1, 1, Photometric.MINISBLACK, [0b10100_000, 0b00001_000]), 5, 2, 1));

    [Fact]
    public void Tiff_of_colour() => Assert.Equal(Ramp[..30], Read(TiffMaker.Make(5, 2, 8, 3, Photometric.RGB, Ramp[..30]), 5, 2, 3));

    [Fact]
    public void Tiff_with_a_palette()
    {
        ushort[][] colors =
            [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, 256).Select(i => (ushort)(((i * (c + 1)) & 255) * 257)).ToArray())];
        var expected = Ramp.SelectMany(i => new[] { i, (byte)(i * 2), (byte)(i * 3) });
        Assert.Equal(expected, Read(TiffMaker.Make(7, 5, 8, 1, Photometric.PALETTE, Ramp, colors: colors), 7, 5, 3));
    }

    [Fact]
    public void Tiff_in_tiles()
    {
        byte[] tile = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(tile, Read(TiffMaker.Make(16, 16, 8, 1, Photometric.MINISBLACK, tile, tile: 16), 16, 16, 1));
    }

    [Fact]
    public void Tiff_cut_short_is_refused()
    {
        var file = TiffMaker.Make(7, 5, 8, 1, Photometric.MINISBLACK, Ramp);
        for (var length = 4; length < file.Length; length++)
        {
            using var cut = new TemporaryFile(file.AsSpan(0, length), ".tif");
            Assert.Equal("truncated", Assert.Throws<InvalidInputException>(() => ImageFile.Read(cut.Path)).Kind);
        }
    }

    [Theory, InlineData(1), InlineData(-1)]
    public void Bmp_of_24_bits_from_below_and_from_above(int direction)
    {
        using var file = new TemporaryFile(Bmp(direction), ".jpg");
        var raster = ImageFile.Read(file.Path);
        var rows = new[] { new byte[] { 1, 2, 3, 4, 5, 6 }, [7, 8, 9, 10, 11, 12] };
        Assert.Equal(direction < 0 ? rows.SelectMany(r => r) : rows.Reverse().SelectMany(r => r), raster.Levels);
        Assert.Equal(new ImageHeader(ImageFormat.Bmp, 2, 2, 3, 8), ImageFile.Inspect(file.Path));
    }

    [Fact]
    public void Bmp_cut_short_is_truncated()
    {
        using var file = new TemporaryFile(Bmp(1).AsSpan(0, 64), ".bmp");
        Assert.Equal("truncated", Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path)).Kind);
    }

    /// <summary>2 x 2 pixels; blue, green, red in the file; a row is padded to 8 bytes.</summary>
    static byte[] Bmp(int direction)
    {
        var file = new byte[70];
        "BM"u8.CopyTo(file);
        (file[2], file[10], file[14], file[18], file[26], file[28], file[34]) = (70, 54, 40, 2, 1, 24, 16);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), 2 * direction);
        new byte[] { 3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0 }.CopyTo(file, 54);
        return file;
    }

    static byte[] Read(byte[] content, int width, int height, int channels)
    {
        using var file = new TemporaryFile(content, ".tif");
        var raster = ImageFile.Read(file.Path);
        Assert.Equal((width, height, channels), (raster.Width, raster.Height, raster.Channels));
        return raster.Levels;
    }
}
