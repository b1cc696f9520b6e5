using System.Text.Json;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>What left a folder that can be reported and verified.</summary>
enum RunKind
{
    /// <summary><c>radz evaluate --dataset</c>.</summary>
    Evaluation,

    /// <summary><c>radz evaluate --protocol probe|finetune</c>.</summary>
    Protocol,

    /// <summary><c>radz robustness</c>.</summary>
    Robustness,

    /// <summary><c>radz sweep</c>.</summary>
    Sweep,

    /// <summary><c>radz reproduce</c>.</summary>
    Reproduction,
}

/// <summary>Tells folders by their records.</summary>
static class RunKinds
{
    /// <summary>The record of a sweep or a reproduction; the others have <see cref="EvaluationRun.RecordFile"/>.</summary>
    public const string SweepRecordFile = "record.json";

    /// <summary>What a folder is.</summary>
    /// <exception cref="InvalidInputException">Nothing that can be reported or verified; it says what was found.</exception>
    public static RunKind Detect(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException(folder, "not-found", $"there is no such folder; expected {Expected}.");
        var (run, sweep) = (Path.Combine(folder, EvaluationRun.RecordFile), Path.Combine(folder, SweepRecordFile));
        if (File.Exists(run))
            switch (KindOf(run))
            {
                case "protocol": return RunKind.Protocol;
                case "robustness": return RunKind.Robustness;
                case not null: return RunKind.Evaluation;                   // its reader says what is wrong with it
                default:
                    throw new InvalidInputException(folder, "no-run",
                        $"is the folder of a training (radz train); measure its model first: radz evaluate ‹model " +
                        $"{folder}›. Expected {Expected}.");
            }
        if (File.Exists(sweep))
            switch (KindOf(sweep))
            {
                case "sweep": return RunKind.Sweep;
                case "reproduction": return RunKind.Reproduction;
                default:
                    throw new InvalidInputException(sweep, "no-run",
                        "does not say its kind (sweep, reproduction); an older program wrote it. Give the same command again with " +
                        "‹resume›: it trains nothing twice and writes the record anew.");
            }
        throw new InvalidInputException(folder, "no-run",
            File.Exists(Path.Combine(folder, "scores.csv")) && File.Exists(Path.Combine(folder, "metrics.json"))
            ? $"holds scores and figures of a manifest, but no record to hold them against; measure it as a set: radz evaluate ‹dataset " +
                $"FILE.csv› ‹root DIR› ‹out RUN›."
            : $"holds no {EvaluationRun.RecordFile} or {SweepRecordFile}; expected {Expected}.");
    }

    const string Expected = "the folder that evaluate ‹dataset›, robustness, sweep or reproduce has left by ‹out›";

    /// <summary>The member <c>kind</c>; null where there is none, empty where the file is no JSON.</summary>
    static string? KindOf(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("kind", out var kind)
                && kind.ValueKind == JsonValueKind.String ? kind.GetString() : null;
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
