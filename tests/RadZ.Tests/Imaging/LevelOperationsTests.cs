using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

/// <summary>Pillow's arithmetic, in numbers that a reader can work out.</summary>
public class LevelOperationsTests
{
    [Fact]
    public void Auto_contrast_stretches_to_the_full_range() =>
        // (100 - 50) * 2.55 = 127.5, cut
        Assert.Equal(new byte[] { 0, 127, 255 }, LevelOperations.AutoContrast(new(3, 1, 1, [50, 100, 150])).Levels);

    [Fact]
    public void Auto_contrast_works_channel_by_channel_and_leaves_a_constant_one() =>
        Assert.Equal(new byte[] { 0, 255, 7, 255, 0, 7 }, LevelOperations.AutoContrast(new(2, 1, 3, [1, 9, 7, 2, 8, 7])).Levels);

    [Fact]
    public void Equalize_spreads_levels_by_how_many_have_them()
    {
        // 510, 255 and 255 pixels: step (1020 - 255) / 255 = 3; (0 + 1) / 3, (510 + 1) / 3, (765 + 1) / 3
        byte[] levels = [.. Enumerable.Repeat((byte)10, 510), .. Enumerable.Repeat((byte)20, 255), .. Enumerable.Repeat((byte)30, 255)];
        var equal = LevelOperations.Equalize(new(1020, 1, 1, levels)).Levels;
        Assert.Equal((0, 170, 255), (equal[0], equal[510], equal[765]));
    }

    [Fact]
    public void Equalize_leaves_too_few_pixels() =>
        Assert.Equal(new byte[] { 1, 2, 3 }, LevelOperations.Equalize(new(3, 1, 1, [1, 2, 3])).Levels);

    [Fact]
    public void Brightness_multiplies_and_cuts() =>
        Assert.Equal(new byte[] { 4, 136, 255 }, LevelOperations.Brightness(new(3, 1, 1, [3, 100, 200]), 1.36).Levels);

    [Theory, InlineData(0.0, 50), InlineData(1.0, 130), InlineData(2.0, 210), InlineData(4.0, 255)]
    public void Sharpness_goes_from_smooth_to_sharp(double factor, byte expected)
    {
        var spot = LevelOperations.Sharpness(new(3, 3, 1, [0, 0, 0, 0, 130, 0, 0, 0, 0]), factor).Levels;         // smooth: 130 * 5/13 = 50
        Assert.Equal(new byte[] { 0, 0, 0, 0, expected, 0, 0, 0, 0 }, spot);
    }

    [Theory, InlineData(6, 0), InlineData(7, 1)]
    public void Smooth_picture_is_rounded_not_cut(byte corner, byte expected) =>       // 6/13 and 7/13
        Assert.Equal(expected, LevelOperations.Sharpness(new(3, 3, 1, [corner, 0, 0, 0, 0, 0, 0, 0, 0]), 0).Levels[4]);
}
