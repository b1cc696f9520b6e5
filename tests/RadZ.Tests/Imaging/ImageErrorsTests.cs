using System.Text;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;

namespace RadZ.Tests.Imaging;

/// <summary>Each thing that can be wrong: its kind, and a message that names what was found and what to do.</summary>
public class ImageErrorsTests
{
    static readonly byte[] Good = PngMaker.Make(16, 16, 8, 0, false, (x, y, _) => x * y);
    static readonly byte[] Jpeg = MakeJpeg();

    [Fact]
    public void Missing_file()
    {
        var error = Assert.Throws<InvalidInputException>(() => ImageFile.Read("/no/such/folder/chest.png"));
        Assert.Equal("missing", error.Kind);
        Assert.Equal("/no/such/folder/chest.png: there is no such file, expected a PNG, JPEG, BMP, TIFF or DICOM image; check the path.",
            error.Message);
    }

    [Fact]
    public void Folder_is_unreadable() =>
        Assert.Equal("unreadable", Assert.Throws<InvalidInputException>(() => ImageFile.Read(Path.GetTempPath())).Kind);

    [Fact]
    public void Empty_file() =>
        Refused([], "empty", "the file has 0 bytes, expected a PNG, JPEG, BMP, TIFF or DICOM image; copy or download it again.");

    [Fact]
    public void Text_named_png() => Refused("Patient ID,Findings\n"u8, "not-an-image",
        "the file begins with the text \"Patient ID,Findi\", expected a PNG, JPEG, BMP, TIFF or DICOM image (by content, whatever its " +
        "name); check that it is the file you meant.");

    [Fact]
    public void Random_bytes() => Refused([1, 2, 3, 4], "not-an-image", "begins with the bytes 01020304");

    [Theory]
    [InlineData("GIF89a", "a GIF")]
    [InlineData("RIFF0000WEBPVP8 ", "a WebP")]
    [InlineData("MM\0+\0\b\0\0", "a BigTIFF")]
    public void Other_formats_are_named(string start, string found) =>
        Refused(Encoding.ASCII.GetBytes(start), "unsupported", $"found {found}, expected");

    [Fact]
    public void Dicom_is_known_by_its_prefix() =>
        Refused([.. new byte[128], .. "DICM"u8], "truncated", "the file ends after the prefix, no file meta");

    [Fact]
    public void Png_cut_anywhere_is_truncated()
    {
        for (var length = 2; length < Good.Length; length++)
            Refused(Good.AsSpan(0, length), "truncated", "copy or download the file again.");
    }

    [Fact]
    public void Jpeg_cut_anywhere_is_truncated()
    {
        for (var length = 3; length < Jpeg.Length; length++)
            Refused(Jpeg.AsSpan(0, length), "truncated", "the JPEG ends ");
    }

    [Fact]
    public void Png_whose_pixels_end_early_is_truncated()
    {
        byte[] file = [.. PngMaker.Signature, .. PngMaker.Chunk("IHDR", PngMaker.Header(10, 10, 8, 0)),
            .. PngMaker.Chunk("IDAT", PngMaker.Compress(new byte[55])), .. PngMaker.Chunk("IEND", [])];
        Refused(file, "truncated", "the PNG ends in row 5 of 10, expected the whole picture");
    }

    [Fact]
    public void Wrong_checksum_is_corrupt()
    {
        var file = (byte[])Good.Clone();
        file[^14] ^= 1;                                                  // the last byte of IDAT's checksum, before the 12 of IEND
        file[^13] ^= 1;
        Refused(file, "corrupt", "the checksum of chunk IDAT is wrong");
    }

    [Fact]
    public void Impossible_header_is_corrupt() => Refused(
        [.. PngMaker.Signature, .. PngMaker.Chunk("IHDR", PngMaker.Header(4, 4, 3, 0))], "corrupt", "colour type 0 with 3 bits");

    [Fact]
    public void Palette_index_beyond_the_palette_is_corrupt() => Refused(
        PngMaker.Make(2, 1, 8, 3, false, (x, _, _) => x * 5, [1, 2, 3, 4, 5, 6]), "corrupt",
        "a pixel asks for palette entry 5, the palette has 2");

    [Fact]
    public void Palette_that_is_missing_is_corrupt() =>
        Refused(PngMaker.Make(2, 1, 8, 3, false, (_, _, _) => 0), "corrupt", "it has no palette before its pixels");

    [Fact]
    public void No_pixels_are_corrupt() => Refused(
        [.. PngMaker.Signature, .. PngMaker.Chunk("IHDR", PngMaker.Header(0, 4, 8, 0)), .. new byte[32]], "corrupt",
        "its header says 0 x 4 pixels");

    [Fact]
    public void File_beyond_the_limit_is_too_large()
    {
        using var file = new TemporaryFile(Good);
        var error = Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path, new() { MaxFileBytes = 20 }));
        Assert.Equal("too-large", error.Kind);
        Assert.Contains($"the file has {Good.Length:N0} bytes, expected at most 20", error.Message);
    }

    [Theory, InlineData(15, 1000), InlineData(100, 255)]
    public void Header_beyond_a_limit_is_too_large(int maxSide, int maxPixels)
    {
        using var file = new TemporaryFile(Good);
        var limits = new ImageLimits { MaxSide = maxSide, MaxPixels = maxPixels };
        Assert.Equal("too-large", Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path, limits)).Kind);
        Assert.Equal("too-large", Assert.Throws<InvalidInputException>(() => ImageFile.Inspect(file.Path, limits)).Kind);
    }

    static void Refused(ReadOnlySpan<byte> content, string kind, string message)
    {
        using var file = new TemporaryFile(content);
        var error = Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path));
        Assert.Equal(kind, error.Kind);
        Assert.Equal(file.Path, error.Path);
        Assert.Contains(message, error.Message);
    }

    static byte[] MakeJpeg()
    {
        using var bitmap = new SkiaSharp.SKBitmap(24, 24);
        bitmap.Erase(SkiaSharp.SKColors.Teal);
        using var data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 80);
        return data.ToArray();
    }
}
