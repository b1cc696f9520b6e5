using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Subgroups;

namespace RadZ.RunReports.Tables;

/// <summary>A run with all that its report tells beyond <c>metrics.json</c>.</summary>
/// <param name="Run">The folder.</param>
/// <param name="Selective">Fitted on validation; empty where there is none.</param>
/// <param name="Subgroups">By sex, age band, view and site.</param>
sealed record RunAnalysis(StoredRun Run, IReadOnlyList<SelectiveFigures> Selective, IReadOnlyList<SubgroupFigures> Subgroups)
{
    /// <summary>The calibration's name for a reader.</summary>
    public string CalibrationName => Run.Record.Calibration switch
    {
        CalibrationKind.Temperature => "temperature scaling",
        CalibrationKind.Isotonic => "isotonic regression",
        _ => "Platt's scaling",
    };

    public static RunAnalysis Compute(StoredRun run, CancellationToken cancel)
    {
        var facts = new Dictionary<string, ImageFacts>(StringComparer.Ordinal);
        foreach (var image in run.Images) facts.TryAdd(image.Image, image);
        return new(run, run.Validation is { } validation
            ? SelectiveFigures.Compute(run.Test, validation, run.Bootstrap, kind: run.Record.Calibration ?? CalibrationKind.Platt,
                cancel: cancel) : [],
            SubgroupFigures.Compute(run.Test, facts, [.. run.Figures.Classes.Select(c => c.Locked?.Threshold)], run.Bootstrap, cancel));
    }
}
