using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports.Figures;

/// <summary>How sure scores are, and how right to be: reliability and coverage-risk.</summary>
static class CertaintyFigures
{
    /// <summary>Null where scores are no probabilities and nothing was calibrated.</summary>
    public static RunFigure? Reliability(RunAnalysis analysis)
    {
        var run = analysis.Run;
        var panels = run.Test.Diseases.Select((name, c) =>
        {
            var (scores, present, _) = run.Test.Known(c);
            List<Trace> traces = [new("as promised", [new(0, 0), new(1, 1)], Stroke.Dotted, IsGray: true)];
            if (scores.Length > 0 && scores.All(s => s is >= 0 and <= 1))
                traces.Add(Bins("scores as they are", ReliabilityCurve.Compute(scores, present), run.Bootstrap.Level, Stroke.Solid,
                    Marker.Circle));
            if (analysis.Selective.Count > 0 && analysis.Selective[c].Rule is { } rule && scores.Length > 0)
                traces.Add(Bins($"after {analysis.CalibrationName}, fitted on validation",
                    ReliabilityCurve.Compute([.. scores.Select(rule.Probability)], present), traces.Count > 1 ? null : run.Bootstrap.Level,
                    Stroke.Dashed, Marker.OpenTriangle));
            var error = run.Figures.Classes[c].Probability?.CalibrationError;
            var after = analysis.Selective.Count > 0 ? analysis.Selective[c].Calibrated?.CalibrationError : null;
            return new Panel(name, $"ECE {ReportTables.Number(error)}{(after is null ? "" : $", scaled {ReportTables.Number(after)}")}",
                traces.Count > 1 ? traces : []);
        }).ToList();
        return panels.All(p => p.Traces.Count == 0) ? null
            : new("reliability", "Reliability",
                "What a probability promises against what comes true, in 15 bins of equal width; bars are Wilson intervals of the share " +
                "(of the first series), which take images as independent.",
            Panels.Draw("Reliability", "probability", "share with the disease", 1, panels),
            RunFigure.Table(panels, "probability", "share"));
    }

    /// <summary>Null without a validation split, or where no rule could be fitted.</summary>
    public static RunFigure? CoverageRisk(RunAnalysis analysis)
    {
        var panels = analysis.Selective.Select(s => new Panel(s.Class,
            s.Curve is { } c ? $"area {ReportTables.Number(c.Area)}, above the best {ReportTables.Number(c.ExcessArea)}" : "not fitted",
            s.Curve is not { } curve ? [] :
        [
            new("error when all are answered", [new(0, curve.Points[^1].Risk), new(1, curve.Points[^1].Risk)], Stroke.Dotted, IsGray: true),
            new("error of the surest", CurveFigures.Thin(curve.Points.Select(p => (p.Coverage, p.Risk))), Stroke.Solid),
            new("bounds from validation for 90, 80, 50 %",
                [.. s.Abstention.Where(a => a.Asked < 1 && a.Reached.Value is not null && a.Error.Value is not null)
                .Select(a => new PlotPoint(a.Reached.Value!.Value, a.Error.Value!.Value, a.Error.Low, a.Error.High))], Stroke.None,
                    Marker.Square),
        ])).ToList();
        if (panels.All(p => p.Traces.Count == 0)) return null;
        var top = panels.SelectMany(p => p.Traces.SelectMany(t => t.Points)).Max(p => Math.Max(p.Y, p.High ?? 0));
        return new("coverage-risk", "Coverage and risk",
            "The share of wrong answers when only the surest images are answered (Chow's rule on calibrated probabilities). Squares: " +
            "where the bounds chosen on validation end up here, with intervals by patient.",
            Panels.Draw("Coverage-risk curves", "share answered", "share wrong", Math.Clamp(Math.Ceiling(top * 10) / 10, 0.1, 1), panels),
            RunFigure.Table(panels, "coverage", "risk"));
    }

    static Trace Bins(string name, ReliabilityCurve curve, double? level, Stroke stroke, Marker marker) =>
        new(name, [.. curve.Bins.Select(b =>
    {
        // bars of two series in one small plot cannot be read
        Interval? interval = level is { } l ? Wilson.Compute(b.Positives, b.Images, l) : null;
        return new PlotPoint(b.MeanProbability, b.Share, interval?.Low, interval?.High);
    })], stroke, marker);
}
