using System.Reflection;
using System.Text.Json;
using RadZ.Data.Guards;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Files;

namespace RadZ.Evaluation.Robustness;

/// <summary>What a measurement of robustness was; beside its scores all that its figures follow from.</summary>
sealed record RobustnessRecord
{
    /// <summary>Always <c>robustness</c>.</summary>
    public string Kind { get; init; } = "robustness";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public string Radz { get; init; } =
        typeof(RobustnessRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

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
static class RobustnessRun
{
    /// <summary>The figures as <c>robustness.json</c>.</summary>
    public static string Json(RobustnessFigures figures) => JsonSerializer.Serialize(figures, EvaluationRun.JsonForm) + "\n";

    /// <summary>
    /// Writes <c>scores.csv</c> (images by texts), <c>texts.csv</c>, <c>diseases.csv</c>, <c>wordings.csv</c>, <c>denials.csv</c>,
    /// <c>robustness.json</c>, <c>table.txt</c>, the seal, and last the record.
    /// </summary>
    public static void Write(string folder, RobustnessRecord record, PhrasingScores table, RobustnessFigures figures, string text)
    {
        string At(string name) => Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        File.Delete(At(EvaluationRun.RecordFile));
        RobustnessTables.WriteScores(At("scores.csv"), table);
        var files = RobustnessTables.Figures(table, figures);
        foreach (var (name, content) in files) AtomicFile.WriteText(At(name), content);
        AtomicFile.WriteText(At("table.txt"), text);
        HashedFile[] hashed = [.. files.Keys.Prepend("scores.csv").Append("table.txt").Select(n => HashedFile.Read(At(n), n))];
        var json = JsonSerializer.Serialize(record with { Files = hashed }, EvaluationRun.JsonForm) + "\n";
        AtomicFile.WriteText(At(Seal.FileName), Seal.Compute(json, hashed).Json());
        AtomicFile.WriteText(At(EvaluationRun.RecordFile), json);
    }

    /// <summary>The record of a folder.</summary>
    /// <exception cref="InvalidInputException">It is none of a measurement of robustness.</exception>
    public static RobustnessRecord Read(string folder)
    {
        var path = Path.Combine(folder, EvaluationRun.RecordFile);
        try
        {
            if (JsonSerializer.Deserialize<RobustnessRecord>(File.ReadAllText(path), EvaluationRun.JsonForm)
                is not { Kind: "robustness", Version: 1 } record)
                throw new InvalidInputException(path, "no-run", "is no record of a measurement of robustness (kind, version).");
            if (record.Bootstrap.Resamples < 0 || record.Bootstrap.Level is not (> 0 and < 1))
                throw new InvalidInputException(path, "bad-bootstrap",
                    $"resamples is {record.Bootstrap.Resamples} and level {record.Bootstrap.Level}; expected at least 0, and between 0 " +
                    "and 1.");
            return record;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-json", e.Message, e);
        }
    }

    /// <summary>The figures again, from <c>scores.csv</c>, the texts and their cosines, and the means of the denying reports.</summary>
    public static RobustnessFigures Recompute(string folder, RobustnessRecord record) => RecomputeFiles(folder, record).Figures;

    /// <summary>Every table and <c>robustness.json</c> again, by name.</summary>
    public static (RobustnessFigures Figures, IReadOnlyDictionary<string, string> Files) RecomputeFiles(string folder,
        RobustnessRecord record)
    {
        var table = RobustnessTables.ReadScores(folder);
        var figures = RobustnessFigures.Compute(table, RobustnessTables.ReadFailed(folder), RobustnessTables.ReadDenials(folder),
            record.Bootstrap);
        return (figures, RobustnessTables.Figures(table, figures));
    }

    /// <summary>The table as printed, without the last line on its use.</summary>
    public static string Text(RobustnessRecord record, RobustnessFigures figures) =>
        RobustnessText.Render($"{record.Dataset}: model {record.Scores.Name}", figures, record.Bootstrap)
            + string.Concat(record.Notices.Select(n => $"{n.Text}\n"));
}
