using RadZ.Imaging;
using RadZ.Imaging.Pictures;

namespace RadZ.Tests.Imaging;

/// <summary>Every colour type, depth and interlacing of PNG, at sizes where an interlace pass may be empty.</summary>
public class PngFormsTests
{
    public static TheoryData<int, int, bool> Forms => new(
        from form in new[] { (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
            (6, 8), (6, 16) }
        from interlaced in new[] { false, true }
        select (form.Item1, form.Item2, interlaced));

    [Theory, MemberData(nameof(Forms))]
    public void All_forms_decode_to_what_was_written(int colorType, int bits, bool interlaced)
    {
        foreach (var (width, height) in new[] { (1, 1), (2, 3), (5, 1), (1, 5), (8, 8), (37, 23) })
        {
            var top = (1 << bits) - 1;
            var random = new Random(width * 100 + height);
            var samples = Enumerable.Range(0, width * height * 4).Select(_ => random.Next(top + 1)).ToArray();
            int Sample(int x, int y, int c) => samples[(y * width + x) * 4 + c];
            var palette = Enumerable.Range(0, 3 << bits).Select(i => (byte)(i * 37)).ToArray();
            using var file = new TemporaryFile(PngMaker.Make(width, height, bits, colorType, interlaced, Sample,
                colorType == 3 ? palette : null));

            var raster = ImageFile.Read(file.Path);

            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    for (var c = 0; c < 3; c++)
                    {
                        var expected = colorType == 3 ? palette[Sample(x, y, 0) * 3 + c]
                            : (int)Math.Floor(Sample(x, y, colorType is 2 or 6 ? c : 0) * 255.0 / top + 0.5);
                        Assert.Equal(expected, raster.Levels[(y * width + x) * raster.Channels + c % raster.Channels]);
                    }
            Assert.Equal(colorType is 0 or 4 ? 1 : raster.Channels, raster.Channels);
            Assert.Equal(new ImageHeader(ImageFormat.Png, width, height, colorType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 }, bits),
                ImageFile.Inspect(file.Path));
        }
    }

    [Fact]
    public void Colour_file_of_equal_channels_is_grey()
    {
        using var file = new TemporaryFile(PngMaker.Make(9, 7, 8, 6, false, (x, y, c) => c == 3 ? x : x * 20 + y));
        Assert.Equal(1, ImageFile.Read(file.Path).Channels);
    }

    [Fact]
    public void Last_pixel_of_colour_keeps_the_grey_ones_before_it()
    {
        using var file = new TemporaryFile(PngMaker.Make(3, 2, 8, 2, false, (x, y, c) => (x, y, c) == (2, 1, 2) ? 9 : 10 * x + y));
        Assert.Equal(new byte[] { 0, 0, 0, 10, 10, 10, 20, 20, 20, 1, 1, 1, 11, 11, 11, 21, 21, 9 }, ImageFile.Read(file.Path).Levels);
    }
}
