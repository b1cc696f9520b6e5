using System.Globalization;
using System.Text;
using RadZ.Data.Guards;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>
/// The table of a benchmark for a person: the papers' figures beside locked ones, every number with its interval, and what to beware of.
/// </summary>
static class BenchmarkText
{
    /// <summary>The whole text.</summary>
    /// <param name="title">What was measured on what.</param>
    /// <param name="figures">The numbers.</param>
    /// <param name="options">Of the bootstrap.</param>
    /// <param name="lockedOn">The split that thresholds were locked on; null where none was.</param>
    /// <param name="notices">What to beware of.</param>
    public static string Render(string title, BenchmarkFigures figures, BootstrapOptions options, string? lockedOn,
        IReadOnlyList<Notice> notices)
    {
        var locked = lockedOn is not null;
        var text = new StringBuilder().Append(title).Append("\n\n");
        foreach (var alarm in notices.Where(n => n.Kind is "training-patients" or "contamination"))
            text.Append("!! ").Append(alarm.Text).Append('\n');
        if (notices.Any(n => n.Kind is "training-patients" or "contamination")) text.Append('\n');
        List<string[]> lines = [["class", "positives", "negatives", "AUC", "AP", "AUPRC", "F1*", "accuracy*",
            .. locked ? (string[])["F1 locked", "accuracy locked", "sensitivity", "specificity", "MCC"] : []]];
        foreach (var c in figures.Classes)
            lines.Add([
                c.Class, Count(c.Positives), Count(c.Negatives), Text(c.Auc), Text(c.AveragePrecision), Number(c.PrecisionRecallTrapezoid),
                Text(c.Paper?.F1), Text(c.Paper?.Accuracy),
                .. locked ? (string[])[Text(c.Locked?.F1), Text(c.Locked?.Accuracy), Text(c.Locked?.Sensitivity),
                    Text(c.Locked?.Specificity), Number(c.Locked?.Matthews)] : [],
            ]);
        string Macro(string name) => figures.Macro.TryGetValue(name, out var m) && m.Mean is not null
            ? Text(new(m.Mean, m.Low, m.High)) + (m.Classes == figures.Macro["auc"].Classes ? "" : Invariant($" of {m.Classes}")) : "-";
        lines.Add([
            Invariant($"mean of {figures.Macro["auc"].Classes}"), "", "", Macro("auc"), Macro("average_precision"),
            Macro("precision_recall_trapezoid"), Macro("f1_paper"), Macro("accuracy_paper"),
            .. locked ? (string[])[Macro("f1_locked"), Macro("accuracy_locked"), Macro("sensitivity_locked"), Macro("specificity_locked"),
                Macro("matthews_locked")] : [],
        ]);
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(c => lines.Max(l => l[c].Length))];
        foreach (var line in lines)
            text.Append(string.Join("  ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd())
                .Append('\n');
        text.Append('\n');
        foreach (var note in Notes(figures, options, lockedOn)) text.Append(note).Append('\n');
        foreach (var notice in notices.Where(n => n.Kind is not ("training-patients" or "contamination")))
            text.Append("- ").Append(notice.Text).Append('\n');
        return text.ToString();
    }

    static IEnumerable<string> Notes(BenchmarkFigures figures, BootstrapOptions options, string? lockedOn)
    {
        yield return Invariant($"{figures.Images:N0} images of {figures.Patients:N0} patients scored, {figures.Failed:N0} failed.");
        yield return "* THRESHOLD FROM THE TEST SET (the papers' convention: best F1 on these very images, score >= threshold). It " +
            "flatters; compare it only with published numbers.";
        if (lockedOn is not null)
            yield return $"Locked: threshold with the best F1 on split '{lockedOn}', chosen before these images were looked at.";
        yield return options.Resamples == 0 ? "No intervals were asked for."
            : string.Create(CultureInfo.InvariantCulture,
                $"In brackets: {options.Level * 100:0.##} % intervals, {options.Resamples:N0} resamples of patients, " +
                $"seed {options.Seed}; F1* and accuracy* take the best threshold of each resample.");
        if (lockedOn is not null && Calibrated(figures) is { } calibrated) yield return calibrated;
        foreach (var c in figures.Classes)
        {
            if (c.LeftOut > 0)
                yield return Invariant($"{c.Class}: {c.LeftOut:N0} images whose label is uncertain or not mentioned are left out.");
            if (c.Auc.Value is null)
                yield return $"{c.Class}: no AUC, for want of {(c.Positives == 0 ? "positives" : "negatives")}; it is in no mean of AUC.";
            else if (c.UndefinedResamples > 0)
                yield return Invariant($"{c.Class}: {c.UndefinedResamples:N0} resamples had no AUC; its interval is of the others.");
            if (lockedOn is not null && c.Locked is null)
                yield return $"{c.Class}: split '{lockedOn}' has no positive; no threshold could be locked.";
        }
    }

    static string? Calibrated(BenchmarkFigures figures)
    {
        ClassFigures[] done = [.. figures.Classes.Where(c => c.Calibrated is not null)];
        if (done.Length == 0) return null;
        string Means(Func<ClassFigures, ProbabilityFigures?> of) =>
            done.Any(c => of(c) is null) ? ""
                : string.Create(CultureInfo.InvariantCulture,
                    $"Brier {done.Average(c => of(c)!.Brier):0.0000}, log loss {done.Average(c => of(c)!.LogLoss):0.0000}, " +
                    $"ECE {done.Average(c => of(c)!.CalibrationError):0.0000}");
        var before = Means(c => c.Probability);
        return Invariant($"Calibrated on validation, means of {done.Length} classes: before, ") +
            $"{(before.Length == 0 ? "scores were no probabilities" : before)}; after, {Means(c => c.Calibrated)}.";
    }

    static string Text(Figure? figure) => figure is not { Value: { } value } f ? "-"
        : f.Low is { } low && f.High is { } high ? Invariant($"{value:0.000} [{low:0.000}, {high:0.000}]") : Number(value);

    static string Number(double? value) => value is { } v ? Invariant($"{v:0.000}") : "-";

    static string Count(int count) => Invariant($"{count:N0}");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
