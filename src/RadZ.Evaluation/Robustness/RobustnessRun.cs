using System.Globalization;
using System.Reflection;
using System.Text.Json;
using RadZ.Datasets;

namespace RadZ.Evaluation;

/// <summary>What a measurement of robustness was; beside its scores all that its figures follow from.</summary>
public sealed record RobustnessRecord
{
    /// <summary>Always <c>robustness</c>.</summary>
    public string Kind { get; init; } = "robustness";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public string Radz { get; init; } = typeof(RobustnessRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Of the runtime.</summary>
    public string Dotnet { get; init; } = Environment.Version.ToString();

    /// <summary>The command's arguments, as given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The model's name and the hash of its weights.</summary>
    public required ScoredBy Scores { get; init; }

    /// <summary>Of the own descriptions.</summary>
    public required string KnowledgeHash { get; init; }

    /// <summary>Of the descriptions by others, by style.</summary>
    public required IReadOnlyDictionary<string, string> AuthorHashes { get; init; }

    /// <summary>The set's name, or the manifest as given.</summary>
    public required string Dataset { get; init; }

    /// <summary>The tables that labels came from.</summary>
    public required IReadOnlyList<HashedFile> Tables { get; init; }

    /// <summary>The measured split.</summary>
    public required SplitRecord Test { get; init; }

    /// <summary>Of the intervals.</summary>
    public required BootstrapOptions Bootstrap { get; init; }

    /// <summary>Of the random descriptions, how many a disease.</summary>
    public required int Random { get; init; }

    /// <summary>What was said with the results.</summary>
    public required IReadOnlyList<Notice> Notices { get; init; }

    /// <summary>The other files of the folder, hashed when they were written.</summary>
    public IReadOnlyList<HashedFile> Files { get; init; } = [];
}

/// <summary>The folder that a measurement of robustness leaves, sealed like that of an evaluation.</summary>
public static class RobustnessRun
{
    /// <summary>The figures as <c>robustness.json</c>.</summary>
    public static string Json(RobustnessFigures figures) => JsonSerializer.Serialize(figures, EvaluationRun.JsonForm) + "\n";

    /// <summary>
    /// Writes <c>scores.csv</c> (images by texts), <c>texts.csv</c>, <c>diseases.csv</c>, <c>wordings.csv</c>, <c>denials.csv</c>, <c>robustness.json</c>, <c>table.txt</c>, the
    /// seal, and last the record.
    /// </summary>
    public static void Write(string folder, RobustnessRecord record, PhrasingScores table, RobustnessFigures figures, string text)
    {
        string At(string name) => Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        File.Delete(At(EvaluationRun.RecordFile));
        CsvFile.Write(At("scores.csv"), ["image", "patient", "source", .. table.Diseases.Select(d => $"label {d}"), .. table.Phrasings.Select((_, t) => $"text {t + 1}")], table.Rows.Select((row, r) => (IEnumerable<string>)[row.Image, row.Patient, row.Source,
            .. table.Diseases.Select((_, c) => table.Labels[r, c] switch { Label.Present => "1", Label.Absent => "0", Label.Uncertain => "-1", _ => "" }), .. table.Phrasings.Select((_, t) => N(table.Scores[r, t]))]));
        CsvFile.Write(At("texts.csv"), ["text", "disease", "kind", "style", "words", "denies", "auc", "auc_low", "auc_high", "rank_agreement", "cosine", "above_present", "above_absent", "difference_auc"],
            figures.Texts.Select((f, t) => (string[])[$"{t + 1}", f.Disease, f.Kind.ToString().ToLowerInvariant(), f.Style, f.Text, table.Denied[t] is { } d ? $"{d + 1}" : "", N(f.Auc.Value), N(f.Auc.Low), N(f.Auc.High), N(f.RankAgreement), N(f.Cosine), N(f.AbovePresent), N(f.AboveAbsent), N(f.DifferenceAuc)]));
        CsvFile.Write(At("diseases.csv"), ["disease", "positives", "negatives", "auc", "auc_low", "auc_high", "texts", "mean", "deviation", "least", "most", "rank_agreement", "least_rank_agreement", "descriptions", "random", "negations", "negation_above", "negation_cosine"],
            figures.Diseases.Select(d => (string[])[d.Disease, $"{d.Positives}", $"{d.Negatives}", N(d.Default.Value), N(d.Default.Low), N(d.Default.High), $"{d.SameMeaning.Texts}", N(d.SameMeaning.Mean), N(d.SameMeaning.Deviation), N(d.SameMeaning.Least), N(d.SameMeaning.Most),
                N(d.RankAgreement), N(d.LeastRankAgreement), N(d.Descriptions?.Mean), N(d.Random?.Mean), N(d.Negations?.Mean), N(d.NegationAbove), N(d.NegationCosine)]));
        CsvFile.Write(At("wordings.csv"), ["kind", "style", "diseases", "auc", "auc_low", "auc_high", "default", "difference", "difference_low", "difference_high", "rank_agreement", "cosine", "above_present", "above_absent", "difference_auc"],
            figures.Styles.Select(s => (string[])[s.Kind.ToString().ToLowerInvariant(), s.Style, $"{s.Diseases}", N(s.Auc.Value), N(s.Auc.Low), N(s.Auc.High), N(s.Default), N(s.Difference.Value), N(s.Difference.Low), N(s.Difference.High), N(s.RankAgreement), N(s.Cosine), N(s.AbovePresent), N(s.AboveAbsent), N(s.DifferenceAuc)]));
        CsvFile.Write(At("denials.csv"), ["disease", "vector", "reports", "neutral", "denied", "asserted", "nearer", "confusion"],
            figures.Denials.Select(d => (string[])[d.Disease, d.Vector, $"{d.Reports}", N(d.Neutral), N(d.Denied), N(d.Asserted), N(d.Nearer), N(d.Confusion)]));
        AtomicFile.WriteText(At("robustness.json"), Json(figures));
        AtomicFile.WriteText(At("table.txt"), text);
        HashedFile[] files = [.. new[] { "scores.csv", "texts.csv", "diseases.csv", "wordings.csv", "denials.csv", "robustness.json", "table.txt" }.Select(n => HashedFile.Of(At(n), n))];
        var json = JsonSerializer.Serialize(record with { Files = files }, EvaluationRun.JsonForm) + "\n";
        AtomicFile.WriteText(At(Seal.FileName), Seal.Of(json, files).Json());
        AtomicFile.WriteText(At(EvaluationRun.RecordFile), json);
    }

    static string N(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
