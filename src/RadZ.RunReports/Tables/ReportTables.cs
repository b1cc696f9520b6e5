using System.Globalization;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Subgroups;

namespace RadZ.RunReports.Tables;

/// <summary>The tables of report and model card.</summary>
static class ReportTables
{
    const string NoWidth = "An interval without width (none or all in every resample) is not certainty: there were too few to see the " +
        "other kind.";

    static readonly ReportColumn<ClassFigures> s_class = new("class", c => c.Class);

    static readonly ReportColumn<ClassFigures>[] s_ranking =
    [
        s_class, new("with", c => Count(c.Positives)), new("without", c => Count(c.Negatives)), new("left out", c => Count(c.LeftOut)),
        new("AUC", c => Text(c.Auc), "auc"), new("AP", c => Text(c.AveragePrecision), "average_precision"),
        new("AUPRC (trapezoids)", c => Number(c.PrecisionRecallTrapezoid), "precision_recall_trapezoid"),
    ];

    static readonly ReportColumn<ClassFigures>[] s_thresholds =
        [s_class, new("F1*", c => Text(c.Paper?.F1), "f1_paper"), new("accuracy*", c => Text(c.Paper?.Accuracy), "accuracy_paper")];

    static readonly ReportColumn<ClassFigures>[] s_locked =
    [
        new("locked at", c => Number(c.Locked?.Threshold)), new("F1", c => Text(c.Locked?.F1), "f1_locked"),
        new("accuracy", c => Text(c.Locked?.Accuracy), "accuracy_locked"),
        new("sensitivity", c => Text(c.Locked?.Sensitivity), "sensitivity_locked"),
        new("specificity", c => Text(c.Locked?.Specificity), "specificity_locked"),
        new("MCC", c => Number(c.Locked?.Matthews), "matthews_locked"),
    ];

    static readonly ReportColumn<ClassFigures>[] s_points =
    [
        s_class, new("sens. at spec. .80", c => At(c.SensitivityAtSpecificity, .8)), new("at .90", c => At(c.SensitivityAtSpecificity, .9)),
        new("at .95", c => At(c.SensitivityAtSpecificity, .95)), new("spec. at sens. .80", c => At(c.SpecificityAtSensitivity, .8)),
        new("at .90", c => At(c.SpecificityAtSensitivity, .9)), new("at .95", c => At(c.SpecificityAtSensitivity, .95)),
    ];

    static readonly ReportColumn<(ClassFigures Class, SelectiveFigures? Scaled)>[] s_calibration =
    [
        new("class", c => c.Class.Class), new("Brier", c => Number(c.Class.Probability?.Brier)),
        new("log loss", c => Number(c.Class.Probability?.LogLoss)), new("ECE", c => Number(c.Class.Probability?.CalibrationError)),
    ];

    static readonly ReportColumn<(ClassFigures Class, SelectiveFigures? Scaled)>[] s_scaled =
    [
        new("Brier, scaled", c => Number(c.Scaled?.Calibrated?.Brier)), new("log loss, scaled", c => Number(c.Scaled?.Calibrated?.LogLoss)),
        new("ECE, scaled", c => Number(c.Scaled?.Calibrated?.CalibrationError)),
    ];

    static readonly ReportColumn<SelectiveFigures>[] s_abstention =
    [
        new("class", s => s.Class), new("all: wrong", s => Wrong(s, 0)),
        new("90 %: answered", s => Answered(s, 1)), new("wrong", s => Wrong(s, 1)),
        new("80 %: answered", s => Answered(s, 2)), new("wrong", s => Wrong(s, 2)),
        new("50 %: answered", s => Answered(s, 3)), new("wrong", s => Wrong(s, 3)),
    ];

    static readonly ReportColumn<SelectiveFigures>[] s_conformal =
    [
        new("class", s => s.Class), new("fitted on", s => s.Conformal is { } c ? Counted(c.Sets.Positives, c.Sets.Negatives) : "-"),
        new("stated", s => s.Conformal is { } c ? Invariant($"{c.Sets.Coverage * 100:0.#} %") : "-"),
        new("diseased covered", s => Text(s.Conformal?.Diseased)), new("others covered", s => Text(s.Conformal?.Healthy)),
        new("one answer", s => Text(s.Conformal?.Decided)), new("both", s => Text(s.Conformal?.Both)),
        new("neither", s => Text(s.Conformal?.Neither)),
    ];

    static readonly ReportColumn<SubgroupFigures>[] s_subgroups =
    [
        new("group", g => $"{g.By}: {g.Name}"), new("images", g => Count(g.Images)), new("patients", g => Count(g.Patients)),
        new("mean AUC", g => Text(g.Mean.Auc)), new("classes", g => Count(g.MeanClasses)), new("gap to all others", g => Text(g.Mean.Gap)),
    ];

    /// <summary>What needs no threshold.</summary>
    public static ReportTable Ranking(StoredRun run) => ReportTable.Create("Ranking", s_ranking, run.Figures.Classes,
        [Intervals(run), "Left out: the label is uncertain or not mentioned, and counts neither way.", .. Undefined(run)])
        .WithMeans($"mean of {run.Figures.Macro["auc"].Classes}", s_ranking.Select(c => c.Macro), m => Macro(run, m));

    /// <summary>What needs one.</summary>
    public static ReportTable Thresholds(StoredRun run)
    {
        var lockedOn = run.Record.Validation?.Name;
        ReportColumn<ClassFigures>[] columns = [.. s_thresholds, .. lockedOn is null ? [] : s_locked];
        return ReportTable.Create("At thresholds", columns, run.Figures.Classes,
            ["* THRESHOLD FROM THE TEST SET (the papers' convention: best F1 on these very images). It flatters; compare it only with " +
                "published numbers.",
                lockedOn is null
                    ? "No threshold was locked on a validation split (--convention locked): nothing here says how the model does at a " +
                        "threshold chosen before."
                    : $"Locked: the threshold with the best F1 on split '{lockedOn}', chosen before these images were looked at."])
            .WithMeans("mean", columns.Select(c => c.Macro), m => Macro(run, m));
    }

    /// <summary>At held specificity and sensitivity.</summary>
    public static ReportTable Points(StoredRun run) =>
        ReportTable.Create("Operating points", s_points, run.Figures.Classes, ["Thresholds are read off these very images."]);

    static string At(IReadOnlyList<OperatingPoint> points, double held) => Number(points.FirstOrDefault(p => p.Held == held)?.Reached);

    /// <summary>Calibration before and after; null where nothing is a probability.</summary>
    public static ReportTable? Calibration(RunAnalysis analysis)
    {
        var (classes, selective) = (analysis.Run.Figures.Classes, analysis.Selective);
        if (classes.All(c => c.Probability is null) && selective.All(s => s.Calibrated is null)) return null;
        return ReportTable.Create("Calibration", [.. s_calibration, .. selective.Count == 0 ? [] : s_scaled],
            [.. classes.Select((c, i) => (c, selective.ElementAtOrDefault(i)))],
            [selective.Count == 0 ? "Scores as they are; nothing was fitted, for want of a validation split."
                : $"Scaled: {analysis.CalibrationName}, fitted on the validation split. A dash: scores are no probabilities, or the " +
                    $"scaling has no best fit there (one kind only, or both wholly apart)."]);
    }

    /// <summary>Abstention; null without validation.</summary>
    public static ReportTable? Abstention(RunAnalysis analysis) => analysis.Selective.Count == 0 ? null
        : ReportTable.Create("Abstention", s_abstention, analysis.Selective,
        ["The likelier answer is given where its calibrated probability reaches a bound, and the image is left to a person elsewhere. " +
        "Bounds and calibration come from validation: there they answer 90, 80 and 50 % of the images.",
        NoWidth, "Where a finding is rare, \"absent\" is seldom wrong: look at sensitivity and at the conformal sets as well."]);

    static string Wrong(SelectiveFigures figures, int level) => Text(figures.Abstention.ElementAtOrDefault(level)?.Error);

    static string Answered(SelectiveFigures figures, int level) => Text(figures.Abstention.ElementAtOrDefault(level)?.Reached);

    /// <summary>Conformal sets; null without validation.</summary>
    public static ReportTable? Conformal(RunAnalysis analysis) => analysis.Selective.All(s => s.Conformal is null) ? null
        : ReportTable.Create("Conformal sets", s_conformal, analysis.Selective,
        ["Split conformal sets for each kind by itself, fitted on one image a patient (the first by name): of new patients like those of " +
        "validation, an image of each, at least the stated share of the diseased has \"present\" in its set, and at least that share of " +
        "the others \"absent\". \"Both\" means that the score cannot tell.",
        NoWidth, "The statement holds on average over validation sets of independent patients; another hospital breaks it."]);

    /// <summary>Subgroups; null where the set says nothing of its patients.</summary>
    public static ReportTable? Subgroups(RunAnalysis analysis) => analysis.Subgroups.Count == 0 ? null
        : ReportTable.Create("Subgroups", s_subgroups, analysis.Subgroups,
        [.. GapNotes(analysis), "Gap: the group's area less that of all other images, both on the same resamples of patients; the mean " +
            "goes over the classes defined within and outside the group."]);

    static IEnumerable<string> GapNotes(RunAnalysis analysis)
    {
        // of two groups one is the other's mirror
        var told = analysis.Subgroups.GroupBy(g => g.By).SelectMany(by => by.Count() == 2 ? by.Take(1) : by);
        var gaps = told.SelectMany(g => g.Classes.Select(c => (Group: $"{g.By}: {g.Name}", Class: c)))
            .Where(g => g.Class.Gap.Low is not null).ToList();
        var wide = gaps.Where(g => g.Class.Gap is { Low: > 0 } or { High: < 0 }).ToList();
        if (gaps.Count == 0) yield break;
        var named = string.Join("; ", wide.Take(20).Select(w => $"{w.Class.Class}, {w.Group} {Text(w.Class.Gap)}"));
        yield return $"{wide.Count} of {gaps.Count} gaps of single classes have an interval that leaves out 0" +
            $"{(wide.Count == 0 ? "" : ": " + named)}{(wide.Count > 20 ? "; ..." : "")}. " +
            Invariant($"Not corrected for their number: about {(1 - analysis.Run.Bootstrap.Level) * gaps.Count:0.#} would by chance. ") +
            "All are in figures/subgroups.csv.";
    }

    /// <summary>How the intervals came to be.</summary>
    public static string Intervals(StoredRun run) => run.Bootstrap.Resamples == 0 ? "No intervals were asked for."
        : string.Create(CultureInfo.InvariantCulture,
            $"In brackets: {run.Bootstrap.Level * 100:0.##} % intervals, {run.Bootstrap.Resamples:N0} resamples of patients, " +
            $"seed {run.Bootstrap.Seed}.");

    static IEnumerable<string> Undefined(StoredRun run) => run.Figures.Classes.Where(c => c.Auc.Value is null)
        .Select(c => $"{c.Class}: no AUC, for want of {(c.Positives == 0 ? "positives" : "negatives")}; it is in no mean of AUC.")
        .Concat(run.Figures.Classes.Where(c => c.Auc.Value is not null && c.UndefinedResamples > 0)
        .Select(c => Invariant($"{c.Class}: {c.UndefinedResamples:N0} resamples had no AUC; its interval is of the others.")));

    static string Macro(StoredRun run, string name) => run.Figures.Macro.TryGetValue(name, out var m) && m.Mean is not null
        ? Text(new(m.Mean, m.Low, m.High)) + (m.Classes == run.Figures.Macro["auc"].Classes ? "" : $" of {m.Classes}") : "-";

    /// <summary>A number with its interval, or a dash.</summary>
    public static string Text(Figure? figure) => figure is not { Value: { } value } f ? "-"
        : f.Low is { } low && f.High is { } high ? $"{Number(value)} [{Number(low)}, {Number(high)}]" : Number(value);

    /// <summary>Three digits, or a dash.</summary>
    public static string Number(double? value) => value is { } v ? Invariant($"{(Math.Abs(v) < 0.0005 ? 0 : v):0.000}") : "-";

    /// <summary>With thousands parted.</summary>
    public static string Count(int count) => Invariant($"{count:N0}");

    /// <summary>With and without.</summary>
    public static string Counted(int with, int without) => Invariant($"{with:N0} / {without:N0}");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
