using System.Globalization;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.RunReports;

/// <summary>Compares files of a run with what its scores give.</summary>
static class VerifiedFile
{
    const double Tolerance = 1e-12;                                     // relative: the last bits may differ from one processor to the next

    /// <summary>A text, line by line.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="name">Its path below.</param>
    /// <param name="again">As it was made again.</param>
    /// <param name="without">Lines that are not compared; null: all are.</param>
    public static VerifiedPart Lines(string folder, string name, string again, Func<List<string>, IEnumerable<string>>? without = null)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) return new(name, "is missing", ["is missing; it belongs to this run."]);
        List<string> printed = [.. File.ReadAllText(path).TrimEnd('\n').Split('\n')];
        if (without is not null) printed = [.. without(printed)];
        var expected = again.TrimEnd('\n').Split('\n');
        List<string> wrong = [];
        for (var line = 0; line < Math.Max(printed.Count, expected.Length); line++)
            if (line >= printed.Count) wrong.Add($"line {line + 1} is missing: \"{Short(expected[line])}\"");
            else if (line >= expected.Length) wrong.Add($"line {line + 1} is one too many: \"{Short(printed[line])}\"");
            else if (printed[line] != expected[line])
            {
                // from a little before the first difference
                var from = Math.Max(0, printed[line].Zip(expected[line]).TakeWhile(c => c.First == c.Second).Count() - 30);
                wrong.Add($"line {line + 1}: \"{Short(printed[line][Math.Min(from, printed[line].Length)..])}\", computed " +
                    $"\"{Short(expected[line][Math.Min(from, expected[line].Length)..])}\"");
            }
        return new(name, $"{expected.Length:N0} lines", wrong);
    }

    /// <summary>Every number and word of two JSON trees; says where they part.</summary>
    static int Compare(string at, JsonElement printed, JsonElement again, List<string> wrong)
    {
        if (printed.ValueKind == JsonValueKind.Object && again.ValueKind == JsonValueKind.Object)
        {
            var (names, numbers) = (printed.EnumerateObject().Select(p => p.Name).Union(again.EnumerateObject().Select(p => p.Name))
                .ToList(), 0);
            foreach (var name in names)
                if (!printed.TryGetProperty(name, out var one))
                    wrong.Add($"{at}{name}: is not there, computed {Short(again.GetProperty(name).GetRawText())}");
                else if (!again.TryGetProperty(name, out var two))
                    wrong.Add($"{at}{name}: {Short(one.GetRawText())}, which nothing computes");
                else
                    numbers += Compare(one.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? $"{at}{name}." : at + name, one, two,
                        wrong);
            return numbers;
        }
        if (printed.ValueKind == JsonValueKind.Array && again.ValueKind == JsonValueKind.Array)
        {
            if (printed.GetArrayLength() != again.GetArrayLength())
                wrong.Add($"{at.TrimEnd('.')}: {printed.GetArrayLength()} entries, computed {again.GetArrayLength()}");
            return printed.EnumerateArray().Zip(again.EnumerateArray()).Index()
                .Sum(e => Compare($"{at.TrimEnd('.')}[{NameOf(e.Item.Second, e.Index)}].", e.Item.First, e.Item.Second, wrong));
        }
        var equal = printed.ValueKind == again.ValueKind && (printed.ValueKind == JsonValueKind.Number
            ? Math.Abs(printed.GetDouble() - again.GetDouble()) <= Tolerance * Math.Max(1, Math.Abs(again.GetDouble()))
            : printed.GetRawText() == again.GetRawText());
        if (!equal) wrong.Add($"{at.TrimEnd('.')}: {Short(printed.GetRawText())}, computed {Short(again.GetRawText())}");
        return again.ValueKind == JsonValueKind.Number ? 1 : 0;
    }

    static string NameOf(JsonElement entry, int index) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("class", out var name) ? name.GetString()!
        : entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("held", out var held) ? held.GetRawText()
        : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Figures as JSON, number by number.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="name">Their path below.</param>
    /// <param name="again">As they were computed again.</param>
    /// <param name="from">From what: "the scores".</param>
    public static VerifiedPart Numbers(string folder, string name, string again, string from = "the scores")
    {
        using var printed = Json(Path.Combine(folder, name));
        using var computed = JsonDocument.Parse(again);
        List<string> wrong = [];
        return new(name, $"{Compare("", printed.RootElement, computed.RootElement, wrong):N0} numbers computed again from {from}", wrong);
    }

    static JsonDocument Json(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; it belongs to this run.");
        try
        {
            return JsonDocument.Parse(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-json", e.Message, e);
        }
    }

    /// <summary>Looks; what cannot be read is a difference.</summary>
    public static VerifiedPart Try(string what, Func<VerifiedPart> look)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is InvalidInputException or ArgumentException)
        {
            return new(what, "not usable", [e.Message]);
        }
    }

    static string Short(string text) => text.Length <= 90 ? text : text[..87] + "...";
}
