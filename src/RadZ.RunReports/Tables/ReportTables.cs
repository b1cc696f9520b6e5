using System.Globalization;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;

namespace RadZ.RunReports.Tables;

/// <summary>A table of a report.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Header">Column names; the first column is text, the others numbers.</param>
/// <param name="Rows">As many cells each.</param>
/// <param name="Notes">Below it.</param>
sealed record ReportTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows,
    params IReadOnlyList<string> Notes);

/// <summary>The tables of report and model card.</summary>
static class ReportTables
{
    const string NoWidth = "An interval without width (none or all in every resample) is not certainty: there were too few to see the " +
        "other kind.";

    /// <summary>What needs no threshold.</summary>
    public static ReportTable Ranking(KeptRun run)
    {
        var (f, macro) = (run.Figures, run.Figures.Macro);
        return new("Ranking", ["class", "with", "without", "left out", "AUC", "AP", "AUPRC (trapezoids)"],
            [.. f.Classes.Select(c => (string[])[c.Class, Count(c.Positives), Count(c.Negatives), Count(c.LeftOut), Text(c.Auc),
                Text(c.AveragePrecision), Number(c.PrecisionRecallTrapezoid)]),
                [$"mean of {macro["auc"].Classes}", "", "", "", Macro(run, "auc"), Macro(run, "average_precision"),
                    Macro(run, "precision_recall_trapezoid")]],
            [Intervals(run), "Left out: the label is uncertain or not mentioned, and counts neither way.", .. Undefined(run)]);
    }

    /// <summary>What needs one.</summary>
    public static ReportTable Thresholds(KeptRun run)
    {
        var lockedOn = run.Record.Validation?.Name;
        return new("At thresholds",
            ["class", "F1*", "accuracy*",
                .. lockedOn is null ? (string[])[] : ["locked at", "F1", "accuracy", "sensitivity", "specificity", "MCC"]],
            [.. run.Figures.Classes.Select(c =>
                (string[])[c.Class, Text(c.Paper?.F1), Text(c.Paper?.Accuracy), .. lockedOn is null ? (string[])[] :
                [Number(c.Locked?.Threshold), Text(c.Locked?.F1), Text(c.Locked?.Accuracy), Text(c.Locked?.Sensitivity),
                    Text(c.Locked?.Specificity), Number(c.Locked?.Matthews)]]),
                [$"mean", Macro(run, "f1_paper"), Macro(run, "accuracy_paper"), .. lockedOn is null ? (string[])[] :
                    ["", Macro(run, "f1_locked"), Macro(run, "accuracy_locked"), Macro(run, "sensitivity_locked"),
                        Macro(run, "specificity_locked"), Macro(run, "matthews_locked")]]],
            ["* THRESHOLD FROM THE TEST SET (the papers' convention: best F1 on these very images). It flatters; compare it only with " +
                "published numbers.",
                .. lockedOn is null
                    ? (string[])["No threshold was locked on a validation split (--convention locked): nothing here says how the model " +
                        "does at a threshold chosen before."]
                            : [$"Locked: the threshold with the best F1 on split '{lockedOn}', chosen before these images were looked " +
                                $"at."]]);
    }

    /// <summary>At held specificity and sensitivity.</summary>
    public static ReportTable Points(KeptRun run)
    {
        string At(IReadOnlyList<OperatingPoint> points, double held) => Number(points.FirstOrDefault(p => p.Held == held)?.Reached);
        return new("Operating points", ["class", "sens. at spec. .80", "at .90", "at .95", "spec. at sens. .80", "at .90", "at .95"],
            [.. run.Figures.Classes.Select(c => (string[])[c.Class,
                .. ((double[])[.8, .9, .95]).Select(h => At(c.SensitivityAtSpecificity, h)),
                .. ((double[])[.8, .9, .95]).Select(h => At(c.SpecificityAtSensitivity, h))])],
            "Thresholds are read off these very images.");
    }

    /// <summary>Calibration before and after; null where nothing is a probability.</summary>
    public static ReportTable? Calibration(RunAnalysis analysis)
    {
        var classes = analysis.Run.Figures.Classes;
        var selective = analysis.Selective;
        if (classes.All(c => c.Probability is null) && selective.All(s => s.Calibrated is null)) return null;
        return new("Calibration",
            ["class", "Brier", "log loss", "ECE",
                .. selective.Count == 0 ? (string[])[] : ["Brier, scaled", "log loss, scaled", "ECE, scaled"]],
            [.. classes.Select((c, i) =>
                (string[])[c.Class, Number(c.Probability?.Brier), Number(c.Probability?.LogLoss), Number(c.Probability?.CalibrationError),
                .. selective.Count == 0 ? (string[])[]
                    : [Number(selective[i].Calibrated?.Brier), Number(selective[i].Calibrated?.LogLoss),
                        Number(selective[i].Calibrated?.CalibrationError)]])],
            selective.Count == 0 ? "Scores as they are; nothing was fitted, for want of a validation split."
                : $"Scaled: {analysis.CalibrationName}, fitted on the validation split. A dash: scores are no probabilities, or the " +
                    "scaling has no best fit there (one kind only, or both wholly apart).");
    }

    /// <summary>Abstention; null without validation.</summary>
    public static ReportTable? Abstention(RunAnalysis analysis) => analysis.Selective.Count == 0 ? null
        : new("Abstention", ["class", "all: wrong", "90 %: answered", "wrong", "80 %: answered", "wrong", "50 %: answered", "wrong"],
        [.. analysis.Selective.Select(s => (string[])[s.Class,
            .. s.Abstention.Count == 0 ? Enumerable.Repeat("-", 7)
                : [Text(s.Abstention[0].Error), .. s.Abstention.Skip(1).SelectMany(a => (string[])[Text(a.Reached), Text(a.Error)])]])],
        "The likelier answer is given where its calibrated probability reaches a bound, and the image is left to a person elsewhere. " +
        "Bounds and calibration come from validation: there they answer 90, 80 and 50 % of the images.",
        NoWidth, "Where a finding is rare, \"absent\" is seldom wrong: look at sensitivity and at the conformal sets as well.");

    /// <summary>Conformal sets; null without validation.</summary>
    public static ReportTable? Conformal(RunAnalysis analysis) => analysis.Selective.All(s => s.Conformal is null) ? null
        : new("Conformal sets", ["class", "fitted on", "stated", "diseased covered", "others covered", "one answer", "both", "neither"],
        [.. analysis.Selective.Select(s => s.Conformal is not { } c ? (string[])[s.Class, "-", "-", "-", "-", "-", "-", "-"] :
            [s.Class, Counted(c.Sets.Positives, c.Sets.Negatives), Invariant($"{c.Sets.Coverage * 100:0.#} %"), Text(c.Diseased),
                Text(c.Healthy), Text(c.Decided), Text(c.Both), Text(c.Neither)])],
        "Split conformal sets for each kind by itself, fitted on one image a patient (the first by name): of new patients like those of " +
        "validation, an image of each, at least the stated share of the diseased has \"present\" in its set, and at least that share of " +
        "the others \"absent\". \"Both\" means that the score cannot tell.",
        NoWidth, "The statement holds on average over validation sets of independent patients; another hospital breaks it.");

    /// <summary>Subgroups; null where the set says nothing of its patients.</summary>
    public static ReportTable? Subgroups(RunAnalysis analysis) =>
        analysis.Subgroups.Count == 0 ? null : new("Subgroups", ["group", "images", "patients", "mean AUC", "classes", "gap to all others"],
        [.. analysis.Subgroups.Select(g =>
            (string[])[$"{g.By}: {g.Name}", Count(g.Images), Count(g.Patients), Text(g.Mean.Auc), Count(g.MeanClasses), Text(g.Mean.Gap)])],
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
    public static string Intervals(KeptRun run) => run.Bootstrap.Resamples == 0 ? "No intervals were asked for."
        : string.Create(CultureInfo.InvariantCulture,
            $"In brackets: {run.Bootstrap.Level * 100:0.##} % intervals, {run.Bootstrap.Resamples:N0} resamples of patients, " +
            $"seed {run.Bootstrap.Seed}.");

    static IEnumerable<string> Undefined(KeptRun run) => run.Figures.Classes.Where(c => c.Auc.Value is null)
        .Select(c => $"{c.Class}: no AUC, for want of {(c.Positives == 0 ? "positives" : "negatives")}; it is in no mean of AUC.")
        .Concat(run.Figures.Classes.Where(c => c.Auc.Value is not null && c.UndefinedResamples > 0)
        .Select(c => Invariant($"{c.Class}: {c.UndefinedResamples:N0} resamples had no AUC; its interval is of the others.")));

    static string Macro(KeptRun run, string name) => run.Figures.Macro.TryGetValue(name, out var m) && m.Mean is not null
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
