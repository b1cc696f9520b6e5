using CsCheck;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

public class AffineWarpTests
{
    static readonly byte[] Nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public void Quarter_turn_goes_anticlockwise() => Assert.Equal(new byte[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 }, Warp(AffineMap.Rotation(90)));

    [Fact]
    public void Mirror_swaps_left_and_right() => Assert.Equal(new byte[] { 3, 2, 1, 6, 5, 4, 9, 8, 7 }, Warp(AffineMap.Mirror));

    [Fact]
    public void Shift_goes_right_and_down_and_leaves_border() =>
        Assert.Equal(new byte[] { 50, 50, 50, 50, 1, 2, 50, 4, 5 }, Warp(AffineMap.Shift(1, 1)));

    [Fact]
    public void Half_a_pixel_is_the_mean_of_two() =>
        Assert.Equal(new byte[] { 26, 2, 3, 27, 5, 6, 29, 8, 9 }, Warp(AffineMap.Shift(0.5, 0)));

    [Fact]
    public void Shear_slants_rows_about_the_middle() =>
        Assert.Equal(new byte[] { 50, 1, 2, 4, 5, 6, 8, 9, 50 }, Warp(AffineMap.Shear(1, 0)));

    [Fact]
    public void First_map_is_done_first() =>
        Assert.Equal(AffineWarp.Apply(AffineWarp.Apply(new(3, 3, 1, Nine), AffineMap.Rotation(90), [50]), AffineMap.Shift(1, 0),
            [50]).Levels,
            Warp(AffineMap.Rotation(90).Then(AffineMap.Shift(1, 0))));

    [Fact]
    public void Any_map_agrees_with_bilinear_sampling_in_double()
    {
        var coefficient = Gen.Double[-3, 3];
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Bool.Select(color => color ? 3 : 1),
            Gen.Select(coefficient, coefficient, Gen.Double[-60, 60], coefficient, coefficient, Gen.Double[-60, 60]))
            .Sample((width, height, channels, m) =>
            {
                var levels = new byte[width * height * channels];
                new Random(width).NextBytes(levels);
                var raster = new Raster(width, height, channels, levels);
                byte[] border = channels == 1 ? [114] : [122, 116, 104];
                var map = new AffineMap(m.Item1, m.Item2, m.Item3, m.Item4, m.Item5, m.Item6);
                var warped = AffineWarp.Apply(raster, map, border);
                for (var i = 0; i < levels.Length; i++)
                    // weights of 8 bits: at most 2 levels, and rounding
                    Assert.InRange(warped.Levels[i] - Exact(raster, map, border, i), -3.0, 3.0);
                return true;
            }, iter: 300);
    }

    static double Exact(Raster raster, AffineMap map, byte[] border, int index)
    {
        var (pixel, channel) = (index / raster.Channels, index % raster.Channels);
        var (x, y) = (pixel % raster.Width - (raster.Width - 1) / 2.0, pixel / raster.Width - (raster.Height - 1) / 2.0);
        var u = map.Xx * x + map.Xy * y + map.X0 + (raster.Width - 1) / 2.0;
        var v = map.Yx * x + map.Yy * y + map.Y0 + (raster.Height - 1) / 2.0;
        var (left, top) = ((int)Math.Floor(u), (int)Math.Floor(v));
        double At(int px, int py) => px < 0 || py < 0 || px >= raster.Width || py >= raster.Height ? border[channel]
            : raster.Levels[(py * raster.Width + px) * raster.Channels + channel];
        var above = At(left, top) * (1 - (u - left)) + At(left + 1, top) * (u - left);
        var below = At(left, top + 1) * (1 - (u - left)) + At(left + 1, top + 1) * (u - left);
        return above * (1 - (v - top)) + below * (v - top);
    }

    static byte[] Warp(AffineMap map) => AffineWarp.Apply(new(3, 3, 1, Nine), map, [50]).Levels;
}
