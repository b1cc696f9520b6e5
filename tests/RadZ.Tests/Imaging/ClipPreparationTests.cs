using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

/// <summary>Every step against what Pillow and transformers make of the same files.</summary>
public class ClipPreparationTests
{
    /// <summary>A JPEG may be decoded by another accurate DCT; everything else is exact.</summary>
    const int JpegTolerance = 3;

    public static TheoryData<string> Names => PreparationCases.Names;
    public static TheoryData<string, int> Resized => PreparationCases.Sides("resized");
    public static TheoryData<string, int> Final => PreparationCases.Sides("final");

    [Theory, MemberData(nameof(Names))]
    public void File_decodes_to_the_levels_of_pillow(string name)
    {
        var expected = PreparationCases.Decoded(name);
        var actual = ImageFile.Read(PreparationCases.FileOf(name));

        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        var worst = PreparationCases.LargestDifference(expected.Levels, expected.Channels, actual);
        Assert.InRange(worst, 0, PreparationCases.IsLossy(name) ? JpegTolerance : 0);
        if (worst == 0)
            Assert.Equal(expected.Channels, actual.Channels);
    }

    [Theory, MemberData(nameof(Names))]
    public void Header_says_the_size_that_decoding_gives(string name)
    {
        var expected = PreparationCases.Decoded(name);
        var header = ImageFile.Inspect(PreparationCases.FileOf(name));
        Assert.Equal((expected.Width, expected.Height), (header.Width, header.Height));
    }

    [Theory, MemberData(nameof(Resized))]
    public void Decoded_levels_resize_to_the_levels_of_pillow(string name, int side)
    {
        var preparation = PreparationCases.Preparation with { Size = side };
        var square = preparation.Square(PreparationCases.Decoded(name));
        Assert.Equal(PreparationCases.PaddedSide(name), square.Width);

        var actual = preparation.Resize(square);

        Assert.Equal((side, side), (actual.Width, actual.Height));
        Assert.Equal(0, PreparationCases.LargestDifference(PreparationCases.Arrays.Values<byte>($"{name}.resized.{side}"), 3, actual));
    }

    [Theory, MemberData(nameof(Final))]
    public void Resized_levels_become_the_floats_of_transformers(string name, int side)
    {
        var resized = new Raster(side, side, 3, PreparationCases.Arrays.Values<byte>($"{name}.resized.{side}"));
        Assert.Equal(PreparationCases.Arrays.Values<float>($"{name}.final.{side}"), PreparationCases.Preparation.Normalize(resized));
    }

    [Theory, MemberData(nameof(Final))]
    public void File_is_prepared_to_the_floats_of_transformers(string name, int side)
    {
        var expected = PreparationCases.Arrays.Values<float>($"{name}.final.{side}");
        var actual = (PreparationCases.Preparation with { Size = side }).Prepare(PreparationCases.FileOf(name));
        if (PreparationCases.IsLossy(name))
            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -0.05f, 0.05f));      // 3 levels
        else
            Assert.Equal(expected, actual);
    }

    [Fact]
    public void Each_level_has_the_value_of_the_table()
    {
        var ramp = new Raster(16, 16, 1, [.. Enumerable.Range(0, 256).Select(v => (byte)v)]);
        Assert.Equal(PreparationCases.Arrays.Values<float>("normalise.table"), PreparationCases.Preparation.Normalize(ramp));
    }

    [Fact]
    public void Border_is_the_mean_cut_to_a_level()
    {
        var (red, green, blue) = PreparationCases.Preparation.Border;
        Assert.Equal(PreparationCases.Fill, new int[] { red, green, blue });
    }

    [Fact]
    public void Odd_pixel_of_border_goes_below()
    {
        var square = ClipPreparation.Default.Square(new(4, 1, 1, [200, 200, 200, 200]));
        Assert.Equal([122, 200, 122, 122], Enumerable.Range(0, 4).Select(y => (int)square.Levels[y * 12]));
    }

    [Fact]
    public void Square_grey_picture_stays_grey()
    {
        var gray = new Raster(2, 2, 1, [1, 2, 3, 4]);
        Assert.Same(gray, ClipPreparation.Default.Square(gray));
    }
}
