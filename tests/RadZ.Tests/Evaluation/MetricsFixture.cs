using System.Text.Json;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation;

/// <summary>scikit-learn's numbers (tests/fixtures/metrics/README.md). Cases are found in the files, never named here.</summary>
static class MetricsFixture
{
    /// <summary>The number of every case of a file, shown by its name.</summary>
    public static IReadOnlyList<TheoryDataRow<int>> Cases(string file) =>
    [
        .. Read(file).Select((one, index) => new TheoryDataRow<int>(index)
        {
            Label = one.TryGetProperty("name", out var name) ? name.GetString() : $"{index}",
        }),
    ];

    public static JsonElement Case(string file, int index) => Read(file)[index];

    public static double[] Doubles(this JsonElement one, string key) =>
        [.. one.GetProperty(key).EnumerateArray().Select(e => e.GetDouble())];

    public static bool[] Truth(this JsonElement one) => [.. one.GetProperty("y_true").EnumerateArray().Select(e => e.GetInt32() == 1)];

    public static double? Number(this JsonElement one, string key) =>
        one.GetProperty(key) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : null;

    /// <summary>The object under a key; null where the file says null.</summary>
    public static JsonElement? Part(this JsonElement one, string key) =>
        one.GetProperty(key) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    static JsonElement[] Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("metrics", file)));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(e => e.Clone())];
    }
}

/// <summary>Equal but for the order of sums: absolute below 1, relative above; null only equals null.</summary>
static class Near
{
    public static void Equal(double? expected, double? actual, double tolerance = 1e-12)
    {
        if (expected is { } e && actual is { } a ? !(Math.Abs(e - a) <= tolerance * Math.Max(1, Math.Abs(e))) : expected != actual)
            Assert.Fail($"expected {expected?.ToString("R") ?? "null"}, got {actual?.ToString("R") ?? "null"}, tolerance {tolerance}");
    }

    public static void Equal(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (e, a) in expected.Zip(actual)) Equal(e, a, tolerance);
    }
}
