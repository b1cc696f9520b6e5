using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;

namespace RadZ.Tests.Gate;

public class PixelGateTests
{
    static readonly string s_samples = Path.Combine(Fixtures.Repository, "samples", "images");

    public static TheoryData<string> Films =>
        [.. Directory.EnumerateFiles(s_samples).Where(f => Path.GetExtension(f) is ".png" or ".jpeg").Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal)];

    static Raster Film(string name) => ImageFile.Read(Path.Combine(s_samples, name));

    static string[] Reasons(Raster raster) => [.. PixelGate.Shipped.Check(raster).Select(r => r.Reason)];

    [Theory, MemberData(nameof(Films))]
    public void A_film_of_a_child_or_an_adult_passes(string name) => Assert.Empty(PixelGate.Shipped.Check(Film(name)));

    [Theory, MemberData(nameof(Films))]
    public void What_is_done_to_a_film_is_named(string name)
    {
        var film = Film(name);
        Assert.Contains(GateReasons.Inverted, Reasons(film with { Levels = Array.ConvertAll(film.Levels, l => (byte)(255 - l)) }));
        var turned = film;
        for (var quarter = 0; quarter < 3; quarter++) Assert.Contains(GateReasons.Rotated, Reasons(turned = Turned(turned)));
        Assert.Equal(GateReasons.Color, Reasons(Tinted(film))[0]);
        Assert.Equal([GateReasons.AlmostEmpty], Reasons(film with { Levels = Array.ConvertAll(film.Levels, l => (byte)(100 + l / 64)) }));
        Assert.Contains(GateReasons.Cropped, Reasons(Collimated(film)));
    }

    [Fact]
    public void The_scores_are_between_half_and_one_and_the_strongest_comes_first()
    {
        var film = Tinted(Turned(Film("person840_bacteria_2759.jpeg")));
        var reasons = PixelGate.Shipped.Check(film);
        Assert.Equal(2, reasons.Count);
        Assert.All(reasons, r => Assert.InRange(r.Score, 0.5, 1));
        Assert.True(reasons[0].Score >= reasons[1].Score);
        Assert.All(reasons, r => Assert.Contains(r.Reason, GateReasons.All));
    }

    [Theory, InlineData(0), InlineData(128), InlineData(255)]
    public void One_level_everywhere_is_almost_empty(byte level)
    {
        var levels = new byte[300 * 200];
        Array.Fill(levels, level);
        Assert.Equal([GateReasons.AlmostEmpty], Reasons(new(300, 200, 1, levels)));
    }

    [Theory, InlineData(16, 16), InlineData(17, 130), InlineData(1000, 125)]
    public void Noise_of_any_size_is_doubted(int width, int height)
    {
        var levels = new byte[width * height];
        new Random(5).NextBytes(levels);
        Assert.NotEmpty(Reasons(new(width, height, 1, levels)));
    }

    [Fact]
    public void A_coloured_marker_makes_no_colour_picture()
    {
        var film = Film("00001906_004.png");
        var color = Tinted(film) with { Levels = [.. film.Levels.SelectMany(l => new[] { l, l, l })] };
        for (var y = 10; y < 40; y++)
            for (var x = 10; x < 60; x++) color.Levels[(y * color.Width + x) * 3] = 255;
        Assert.Empty(Reasons(color));
    }

    [Fact]
    public void A_frame_with_a_letter_in_it_is_no_part_of_the_picture()
    {
        var levels = new byte[100 * 80];
        for (var y = 20; y < 70; y++)
            for (var x = 10; x < 90; x++) levels[y * 100 + x] = (byte)(x + 2 * y);
        levels[5 * 100 + 50] = 255;
        Assert.Equal(new Field(10, 20, 80, 50), Field.Content(new(100, 80, 1, levels)));
        Assert.Equal(new Field(0, 0, 100, 80), Field.Content(new(100, 80, 1, new byte[8000])));
    }

    [Fact]
    public void The_threshold_lets_no_source_have_more_than_its_share_above()
    {
        var many = Enumerable.Range(0, 1000).Select(i => i / 1000.0).ToList();
        Assert.Equal(0.995, GateThreshold.Fit(new Dictionary<string, IReadOnlyList<double>> { ["a"] = many, ["b"] = [0.1, 0.2] }, 0.004));
        Assert.Equal(0.5, GateThreshold.Fit(new Dictionary<string, IReadOnlyList<double>> { ["b"] = [0.1, 0.2] }, 0.004));
    }

    [Fact]
    public void Other_weights_are_refused() =>
        Assert.Equal("bad-weights",
            Assert.Throws<InvalidInputException>(() =>
                GateNetwork.Read("x.safetensors", [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'])).Kind);

    static Raster Turned(Raster r)
    {
        var levels = new byte[r.Levels.Length];
        for (var y = 0; y < r.Height; y++)
            for (var x = 0; x < r.Width; x++) levels[x * r.Height + r.Height - 1 - y] = r.Levels[(y * r.Width + x) * r.Channels];
        return new(r.Height, r.Width, 1, levels);
    }

    static Raster Tinted(Raster r) =>
        new(r.Width, r.Height, 3, [.. r.Levels.SelectMany(l => new[] { l, (byte)(l * 3 / 4), (byte)(l / 2) })]);

    static Raster Collimated(Raster r)
    {
        var levels = new byte[r.Levels.Length];
        for (var y = r.Height / 4; y < r.Height * 3 / 4; y++)
            r.Levels.AsSpan(y * r.Width + r.Width / 4, r.Width / 2).CopyTo(levels.AsSpan(y * r.Width + r.Width / 4));
        return r with { Levels = levels };
    }
}
