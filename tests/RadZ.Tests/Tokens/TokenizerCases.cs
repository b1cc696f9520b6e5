using System.Text.Json;
using RadZ.TestKit;
using RadZ.Tokens;

namespace RadZ.Tests.Tokens;

/// <summary>What lies in the tokenizer fixtures: models by the name their cases use (the file's name up to the dash), and case files by their form.</summary>
static class TokenizerCases
{
    static readonly Lazy<Dictionary<string, SentencePieceTokenizer>> AllModels = new(() =>
        Files("*.model").ToDictionary(f => Path.GetFileName(f).Split('-', '.')[0], SentencePieceTokenizer.Load));

    public static IReadOnlyDictionary<string, SentencePieceTokenizer> Models => AllModels.Value;

    public static IEnumerable<string> ModelFiles => Files("*.model");

    /// <summary>Files whose rows have a text and ids for some model: strings.jsonl and others of its form.</summary>
    public static TheoryData<string> StringFiles => new(Files("*.jsonl").Where(f => Rows(f).Take(1).Any(r => r.TryGetProperty("text", out _) && Models.Keys.Any(m => r.TryGetProperty(m, out _)))).Select(Name));

    /// <summary>Files whose rows say the text of an id list: decode.jsonl.</summary>
    public static TheoryData<string> DecodeFiles => new(Files("*.jsonl").Where(f => Rows(f).Take(1).Any(r => r.TryGetProperty("text", out _) && r.TryGetProperty("ids", out _))).Select(Name));

    public static TheoryData<string> ModelNames => new(Models.Keys);

    public static IEnumerable<JsonElement> Rows(string file) =>
        File.ReadLines(Path.Combine(Folder, file)).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);

    public static JsonElement Json(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.SkipWhen(!File.Exists(path) && Environment.GetEnvironmentVariable("RADZ_FIXTURES") is { Length: > 0 }, $"The given fixtures have no {file}.");
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    public static int[] Ints(this JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    public static string Text(this JsonElement row, string property) => row.GetProperty(property).GetString()!;

    /// <summary>The inclusive range [first, last] of the fixtures as positions.</summary>
    public static int[] Span(this JsonElement range) =>
        [.. Enumerable.Range(range[0].GetInt32(), range[1].GetInt32() - range[0].GetInt32() + 1)];

    static string Folder => Fixtures.At("tokenizer");

    static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Folder, pattern).Order(StringComparer.Ordinal);

    static string Name(string file) => Path.GetFileName(file);
}
