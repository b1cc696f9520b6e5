using CsCheck;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Preparation;
using RadZ.TestKit;
using RadZ.Tests.Imaging;

namespace RadZ.Tests.Dicom;

/// <summary>The way of unrounded greys to the model against the way of 8-bit levels, and against a twin in double.</summary>
public class PreciseFitTests
{
    static readonly ClipPreparation s_preparation = ClipPreparation.Default with { Size = 24 };

    static Raster Noise(int width, int height, int seed, int channels = 1)
    {
        var levels = new byte[width * height * channels];
        new Random(seed).NextBytes(levels);
        return new(width, height, channels, levels);
    }

    /// <summary>An 8-bit DICOM file whose levels are whole gives the very numbers of the PNG with the same levels.</summary>
    [Theory, InlineData(40, 40), InlineData(61, 37), InlineData(30, 77)]
    public void Eight_bits_are_eight_bits(int width, int height)
    {
        var picture = Noise(width, height, 1);
        (picture.Levels[0], picture.Levels[1]) = (0, 255);
        using var dicom = new TemporaryFile(DicomMaker.Grey(height, width, 8, picture.Levels).File(), ".dcm");
        using var png = new TemporaryFile(PngMaker.Make(width, height, 8, 0, false, (x, y, _) => picture.Levels[y * width + x]));
        Assert.Null(DicomImage.Read(dicom.Path).Precise());
        Assert.Equal(s_preparation.Prepare(png.Path), s_preparation.Prepare(dicom.Path));
        Assert.Equal(s_preparation.Fit(png.Path).Levels, s_preparation.Fit(dicom.Path).Levels);
    }

    /// <summary>The 8-bit way rounds twice: a level and a bit is all that may lie between the two.</summary>
    [Fact]
    public void Whole_levels_come_out_as_their_8_bit_twins_but_for_rounding() =>
        Gen.Select(Gen.Int[16, 90], Gen.Int[16, 90], Gen.Int[0, 999]).Sample((width, height, seed) =>
    {
        var picture = Noise(width, height, seed);
        var rounded = s_preparation.Resize(s_preparation.Square(picture));
        var precise = PreciseFit.Fit(new(width, height, Array.ConvertAll(picture.Levels, l => (float)l)), 24, s_preparation.Border);
        return Enumerable.Range(0, 24 * 24 * 3)
            .All(i => Math.Abs(precise[i] - rounded.Levels[rounded.Channels == 1 ? i % 576 : i % 576 * 3 + i / 576]) < 1.4);
    }, iter: 60, threads: 1);

    /// <summary>Pillow's kernel in double, rows and then columns, cut at 0 and 255 in between and after.</summary>
    [Theory, InlineData(50, 50), InlineData(64, 33), InlineData(29, 70), InlineData(24, 24), InlineData(10, 7)]
    public void Equal_to_a_twin_in_double(int width, int height)
    {
        var random = new Random(3);
        var levels = Enumerable.Range(0, width * height).Select(_ => (float)(random.NextDouble() * 255)).ToArray();
        var actual = PreciseFit.Fit(new(width, height, levels), 24, s_preparation.Border);
        double[] border = [122, 116, 104];
        for (var c = 0; c < 3; c++)
        {
            var expected = Twin(levels, width, height, 24, border[c]);
            for (var i = 0; i < 576; i++) Assert.Equal(expected[i], actual[c * 576 + i], .001);
        }
    }

    /// <summary>16 bits between two levels of 8: a ramp of 65,536 steps is seen as such.</summary>
    [Fact]
    public void What_lies_between_two_levels_reaches_the_model()
    {
        var pixels = new byte[64 * 64 * 2];
        for (var i = 0; i < 64 * 64; i++) BitConverter.TryWriteBytes(pixels.AsSpan(2 * i), (ushort)(i % 64 * 4 + 30000));
        using var file = new TemporaryFile(DicomMaker.Grey(64, 64, 16, pixels,
            between: m => m.Text(0x00281050, "DS", "32768").Text(0x00281051, "DS", "65536")).File(), "");
        var prepared = s_preparation.Prepare(file.Path);
        Assert.Equal(24, prepared[..24].Distinct().Count());
        Assert.InRange(s_preparation.Fit(file.Path).Levels.Distinct().Count(), 1, 3);
    }

    static double[] Twin(float[] levels, int width, int height, int size, double border)
    {
        var side = Math.Max(width, height);
        var (left, top) = ((side - width) / 2, (side - height) / 2);
        double At(int y, int x) =>
            y < top || y >= top + height || x < left || x >= left + width ? border : levels[(y - top) * width + x - left];
        if (side == size) return [.. Enumerable.Range(0, size * size).Select(i => At(i / size, i % size))];
        var rows = new double[side, size];
        for (var y = 0; y < side; y++)
            for (var x = 0; x < size; x++) rows[y, x] = Pass(side, size, x, i => At(y, i));
        return [.. Enumerable.Range(0, size * size).Select(i => Pass(side, size, i / size, y => rows[y, i % size]))];
    }

    static double Pass(int inputs, int outputs, int output, Func<int, double> at)
    {
        var scale = (double)inputs / outputs;
        var width = Math.Max(1, scale);
        var center = (output + .5) * scale;
        var (sum, total) = (0.0, 0.0);
        for (var i = Math.Max(0, (int)(center - 2 * width + .5)); i < Math.Min(inputs, (int)(center + 2 * width + .5)); i++)
        {
            var x = Math.Abs((i - center + .5) / width);
            var weight = x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : x < 2 ? -.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
            (sum, total) = (sum + weight * at(i), total + weight);
        }
        return Math.Clamp(sum / total, 0, 255);
    }
}
