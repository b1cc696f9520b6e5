using System.Text;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Robustness;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.RunReports;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">The file, or the seal.</param>
/// <param name="Looked">What was compared: "312 numbers".</param>
/// <param name="Differences">A sentence each; empty: all is equal.</param>
sealed record VerifiedPart(string What, string Looked, IReadOnlyList<string> Differences);

/// <summary>Whether a run is still what it was, and whether what it prints follows from its scores.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Seal">Its seal's value; null where it has none.</param>
/// <param name="Parts">What was looked at.</param>
sealed record Verification(string Folder, string? Seal, IReadOnlyList<VerifiedPart> Parts)
{
    /// <summary>True: nothing differs.</summary>
    public bool Holds => Parts.All(p => p.Differences.Count == 0);

    /// <summary>Looks at a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="written">The seal as it was written down elsewhere; null: not compared.</param>
    /// <param name="told">Told what is looked at next.</param>
    /// <param name="cancel">Stops between two classes or batches of resamples.</param>
    /// <exception cref="InvalidInputException">It holds no readable record.</exception>
    public static Verification Run(string folder, string? written = null, Action<string>? told = null, CancellationToken cancel = default)
    {
        return RunKinds.Detect(folder) switch
        {
            RunKind.Evaluation => CheckEvaluation(folder, written, told, cancel),
            RunKind.Protocol => CheckProtocol(folder, written, told, cancel),
            RunKind.Robustness => CheckRobustness(folder, written, told),
            var other => throw new ArgumentException($"a folder of kind {other} is verified where it is read.", nameof(folder)),
        };
    }

    static Verification CheckEvaluation(string folder, string? written, Action<string>? told, CancellationToken cancel)
    {
        var record = EvaluationRun.Read(folder);
        List<VerifiedPart> parts = [];
        told?.Invoke("seal");
        var seal = Sealed(folder, record.Files, written, parts);
        told?.Invoke("splits");
        parts.Add(VerifiedFile.Try("splits", () => Splits(folder, record)));
        StoredRun? run = null;
        parts.Add(VerifiedFile.Try("metrics.json", () =>
        {
            told?.Invoke("metrics.json");
            run = StoredRun.Read(folder);
            return VerifiedFile.Numbers(folder, "metrics.json", RunFiles.Metrics(run));
        }));
        if (run is not null)
        {
            parts.Add(VerifiedFile.Try("table.txt", () => Table(run)));
            if (File.Exists(Path.Combine(folder, RunReport.PageFile)) || File.Exists(Path.Combine(folder, RunReport.CardFile)))
            {
                told?.Invoke(RunReport.PageFile);
                foreach (var (name, text) in RunReport.Files(run, cancel))
                    parts.Add(VerifiedFile.Try(name, () => VerifiedFile.Lines(folder, name, text)));
            }
        }
        return new(folder, seal, parts);
    }

    /// <summary>For a person.</summary>
    public override string ToString()
    {
        var width = Parts.Max(p => p.What.Length);
        var text = new StringBuilder($"{Folder}: ").Append(Holds
            ? "every number follows from the scores, and nothing was changed.\n\n"
            : $"{Parts.Sum(p => p.Differences.Count)} DIFFERENCES.\n\n");
        foreach (var part in Parts)
            text.Append($"  {part.What.PadRight(width)}  {part.Looked}" +
                $"{(part.Differences.Count == 0 ? ": equal" : $": {part.Differences.Count} differ")}\n");
        foreach (var part in Parts.Where(p => p.Differences.Count > 0))
        {
            text.Append($"\n{part.What}\n");
            // what is drawn and worded follows from the figures above it: a few lines show where
            var told = part.What is "seal" or "splits" or "recipes" or "table.txt" || part.What.EndsWith(".json", StringComparison.Ordinal)
                ? 40 : 3;
            foreach (var difference in part.Differences.Take(told)) text.Append($"  - {difference}\n");
            if (part.Differences.Count > told) text.Append($"  - ... and {part.Differences.Count - told} more\n");
        }
        return text.Append($"\nseal {Seal ?? "none"}\n").ToString();
    }

    static Verification CheckProtocol(string folder, string? written, Action<string>? told, CancellationToken cancel)
    {
        var record = ProtocolRun.Read(folder);
        List<VerifiedPart> parts = [];
        told?.Invoke("seal");
        var seal = Sealed(folder, record.Files, written, parts);
        foreach (var member in record.Members)
        {
            parts.Add(VerifiedFile.Try($"{member.Folder}: member", () =>
            {
                var own = Run(Path.Combine(folder, member.Folder), member.Seal, what => told?.Invoke($"{member.Folder}: {what}"), cancel);
                return new(member.Folder, $"{own.Parts.Count} parts",
                    [.. own.Parts.SelectMany(p => p.Differences.Select(d => $"{p.What}: {d}"))]);
            }));
        }
        ProtocolFigures? figures = null;
        parts.Add(VerifiedFile.Try("metrics.json", () =>
        {
            told?.Invoke("metrics.json");
            figures = ProtocolFigures.Compute(ProtocolRun.Members(folder, record));
            return VerifiedFile.Numbers(folder, "metrics.json", ProtocolRun.Json(figures), $"the scores of {record.Members.Count} members");
        }));
        if (figures is not null)
        {
            parts.Add(VerifiedFile.Try("table.txt",
                () => VerifiedFile.Lines(folder, "table.txt", ProtocolText.Render(record, figures), WithoutResearchUse)));
            if (File.Exists(Path.Combine(folder, RunReport.PageFile)))
                foreach (var (name, text) in ProtocolReport.Files(folder, record, figures))
                    parts.Add(VerifiedFile.Try(name, () => VerifiedFile.Lines(folder, name, text)));
        }
        return new(folder, seal, parts);
    }

    static Verification CheckRobustness(string folder, string? written, Action<string>? told)
    {
        var record = RobustnessRun.Read(folder);
        List<VerifiedPart> parts = [];
        told?.Invoke("seal");
        var seal = Sealed(folder, record.Files, written, parts);
        RobustnessFigures? figures = null;
        parts.Add(VerifiedFile.Try("robustness.json", () =>
        {
            told?.Invoke("robustness.json");
            (figures, var files) = RobustnessRun.RecomputeFiles(folder, record);
            foreach (var (name, text) in files.Where(f => f.Key != "robustness.json"))
                parts.Add(VerifiedFile.Try(name, () => VerifiedFile.Lines(folder, name, text)));
            return VerifiedFile.Numbers(folder, "robustness.json", files["robustness.json"], "scores.csv and the cosines of texts.csv");
        }));
        if (figures is not null)
        {
            List<string> wrong = [];
            // unusable rows of the table count as failed, and are in no split
            if (figures.Images > record.Test.Images || figures.Images + figures.Failed < record.Test.Images)
                wrong.Add($"scores.csv: {figures.Images} images and {figures.Failed} failed; split '{record.Test.Name}' was recorded " +
                    $"with {record.Test.Images}.");
            if (figures.Patients > record.Test.Patients)
                wrong.Add($"scores.csv: {figures.Patients} patients; split '{record.Test.Name}' was recorded with {record.Test.Patients}.");
            parts.Add(new("splits", $"{figures.Images:N0} images", wrong));
            parts.Add(VerifiedFile.Try("table.txt",
                () => VerifiedFile.Lines(folder, "table.txt", RobustnessRun.Text(record, figures), WithoutResearchUse)));
            if (File.Exists(Path.Combine(folder, RunReport.PageFile)))
                foreach (var (name, text) in RobustnessReport.Files(folder, record, figures))
                    parts.Add(VerifiedFile.Try(name, () => VerifiedFile.Lines(folder, name, text)));
        }
        return new(folder, seal, parts);
    }

    /// <summary>Lines of a table without the last, which says what it may be used for.</summary>
    public static IEnumerable<string> WithoutResearchUse(List<string> printed) =>
        printed.Count > 0 && printed[^1].StartsWith("Research use only.", StringComparison.Ordinal) ? printed.SkipLast(1) : printed;

    /// <summary>Looks at a seal.</summary>
    /// <param name="folder">Of this folder.</param>
    /// <param name="files">Files whose hashes its record gives; empty where it gives none.</param>
    /// <param name="written">The seal as it was written down elsewhere; null: not compared.</param>
    /// <param name="parts">Gets what was found.</param>
    /// <returns>Its value; null where there is none.</returns>
    public static string? Sealed(string folder, IReadOnlyList<HashedFile> files, string? written, ICollection<VerifiedPart> parts)
    {
        Seal seal;
        try
        {
            seal = Evaluation.Runs.Seal.Read(folder);
        }
        catch (InvalidInputException e)
        {
            parts.Add(new("seal", "not readable", [e.Message]));
            return null;
        }
        List<string> broken = [.. seal.Broken(folder)];
        if (written is not null && !seal.Value.Equals(written, StringComparison.OrdinalIgnoreCase))
            broken.Add($"its value is {seal.Value}, but {written} was given: this is another run, or it was changed and sealed again.");
        foreach (var file in files)
            if (seal.Files.FirstOrDefault(f => f.Path == file.Path) is not { } own || own.Sha256 != file.Sha256)
                broken.Add($"{file.Path}: {EvaluationRun.RecordFile} gives it SHA-256 {file.Sha256}, the seal " +
                    $"{seal.Files.FirstOrDefault(f => f.Path == file.Path)?.Sha256 ?? "none"}.");
        parts.Add(new("seal", seal.Record.Count == 0 ? $"{seal.Files.Count} files"
            : $"{seal.Files.Count} files, {seal.Record.Count} fields of {EvaluationRun.RecordFile}", broken));
        return seal.Value;
    }

    static VerifiedPart Splits(string folder, EvaluationRecord record)
    {
        List<string> wrong = [];
        var test = ScoreTableFile.Read(Path.Combine(folder, "scores.csv"));
        // a row of the user's table that could not be read is no image of the split, and has no patient
        (string Image, string Patient)[] Measured(ScoreTable table) =>
            [.. table.Rows.Concat(table.Failed.Select(f => f.Image)).Where(i => i.Patient.Length > 0).Select(i => (i.Image, i.Patient))];
        void Check(string file, SplitRecord split, (string Image, string Patient)[] measured)
        {
            if (measured.Length != split.Images)
                wrong.Add($"{file}: {measured.Length} images; split '{split.Name}' was recorded with {split.Images}.");
            var patients = measured.Select(m => m.Patient).Distinct(StringComparer.Ordinal).Count();
            if (patients != split.Patients)
                wrong.Add($"{file}: {patients} patients; split '{split.Name}' was recorded with {split.Patients}.");
            if (SplitRecord.HashOf(measured) != split.SplitHash)
                wrong.Add($"{file}: its images and patients are not those of split '{split.Name}' as recorded.");
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
        if (record.Learnt is { } learned)
        {
            var drawn = TrainingTable.Read(Path.Combine(folder, TrainingTable.FileName));
            Check(TrainingTable.FileName, learned.Training, drawn);
            var taught = drawn.Select(d => d.Patient).ToHashSet(StringComparer.Ordinal);
            foreach (var (name, ids) in (ReadOnlySpan<(string, HashSet<string>)>)[("the measured split",
                [.. Measured(test).Select(m => m.Patient)]),
                ("validation", record.Validation is null ? []
                    : [.. ScoreTableFile.Read(Path.Combine(folder, "validation-scores.csv")).Rows.Select(r => r.Patient)])])
                if (ids.Count(taught.Contains) is > 0 and var shared)
                    wrong.Add($"{shared} patients were learnt from and are in {name} too.");
        }
        return new("splits", $"{images.Count:N0} images", wrong);
    }

    static VerifiedPart Table(StoredRun run)
    {
        var path = Path.Combine(run.Folder, "table.txt");
        var title = File.Exists(path) ? File.ReadLines(path).FirstOrDefault() ?? "" : "";
        return VerifiedFile.Lines(run.Folder, "table.txt", RunFiles.Table(run, title), WithoutResearchUse);
    }
}
