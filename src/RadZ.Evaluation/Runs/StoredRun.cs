using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>An evaluation as its folder holds it: all that figures, reports and comparisons need.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Record">What it was.</param>
/// <param name="Test">Scores, and labels under the record's policy.</param>
/// <param name="Validation">The same of the validation split; null where nothing was locked.</param>
/// <param name="Images">What is known of each measured image.</param>
sealed record StoredRun(string Folder, EvaluationRecord Record, ScoreTable Test, ScoreTable? Validation,
    IReadOnlyList<ImageFacts> Images)
{
    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidInputException">Something is missing or broken; it names file and line.</exception>
    public static StoredRun Read(string folder)
    {
        var record = EvaluationRun.Read(folder);
        var (test, validation) = EvaluationRun.Tables(folder, record);
        return new(folder, record, test, validation, ImageFacts.Read(Path.Combine(folder, "images.csv")));
    }

    /// <summary>The same of one who has just written the tables, and need not read them again.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="test">Its scores, labels under the record's policy.</param>
    /// <param name="validation">Alike; null where nothing was locked.</param>
    public static StoredRun Read(string folder, ScoreTable test, ScoreTable? validation) =>
        new(folder, EvaluationRun.Read(folder), test, validation, ImageFacts.Read(Path.Combine(folder, "images.csv")));

    /// <summary>Computed from the tables, not read; who has just computed them need not do so again.</summary>
    public BenchmarkFigures Figures
    {
        get => field ??= BenchmarkFigures.Compute(Test, Validation, Bootstrap, Record.Calibration);
        init;
    }

    /// <summary>How its intervals are made.</summary>
    public BootstrapOptions Bootstrap => new() { Resamples = Record.Resamples, Level = Record.Level, Seed = Record.Seed };

    /// <summary>Who made the scores, for a heading.</summary>
    public string Scorer => Record.Scores.Name is { } name ? $"model {name}, {Record.Scores.Score} score"
        : $"scores of {Record.Scores.File?.Path ?? "a file"}";
}
