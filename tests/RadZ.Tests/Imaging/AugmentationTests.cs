using System.ComponentModel.DataAnnotations;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

public class AugmentationTests
{
    static readonly AugmentationOptions Everything = new()
    {
        RotationDegrees = 15,
        ScaleMin = 0.8,
        ScaleMax = 1.2,
        ShiftFraction = 0.1,
        GammaMin = 0.7,
        GammaMax = 1.4,
        Contrast = 0.2,
        Brightness = 0.1,
        ErasingProbability = 0.5,
        HorizontalFlip = true,
        RandAugment = new(2, 7),
    };

    [Theory, InlineData(1), InlineData(3)]
    public void Defaults_change_no_level_and_share_no_memory(int channels)
    {
        var picture = Noise(32, channels);
        var varied = Augmentation.Apply(picture, new(), new Random(1));
        Assert.Equal(picture.Levels, varied.Levels);
        Assert.NotSame(picture.Levels, varied.Levels);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Seed_decides_everything_and_the_picture_itself_stays(int channels)
    {
        var picture = Noise(48, channels);
        var before = (byte[])picture.Levels.Clone();
        List<byte[]> first = [.. Enumerable.Range(0, 30).Select(seed => Augmentation.Apply(picture, Everything, new Random(seed)).Levels)];
        List<byte[]> again = [.. Enumerable.Range(0, 30).Select(seed => Augmentation.Apply(picture, Everything, new Random(seed)).Levels)];

        Assert.Equal(first, again);
        Assert.Equal(before, picture.Levels);
        Assert.Equal(30, first.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(first, levels => Assert.Equal(picture.Levels.Length, levels.Length));
    }

    [Fact]
    public void Gamma_bends_the_levels()
    {
        var varied = Augmentation.Apply(new(3, 1, 1, [0, 128, 255]), new() { GammaMin = 2, GammaMax = 2 }, new Random(1));
        Assert.Equal(new byte[] { 0, 64, 255 }, varied.Levels);
    }

    [Fact]
    public void Brightness_and_contrast_stay_within_what_was_asked()
    {
        var gray = new Raster(1, 1, 1, [100]);
        var brighter = Draw(gray, new() { Brightness = 0.1 });
        Assert.InRange(brighter.Min(), 74, 80);
        Assert.InRange(brighter.Max(), 120, 126);
        var contrasts = Draw(gray, new() { Contrast = 0.4 });
        Assert.InRange(contrasts.Min(), 89, 91);
        Assert.InRange(contrasts.Max(), 109, 111);
    }

    [Fact]
    public void Outside_takes_the_mean_colour()
    {
        AugmentationOptions small = new() { ScaleMin = 0.5, ScaleMax = 0.5 };
        var color = Augmentation.Apply(new(8, 8, 3, new byte[192]), small, new Random(1));
        Assert.Equal(new byte[] { 122, 116, 104 }, color.Levels[..3]);
        var gray = Augmentation.Apply(new(8, 8, 1, new byte[64]), small, new Random(1));
        Assert.Equal((114, 0), (gray.Levels[0], gray.Levels[4 * 8 + 4]));
    }

    [Fact]
    public void Flip_mirrors_about_half_of_the_pictures()
    {
        var picture = new Raster(2, 1, 1, [10, 20]);
        var flipped = Enumerable.Range(0, 200)
            .Count(seed => Augmentation.Apply(picture, new() { HorizontalFlip = true }, new Random(seed)).Levels is [20, 10]);
        Assert.InRange(flipped, 70, 130);
    }

    [Fact]
    public void Erasing_takes_the_area_that_was_asked_for()
    {
        var white = new Raster(60, 60, 1, [.. Enumerable.Repeat((byte)255, 3600)]);
        AugmentationOptions options = new() { ErasingProbability = 1, ErasingAreaMin = 0.25, ErasingAreaMax = 0.25 };
        for (var seed = 0; seed < 20; seed++)
        {
            var levels = Augmentation.Apply(white, options, new Random(seed)).Levels;
            Assert.InRange(levels.Count(l => l == 114), 840, 960);
            Assert.All(levels, l => Assert.True(l is 114 or 255));
        }
    }

    [Fact]
    public void Rand_augment_draws_all_eight_operations()
    {
        var picture = Noise(32, 1) with { Levels = [.. Noise(32, 1).Levels.Select((l, i) => (byte)(60 + l % 100 + i / 32))] };
        // at magnitude 7 and seen as sets: identity, autocontrast, equalize, brightness, sharpness, 4 of shear, 4 of translate, 2 of rotate
        var seen = Enumerable.Range(0, 400)
            .Select(seed => Augmentation.Apply(picture, new() { RandAugment = new(1, 7) }, new Random(seed)).Levels)
            .Select(Convert.ToHexString).ToHashSet();
        Assert.Equal(15, seen.Count);
        Assert.Contains(Convert.ToHexString(picture.Levels), seen);
        Assert.Contains(Convert.ToHexString(LevelOperations.Equalize(picture).Levels), seen);
        Assert.Contains(Convert.ToHexString(LevelOperations.AutoContrast(picture).Levels), seen);
        Assert.Contains(Convert.ToHexString(LevelOperations.Brightness(picture, 1.36).Levels), seen);
        Assert.Contains(Convert.ToHexString(LevelOperations.Sharpness(picture, 1.36).Levels), seen);
        Assert.Contains(Convert.ToHexString(AffineWarp.Apply(picture, AffineMap.Rotation(-21), [114]).Levels), seen);
        Assert.Contains(Convert.ToHexString(AffineWarp.Apply(picture, AffineMap.Shear(0, 0.21), [114]).Levels), seen);
        // 0.7 * 10/224 * 32
        Assert.Contains(Convert.ToHexString(AffineWarp.Apply(picture, AffineMap.Shift(1, 0), [114]).Levels), seen);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_told_together()
    {
        AugmentationOptions options =
            new() { ScaleMin = 1.2, ScaleMax = 0.8, GammaMin = 2, ErasingAreaMin = 0.5, RandAugment = new(2, 11) };
        var messages = options.Validate(new(options)).Select(v => v.ErrorMessage!).ToList();
        Assert.Equal(
            ["scale_min is 1.2, expected at most scale_max, which is 0.8.", "gamma_min is 2, expected at most gamma_max, which is 1.",
             "erasing_area_min is 0.5, expected at most erasing_area_max, which is 0.2.",
             "rand_augment is (2, 11), expected 0 to 20 operations of magnitude 0 to 10."], messages);
    }

    [Fact]
    public void Options_out_of_range_are_invalid()
    {
        List<ValidationResult> found = [];
        var options = Everything with { RotationDegrees = -1, ErasingProbability = 2 };
        Assert.False(Validator.TryValidateObject(options, new(options), found, validateAllProperties: true));
        Assert.Equal(["ErasingProbability", "RotationDegrees"], found.SelectMany(f => f.MemberNames).Order());
        Assert.True(Validator.TryValidateObject(Everything, new(Everything), null, validateAllProperties: true));
    }

    static int[] Draw(Raster raster, AugmentationOptions options) =>
        [.. Enumerable.Range(0, 300).Select(seed => (int)Augmentation.Apply(raster, options, new Random(seed)).Levels[0])];

    static Raster Noise(int side, int channels)
    {
        var levels = new byte[side * side * channels];
        new Random(side).NextBytes(levels);
        return new(side, side, channels, levels);
    }

    [Fact]
    public void An_area_goes_where_the_picture_goes_and_changes_nothing_of_it()
    {
        // a picture that is its own area: on a black border both must stay the same, whatever is done with geometry and erasing
        var black = new ClipPreparation { Mean = [0, 0, 0] };
        var options = new AugmentationOptions
        {
            HorizontalFlip = true,
            RotationDegrees = 20,
            ScaleMin = 0.8,
            ScaleMax = 1.3,
            ShiftFraction = 0.2,
            ErasingProbability = 0.5,
            ErasingAreaMin = 0.05,
            ErasingAreaMax = 0.3,
        };
        var levels = new byte[48 * 48];
        for (var y = 5; y < 20; y++) levels.AsSpan(y * 48 + 8, 9).Fill(255);
        var picture = new Raster(48, 48, 1, levels);
        var moved = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var (varied, areas) = Augmentation.Apply(picture, [picture, new(48, 48, 1, new byte[48 * 48])], options, new Random(seed),
                black);
            Assert.Equal(varied.Levels, areas[0].Levels);
            Assert.All(areas[1].Levels, l => Assert.Equal(0, l));
            Assert.Equal(varied.Levels, Augmentation.Apply(picture, options, new Random(seed), black).Levels);
            if (!varied.Levels.AsSpan().SequenceEqual(levels)) moved++;
        }
        Assert.True(moved > 50);
        Assert.Equal(255, picture.Levels[5 * 48 + 8]);
    }
}
