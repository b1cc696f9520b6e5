using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Runs;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports.Figures;

/// <summary>ROC and precision-recall curves with the thresholds that the tables speak of.</summary>
static class CurveFigures
{
    const double Seen = 0.002;                                          // of the axis: a smaller step is not seen
    const string FromTest = "threshold from the test set", Locked = "threshold locked on validation";

    public static RunFigure Roc(StoredRun run)
    {
        var panels = Each(run, (c, ranking) =>
        {
            if (RocCurve.Compute(ranking) is not { } curve) return [];
            PlotPoint At(double threshold) =>
                ranking.AtOrAbove(threshold) is var counts ? new(1 - counts.Specificity!.Value, counts.Sensitivity!.Value) : default;
            return [new("guessing", [new(0, 0), new(1, 1)], Stroke.Dotted, IsGray: true),
                new("ROC", Thin(curve.FalsePositiveRates.Zip(curve.TruePositiveRates)), Stroke.Solid), .. Thresholds(c, At)];
        }, c => $"AUC {ReportTables.Text(c.Auc)}");
        return new("roc", "Receiver operating characteristic",
            "Sensitivity against false alarms, class by class. A class without both kinds of images has no curve.",
            Panels.Draw("ROC curves", "1 - specificity", "sensitivity", 1, panels),
            RunFigure.Table(panels, "1 - specificity", "sensitivity"));
    }

    public static RunFigure PrecisionRecall(StoredRun run)
    {
        var panels = Each(run, (c, ranking) =>
        {
            if (PrecisionRecallCurve.Compute(ranking) is not { } curve) return [];
            PlotPoint? At(double threshold) =>
                ranking.AtOrAbove(threshold) is { TruePositives: var hits, FalsePositives: var alarms } counts && hits + alarms > 0
                ? new(counts.Sensitivity!.Value, (double)hits / (hits + alarms)) : null;
            var share = (double)ranking.Positives / (ranking.Positives + ranking.Negatives);
            return [new("guessing: share of the diseased", [new(0, share), new(1, share)], Stroke.Dotted, IsGray: true),
                new("precision and recall", Thin(curve.Recalls.Zip(curve.Precisions)), Stroke.Solid), .. Thresholds(c, At)];
        }, c => $"AP {ReportTables.Text(c.AveragePrecision)}");
        return new("precision-recall", "Precision and recall",
            "Precision against recall. What guessing gives is the share of the diseased, so that classes cannot be compared with each " +
            "other here.",
            Panels.Draw("Precision-recall curves", "recall", "precision", 1, panels), RunFigure.Table(panels, "recall", "precision"));
    }

    static Trace[] Thresholds(ClassFigures c, Func<double, PlotPoint> at) => Thresholds(c, t => (PlotPoint?)at(t));

    static Trace[] Thresholds(ClassFigures c, Func<double, PlotPoint?> at) =>
    [
        .. c.Paper is { } paper && at(paper.Threshold) is { } one ? [new Trace(FromTest, [one], Stroke.None, Marker.OpenCircle)]
            : (Trace[])[],
        .. c.Locked is { } locked && at(locked.Threshold) is { } two ? [new Trace(Locked, [two], Stroke.None, Marker.Square)] : (Trace[])[],
    ];

    static Panel[] Each(StoredRun run, Func<ClassFigures, Ranking, Trace[]> traces, Func<ClassFigures, string> note) =>
        [.. run.Figures.Classes.Select((c, i) =>
            new Panel(c.Class, note(c), traces(c, Ranking.FromKnown(run.Test.Scores, run.Test.Labels, i))))];

    /// <summary>Leaves out points that are too near the one before to be seen; ends stay.</summary>
    internal static IReadOnlyList<PlotPoint> Thin(IEnumerable<(double X, double Y)> points)
    {
        List<PlotPoint> kept = [];
        PlotPoint? skipped = null;
        foreach (var (x, y) in points)
        {
            var point = new PlotPoint(x, y);
            if (kept.Count > 0 && Math.Abs(x - kept[^1].X) < Seen && Math.Abs(y - kept[^1].Y) < Seen)
            {
                skipped = point;
                continue;
            }
            kept.Add(point);
            skipped = null;
        }
        if (skipped is { } last) kept.Add(last);
        return kept;
    }
}
