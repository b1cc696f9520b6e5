using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RadZ.Evaluation.Report;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">The file, or the seal.</param>
/// <param name="Looked">What was compared: "312 numbers".</param>
/// <param name="Differences">A sentence each; empty: all is equal.</param>
public sealed record VerifiedPart(string What, string Looked, IReadOnlyList<string> Differences);

/// <summary>Whether a run is still what it was, and whether what it prints follows from its scores.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Seal">Its seal's value; null where it has none.</param>
/// <param name="Parts">What was looked at.</param>
public sealed record Verification(string Folder, string? Seal, IReadOnlyList<VerifiedPart> Parts)
{
    const double Tolerance = 1e-12;                                     // relative: the last bits may differ from one processor to the next

    /// <summary>True: nothing differs.</summary>
    public bool Holds => Parts.All(p => p.Differences.Count == 0);

    /// <summary>Looks at a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="written">The seal as it was written down elsewhere; null: not compared.</param>
    /// <param name="cancel">Stops between two classes or groups.</param>
    /// <exception cref="InvalidInputException">It holds no readable record.</exception>
    public static Verification Of(string folder, string? written = null, CancellationToken cancel = default)
    {
        if (ProtocolRun.Is(folder)) return OfProtocol(folder, written, cancel);
        var record = EvaluationRun.Read(folder);
        List<VerifiedPart> parts = [];
        var seal = Sealed(folder, record.Files, written, parts);
        parts.Add(Try("splits", () => Splits(folder, record)));
        KeptRun? run = null;
        parts.Add(Try("metrics.json", () =>
        {
            run = KeptRun.Read(folder);
            return Metrics(folder, run);
        }));
        if (run is not null)
        {
            parts.Add(Try("table.txt", () => Table(run)));
            if (File.Exists(Path.Combine(folder, RunReport.PageFile)) || File.Exists(Path.Combine(folder, RunReport.CardFile)))
                foreach (var (name, text) in RunReport.Files(run, cancel)) parts.Add(Try(name, () => Lines(folder, name, text)));
        }
        return new(folder, seal, parts);
    }

    /// <summary>For a person.</summary>
    public override string ToString()
    {
        var width = Parts.Max(p => p.What.Length);
        var text = new StringBuilder($"{Folder}: {(Holds ? "every number follows from the scores, and nothing was changed." : $"{Parts.Sum(p => p.Differences.Count)} DIFFERENCES.")}\n\n");
        foreach (var part in Parts) text.Append($"  {part.What.PadRight(width)}  {part.Looked}{(part.Differences.Count == 0 ? ": equal" : $": {part.Differences.Count} differ")}\n");
        foreach (var part in Parts.Where(p => p.Differences.Count > 0))
        {
            text.Append($"\n{part.What}\n");
            // what is drawn and worded follows from the figures above it: a few lines show where
            var told = part.What is "seal" or "splits" or "metrics.json" or "table.txt" ? 40 : 3;
            foreach (var difference in part.Differences.Take(told)) text.Append($"  - {difference}\n");
            if (part.Differences.Count > told) text.Append($"  - ... and {part.Differences.Count - told} more\n");
        }
        return text.Append($"\nseal {Seal ?? "none"}\n").ToString();
    }

    static Verification OfProtocol(string folder, string? written, CancellationToken cancel)
    {
        var record = ProtocolRun.Read(folder);
        List<VerifiedPart> parts = [];
        var seal = Sealed(folder, record.Files, written, parts);
        foreach (var member in record.Members)
        {
            parts.Add(Try($"{member.Folder}: member", () =>
            {
                var own = Of(Path.Combine(folder, member.Folder), member.Seal, cancel);
                return new(member.Folder, $"{own.Parts.Count} parts", [.. own.Parts.SelectMany(p => p.Differences.Select(d => $"{p.What}: {d}"))]);
            }));
        }
        ProtocolFigures? figures = null;
        parts.Add(Try("metrics.json", () =>
        {
            figures = ProtocolFigures.Of(ProtocolRun.Members(folder, record));
            using var printed = Json(Path.Combine(folder, "metrics.json"));
            using var again = JsonDocument.Parse(ProtocolRun.Json(figures));
            List<string> wrong = [];
            return new("metrics.json", $"{Compare("", printed.RootElement, again.RootElement, wrong):N0} numbers computed again from the scores of {record.Members.Count} members", wrong);
        }));
        if (figures is not null)
        {
            parts.Add(Try("table.txt", () => Lines(folder, "table.txt", ProtocolText.Of(record, figures), WithoutResearchUse)));
            if (File.Exists(Path.Combine(folder, RunReport.PageFile)))
                foreach (var (name, text) in ProtocolReport.Files(folder, record, figures)) parts.Add(Try(name, () => Lines(folder, name, text)));
        }
        return new(folder, seal, parts);
    }

    static IEnumerable<string> WithoutResearchUse(List<string> printed) => printed.Count > 0 && printed[^1].StartsWith("Research use only.", StringComparison.Ordinal) ? printed.SkipLast(1) : printed;

    static string? Sealed(string folder, IReadOnlyList<HashedFile> files, string? written, List<VerifiedPart> parts)
    {
        Seal seal;
        try
        {
            seal = Evaluation.Seal.Read(folder);
        }
        catch (InvalidInputException e)
        {
            parts.Add(new("seal", "not readable", [e.Message]));
            return null;
        }
        List<string> broken = [.. seal.Broken(folder)];
        if (written is not null && !seal.Value.Equals(written, StringComparison.OrdinalIgnoreCase)) broken.Add($"its value is {seal.Value}, but {written} was given: this is another run, or it was changed and sealed again.");
        foreach (var file in files)
            if (seal.Files.FirstOrDefault(f => f.Path == file.Path) is not { } own || own.Sha256 != file.Sha256)
                broken.Add($"{file.Path}: {EvaluationRun.RecordFile} gives it SHA-256 {file.Sha256}, the seal {seal.Files.FirstOrDefault(f => f.Path == file.Path)?.Sha256 ?? "none"}.");
        parts.Add(new("seal", $"{seal.Files.Count} files, {seal.Record.Count} fields of {EvaluationRun.RecordFile}", broken));
        return seal.Value;
    }

    static VerifiedPart Splits(string folder, EvaluationRecord record)
    {
        List<string> wrong = [];
        var test = ScoreTableFile.Read(Path.Combine(folder, "scores.csv"));
        (string Image, string Patient)[] Measured(ScoreTable table) => [.. table.Rows.Concat(table.Failed.Select(f => f.Image)).Select(i => (i.Image, i.Patient))];
        void Check(string file, SplitRecord split, (string Image, string Patient)[] measured)
        {
            if (measured.Length != split.Images) wrong.Add($"{file}: {measured.Length} images; split '{split.Name}' was recorded with {split.Images}.");
            var patients = measured.Select(m => m.Patient).Distinct(StringComparer.Ordinal).Count();
            if (patients != split.Patients) wrong.Add($"{file}: {patients} patients; split '{split.Name}' was recorded with {split.Patients}.");
            if (SplitRecord.HashOf(measured) != split.SplitHash) wrong.Add($"{file}: its images and patients are not those of split '{split.Name}' as recorded.");
        }
        var images = ImageFacts.Read(Path.Combine(folder, "images.csv"));
        Check("scores.csv", record.Test, Measured(test));
        Check("images.csv", record.Test, [.. images.Select(i => (i.Image, i.Patient))]);
        if (record.Validation is { } split)
        {
            var validation = ScoreTableFile.Read(Path.Combine(folder, "validation-scores.csv"));
            Check("validation-scores.csv", split, Measured(validation));
            var both = Measured(test).Select(m => m.Patient).Intersect(Measured(validation).Select(m => m.Patient)).ToList();
            if (both.Count > 0) wrong.Add($"{both.Count} patients are in both splits: thresholds were locked on those who are measured.");
        }
        if (record.Learnt is { } learnt)
        {
            var drawn = TrainingTable.Read(Path.Combine(folder, TrainingTable.FileName));
            Check(TrainingTable.FileName, learnt.Training, drawn);
            var taught = drawn.Select(d => d.Patient).ToHashSet(StringComparer.Ordinal);
            foreach (var (name, ids) in (ReadOnlySpan<(string, HashSet<string>)>)[("the measured split", [.. Measured(test).Select(m => m.Patient)]),
                ("validation", record.Validation is null ? [] : [.. ScoreTableFile.Read(Path.Combine(folder, "validation-scores.csv")).Rows.Select(r => r.Patient)])])
                if (ids.Count(taught.Contains) is > 0 and var shared) wrong.Add($"{shared} patients were learnt from and are in {name} too.");
        }
        return new("splits", $"{images.Count:N0} images", wrong);
    }

    static VerifiedPart Metrics(string folder, KeptRun run)
    {
        using var printed = Json(Path.Combine(folder, "metrics.json"));
        using var again = JsonDocument.Parse(EvaluationRun.Json(run.Figures));
        List<string> wrong = [];
        var numbers = Compare("", printed.RootElement, again.RootElement, wrong);
        return new("metrics.json", $"{numbers:N0} numbers computed again from the scores", wrong);
    }

    static VerifiedPart Table(KeptRun run)
    {
        var path = Path.Combine(run.Folder, "table.txt");
        var title = File.Exists(path) ? File.ReadLines(path).FirstOrDefault() ?? "" : "";
        var text = BenchmarkText.Of(title, run.Figures, run.Bootstrap, run.Record.Validation?.Name, run.Record.Notices);
        return Lines(run.Folder, "table.txt", text, WithoutResearchUse);
    }

    static VerifiedPart Lines(string folder, string name, string again, Func<List<string>, IEnumerable<string>>? without = null)
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
                wrong.Add($"line {line + 1}: \"{Short(printed[line][Math.Min(from, printed[line].Length)..])}\", computed \"{Short(expected[line][Math.Min(from, expected[line].Length)..])}\"");
            }
        return new(name, $"{expected.Length:N0} lines", wrong);
    }

    /// <summary>Every number and word of two JSON trees; says where they part.</summary>
    internal static int Compare(string at, JsonElement printed, JsonElement again, List<string> wrong)
    {
        if (printed.ValueKind == JsonValueKind.Object && again.ValueKind == JsonValueKind.Object)
        {
            var (names, numbers) = (printed.EnumerateObject().Select(p => p.Name).Union(again.EnumerateObject().Select(p => p.Name)).ToList(), 0);
            foreach (var name in names)
                if (!printed.TryGetProperty(name, out var one)) wrong.Add($"{at}{name}: is not there, computed {Short(again.GetProperty(name).GetRawText())}");
                else if (!again.TryGetProperty(name, out var two)) wrong.Add($"{at}{name}: {Short(one.GetRawText())}, which nothing computes");
                else numbers += Compare(one.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? $"{at}{name}." : at + name, one, two, wrong);
            return numbers;
        }
        if (printed.ValueKind == JsonValueKind.Array && again.ValueKind == JsonValueKind.Array)
        {
            if (printed.GetArrayLength() != again.GetArrayLength()) wrong.Add($"{at.TrimEnd('.')}: {printed.GetArrayLength()} entries, computed {again.GetArrayLength()}");
            return printed.EnumerateArray().Zip(again.EnumerateArray()).Index().Sum(e => Compare($"{at.TrimEnd('.')}[{NameOf(e.Item.Second, e.Index)}].", e.Item.First, e.Item.Second, wrong));
        }
        var equal = printed.ValueKind == again.ValueKind && (printed.ValueKind == JsonValueKind.Number
            ? Math.Abs(printed.GetDouble() - again.GetDouble()) <= Tolerance * Math.Max(1, Math.Abs(again.GetDouble())) : printed.GetRawText() == again.GetRawText());
        if (!equal) wrong.Add($"{at.TrimEnd('.')}: {Short(printed.GetRawText())}, computed {Short(again.GetRawText())}");
        return again.ValueKind == JsonValueKind.Number ? 1 : 0;
    }

    static string NameOf(JsonElement entry, int index) => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("class", out var name) ? name.GetString()!
        : entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("held", out var held) ? held.GetRawText() : index.ToString(CultureInfo.InvariantCulture);

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

    static VerifiedPart Try(string what, Func<VerifiedPart> look)
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
