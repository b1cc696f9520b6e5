using System.Text.Json;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;
using RadZ.TestKit;

namespace RadZ.Tests.Imaging;

/// <summary>The cases of fixtures/preprocessing, discovered from its index: put others there and the same tests judge them.</summary>
static class PreparationCases
{
    static readonly Lazy<JsonElement> Index =
        new(() => JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("preprocessing", "index.json"))).RootElement);
    static readonly Lazy<FixtureTensors> Tensors = new(() => FixtureTensors.Read(Fixtures.At("preprocessing", "arrays.safetensors")));

    public static FixtureTensors Arrays => Tensors.Value;

    /// <summary>The preparation that the arrays were made with.</summary>
    public static ClipPreparation Preparation => new() { Mean = [.. Doubles("mean")], Std = [.. Doubles("std")] };

    public static int[] Fill => [.. Index.Value.GetProperty("fill").EnumerateArray().Select(v => v.GetInt32())];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.GetProperty("name").GetString()!)];

    /// <summary>Case and side of every array <c>{case}.{step}.{side}</c>.</summary>
    public static TheoryData<string, int> Sides(string step)
    {
        TheoryData<string, int> data = [];
        foreach (var name in Cases.Select(c => c.GetProperty("name").GetString()!))
            foreach (var key in Arrays.Keys.Where(k => k.StartsWith($"{name}.{step}.", StringComparison.Ordinal)))
                if (int.TryParse(key[(name.Length + step.Length + 2)..], out var side))
                    data.Add(name, side);
        return data;
    }

    public static string FileOf(string name) => Fixtures.At("preprocessing", Case(name).GetProperty("file").GetString()!);

    public static bool IsLossy(string name) => Case(name).GetProperty("lossy").GetBoolean();

    public static int PaddedSide(string name) => Case(name).GetProperty("padded_side").GetInt32();

    public static Raster Decoded(string name)
    {
        var shape = Arrays.Shape(name + ".decoded");
        return new(shape[1], shape[0], shape[2], Arrays.Values<byte>(name + ".decoded"));
    }

    /// <summary>The largest difference in levels; a grey picture stands for three equal channels.</summary>
    public static int LargestDifference(byte[] expected, int expectedChannels, Raster actual)
    {
        Assert.Equal(expected.Length / expectedChannels, actual.Levels.Length / actual.Channels);
        var worst = 0;
        for (var i = 0; i < expected.Length / expectedChannels * 3; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            worst = Math.Max(worst, Math.Abs(
                expected[pixel * expectedChannels + channel % expectedChannels]
                    - actual.Levels[pixel * actual.Channels + channel % actual.Channels]));
        }
        return worst;
    }

    static IEnumerable<JsonElement> Cases => Index.Value.GetProperty("cases").EnumerateArray();

    static JsonElement Case(string name) => Cases.Single(c => c.GetProperty("name").GetString() == name);

    static IEnumerable<double> Doubles(string key) => Index.Value.GetProperty(key).EnumerateArray().Select(v => v.GetDouble());
}
