using CsCheck;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

public class PillowBicubicTests
{
    static readonly Gen<Raster> Rasters =
        from width in Gen.Int[1, 200]
        from height in Gen.Int[1, 200]
        from channels in Gen.Bool.Select(color => color ? 3 : 1)
        from levels in Gen.Byte.Array[width * height * channels]
        select new Raster(width, height, channels, levels);

    static readonly Gen<(int Width, int Height)> Sizes = Gen.Select(Gen.Int[1, 150], Gen.Int[1, 150]);

    [Fact]
    public void Any_size_agrees_with_the_scalar_statement() => Gen.Select(Rasters, Sizes).Sample((raster, size) =>
        PillowBicubic.Resize(raster, size.Width, size.Height).Levels.SequenceEqual(ScalarBicubic.Resize(raster, size.Width, size.Height)),
            iter: 60, print: t => $"{t.Item1.Width} x {t.Item1.Height} x {t.Item1.Channels} to {t.Item2}");

    [Fact]
    public void Constant_picture_stays_constant() =>
        Gen.Select(Gen.Byte, Gen.Int[1, 300], Gen.Int[1, 300], Sizes).Sample((level, width, height, size) =>
    {
        var constant = new Raster(width, height, 1, [.. Enumerable.Repeat(level, width * height)]);
        var resized = PillowBicubic.Resize(constant, size.Width, size.Height);
        return resized.Levels.Length == size.Width * size.Height && resized.Levels.All(l => l == level);
    }, iter: 60);

    [Fact]
    public void Own_size_gives_equal_levels() => Rasters.Sample(raster =>
        PillowBicubic.Resize(raster, raster.Width, raster.Height).Levels.SequenceEqual(raster.Levels), iter: 20);

    [Fact]
    public void Cores_change_no_level() => Gen.Select(Rasters, Sizes).Sample((raster, size) =>
        PillowBicubic.Resize(raster, size.Width, size.Height, maxDegree: 3)
            .Levels.SequenceEqual(PillowBicubic.Resize(raster, size.Width, size.Height).Levels), iter: 20);

    [Fact]
    public void Vectors_of_both_widths_agree_with_the_plain_loop() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((columns, taps, seed) =>
    {
        var random = new Random(seed);
        var source = new byte[columns * taps];
        random.NextBytes(source);
        int[] weights = [.. Enumerable.Range(0, taps).Select(_ => random.Next(-(1 << 22) / taps, (1 << 23) / taps))];
        var (plain, best) = (new byte[columns], new byte[columns]);
        WeightedSum.Plain(source, columns, weights, plain);
        WeightedSum.Compute(source, columns, weights, best);
        if (columns >= 32)
        {
            var narrow = new byte[32];
            WeightedSum.Block256(ref source[0], columns, weights, ref narrow[0]);
            Assert.Equal(plain[..32], narrow);
        }
        return plain.SequenceEqual(best);
    }, iter: 200);

    [Fact]
    public void Turning_and_turning_back_gives_the_same_matrix() => Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70]).Sample((rows, columns) =>
    {
        var matrix = new byte[rows * columns];
        new Random(rows).NextBytes(matrix);
        var (turned, back) = (new byte[columns * 80], new byte[rows * columns]);
        Transposition.Transpose(matrix, rows, columns, turned, 80);
        Transposition.Back(turned, 80, columns, back, rows);
        return matrix.SequenceEqual(back) && turned[(columns - 1) * 80 + rows - 1] == matrix[^1]
            && turned[(columns - 1) * 80] == matrix[columns - 1];
    }, iter: 200);
}
