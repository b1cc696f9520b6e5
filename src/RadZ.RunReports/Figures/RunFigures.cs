using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Runs;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports.Figures;

/// <summary>All pictures of a run.</summary>
static class RunFigures
{
    public static IReadOnlyList<RunFigure> Draw(RunAnalysis analysis) =>
        [.. ((RunFigure?[])[Forest(analysis.Run), CurveFigures.Roc(analysis.Run), CurveFigures.PrecisionRecall(analysis.Run),
            Confusion(analysis.Run),
            CertaintyFigures.Reliability(analysis), CertaintyFigures.CoverageRisk(analysis), Subgroups(analysis)]).OfType<RunFigure>()];

    static RunFigure Forest(StoredRun run)
    {
        var mean = run.Figures.Macro["auc"];
        List<ForestRow> rows = [
            .. run.Figures.Classes.Select(c => new ForestRow(c.Class, c.Auc, ReportTables.Counted(c.Positives, c.Negatives))),
            new($"mean of {mean.Classes}", new(mean.Mean, mean.Low, mean.High), "", Mean: true)];
        return new("forest", "AUC by class",
            "Area under the ROC curve with intervals by patient; dashed: guessing. To the right images with and without the finding.",
            ForestPlot.Draw("AUC by class", "area under the ROC curve", 0.5, rows),
            RunFigure.Table(["class", "auc", "low", "high", "positives", "negatives"],
                [.. run.Figures.Classes.Select(c => (object?[])[c.Class, c.Auc.Value, c.Auc.Low, c.Auc.High, c.Positives, c.Negatives]),
                    ["mean", mean.Mean, mean.Low, mean.High, null, null]]));
    }

    static RunFigure? Confusion(StoredRun run)
    {
        var locked = run.Figures.Classes.Any(c => c.Locked is not null);
        List<(string Class, double Threshold, Confusion Counts)> classes = [.. run.Figures.Classes.Select((c, i) =>
            (c.Class, Threshold: locked ? c.Locked?.Threshold : c.Paper?.Threshold,
                Ranking: Ranking.FromKnown(run.Test.Scores, run.Test.Labels, i)))
            .Where(c => c.Threshold is not null).Select(c => (c.Class, c.Threshold!.Value, c.Ranking.AtOrAbove(c.Threshold.Value)))];
        return classes.Count == 0 ? null
            : new("confusion", locked ? "Confusion at the locked thresholds" : "Confusion: THRESHOLDS FROM THE TEST SET",
            locked ? $"Counts at thresholds chosen on split '{run.Record.Validation!.Name}'; shade and percentage go by row."
                : "Nothing was locked: the thresholds are the best on these very images, which flatters. Shade and percentage go by row.",
            ConfusionPlot.Draw("Confusion",
                [.. classes.Select(c => (c.Class,
                    string.Create(System.Globalization.CultureInfo.InvariantCulture,
                        $"score >= {c.Threshold:0.####}{(locked ? "" : " (from the test set)")}"), c.Counts))]),
            RunFigure.Table(["class", "threshold", "true positives", "false positives", "false negatives", "true negatives"],
                classes.Select(c => (object?[])[c.Class, c.Threshold, c.Counts.TruePositives, c.Counts.FalsePositives,
                    c.Counts.FalseNegatives, c.Counts.TrueNegatives])));
    }

    static RunFigure? Subgroups(RunAnalysis analysis)
    {
        if (analysis.Subgroups.Count == 0) return null;
        var mean = analysis.Run.Figures.Macro["auc"].Mean ?? 0.5;
        return new("subgroups", "Mean AUC by subgroup",
            "Dashed: all images together. A group's mean goes over the classes that are defined within and outside it.",
            ForestPlot.Draw("Mean AUC by subgroup", "mean area under the ROC curve", mean,
                [.. analysis.Subgroups.Select(g =>
                    new ForestRow($"{g.By}: {g.Name}", g.Mean.Auc, $"{ReportTables.Count(g.Images)} images, {g.MeanClasses} classes"))]),
            RunFigure.Table(["by", "group", "class", "images", "patients", "positives", "negatives", "auc", "auc low", "auc high", "gap",
                "gap low", "gap high", "sensitivity", "sensitivity low", "sensitivity high", "specificity", "specificity low",
                "specificity high"],
                analysis.Subgroups.SelectMany(g => g.Classes.Prepend(g.Mean)
                    .Select(c => (object?[])[g.By, g.Name, c.Class, g.Images, g.Patients, c.Positives, c.Negatives, c.Auc.Value, c.Auc.Low,
                        c.Auc.High, c.Gap.Value, c.Gap.Low, c.Gap.High,
                    c.Sensitivity.Value, c.Sensitivity.Low, c.Sensitivity.High, c.Specificity.Value, c.Specificity.Low,
                    c.Specificity.High]))));
    }
}
