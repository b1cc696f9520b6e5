using System.Text.Json;
using RadZ.TestKit;

namespace RadZ.Tests.Dicom;

/// <summary>The fixture's cases, whatever they are.</summary>
static class DicomCases
{
    static readonly Lazy<Dictionary<string, JsonElement>> s_cases = new(() =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.At("dicom", "index.json"))).RootElement.GetProperty("cases").EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!));

    public static TheoryData<string> Readable => new(Named("image"));

    public static TheoryData<string> Broken => new(Named("error"));

    public static JsonElement Of(string name) => s_cases.Value[name];

    public static string FileOf(string name) => Fixtures.At("dicom", Of(name).GetProperty("file").GetString()!);

    public static IEnumerable<string> Named(string result) =>
        s_cases.Value.Where(c => c.Value.GetProperty("result").GetString() == result).Select(c => c.Key);

    /// <summary>Texts that no error may hold: those of the de-identification cases.</summary>
    public static IEnumerable<string> Private => s_cases.Value.Values.Where(c => c.TryGetProperty("phi", out _))
        .SelectMany(c => c.GetProperty("phi").EnumerateArray()).Select(t => t.GetString()!);
}
