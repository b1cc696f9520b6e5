using System.Text.Json;
using RadZ.TestKit;
using RadZ.Text.Tokens;

namespace RadZ.Tests.Tokens;

/// <summary>
/// What lies in the tokenizer fixtures: models by the name their cases use (the file's name up to the dash), and case files by their form.
/// Where given fixtures lack a form, the committed ones serve.
/// </summary>
static class TokenizerCases
{
    static readonly Lazy<Dictionary<string, SentencePieceTokenizer>> AllModels = new(() =>
        Files("*.model").ToDictionary(f => Path.GetFileName(f).Split('-', '.')[0], SentencePieceTokenizer.Load));

    public static IReadOnlyDictionary<string, SentencePieceTokenizer> Models => AllModels.Value;

    public static TheoryData<string> ModelNames => new(Models.Keys);

    /// <summary>Files whose rows have a text and ids for some model: strings.jsonl and others of its form.</summary>
    public static TheoryData<string> StringFiles =>
        new(Files("*.jsonl", r => r.TryGetProperty("text", out _) && Models.Keys.Any(m => r.TryGetProperty(m, out _))));

    /// <summary>Files whose rows say the text of an id list: decode.jsonl.</summary>
    public static TheoryData<string> DecodeFiles =>
        new(Files("*.jsonl", r => r.TryGetProperty("text", out _) && r.TryGetProperty("ids", out _)));

    public static IEnumerable<JsonElement> Rows(string file) =>
        File.ReadLines(file).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(Files(name)[0])).RootElement;

    public static int[] Ints(this JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    public static string Text(this JsonElement row, string property) => row.GetProperty(property).GetString()!;

    /// <summary>The inclusive range [first, last] of the fixtures as positions.</summary>
    public static int[] Span(this JsonElement range) =>
        [.. Enumerable.Range(range[0].GetInt32(), range[1].GetInt32() - range[0].GetInt32() + 1)];

    static List<string> Files(string pattern, Func<JsonElement, bool>? form = null)
    {
        foreach (var folder in new[] { Fixtures.At("tokenizer"), Path.Combine(Fixtures.Repository, "tests", "fixtures", "tokenizer") })
        {
            var found = Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, pattern).Where(f => form is null || Rows(f).Take(1).Any(form))
                    .Order(StringComparer.Ordinal).ToList()
                : [];
            if (found.Count > 0)
                return found;
        }
        throw new FileNotFoundException($"No tokenizer fixture {pattern} of the wanted form below {Fixtures.Root}.");
    }
}
