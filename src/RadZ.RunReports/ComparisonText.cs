using System.Globalization;
using System.Text;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports;

/// <summary>The comparison of two runs for a person.</summary>
static class ComparisonText
{
    /// <summary>The whole text.</summary>
    /// <param name="a">The first run.</param>
    /// <param name="b">The second.</param>
    /// <param name="comparison">The numbers.</param>
    /// <param name="options">Of the bootstrap.</param>
    public static string Render(StoredRun a, StoredRun b, RunComparison comparison, BootstrapOptions options)
    {
        var text = new StringBuilder($"A  {Named(a)}\nB  {Named(b)}\n\n");
        foreach (var warning in Warnings(a, b, comparison)) text.Append($"!! {warning}\n");
        text.Append($"{(comparison.Same ? "The same images, classes and labels: " : "Compared on what they have in common: ")}" +
            $"{ReportTables.Count(comparison.Images)} images of {ReportTables.Count(comparison.Patients)} patients.\n\n");
        List<string[]> lines = [["class", "positives", "negatives", "AUC A", "AUC B", "A - B", "p", "p Holm", "p patients"]];
        foreach (var c in comparison.Classes)
            lines.Add([c.Class, ReportTables.Count(c.Positives), ReportTables.Count(c.Negatives), ReportTables.Number(c.A),
                ReportTables.Number(c.B), Signed(c.Difference), P(c.DeLongP), P(c.HolmP), P(c.BootstrapP)]);
        lines.Add([$"mean of {comparison.MacroClasses}", "", "", ReportTables.Number(comparison.MacroA),
            ReportTables.Number(comparison.MacroB), Signed(comparison.MacroDifference), "", "", P(comparison.MacroP)]);
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(c => lines.Max(l => l[c].Length))];
        foreach (var line in lines)
            text.Append(string.Join("  ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd())
                .Append('\n');
        text.Append('\n');
        var tests = comparison.Classes.Count(c => c.DeLongP is not null);
        text.Append($"p: DeLong's paired test, two-sided; it takes images as independent. p Holm: the same, corrected by Holm over the " +
            $"{tests} classes tested.\n");
        text.Append(options.Resamples == 0 ? "No intervals were asked for.\n" : string.Create(CultureInfo.InvariantCulture,
            $"A - B: {options.Level * 100:0.##} % intervals, {options.Resamples:N0} resamples of patients, seed " +
            $"{options.Seed}, the same draws for both. p patients: from these resamples, not corrected; that of the mean is one test by " +
            $"itself.\n"));
        if (comparison.Classes.Any(c => c.A is not null && c.DeLongP is null))
            text.Append("A dash under p: the difference has no variance (both rank alike), or there are fewer than two images of a " +
                "kind.\n");
        return text.ToString();
    }

    static IEnumerable<string> Warnings(StoredRun a, StoredRun b, RunComparison c)
    {
        if (c.OnlyA.Count + c.OnlyB.Count > 0)
            yield return $"NOT THE SAME IMAGES: {ReportTables.Count(c.OnlyA.Count)} only in A{First(c.OnlyA)}, " +
                $"{ReportTables.Count(c.OnlyB.Count)} only in B{First(c.OnlyB)}. They are left out: the figures below are not those of " +
                "the two tables.";
        if (c.OtherPatients > 0)
            yield return $"{ReportTables.Count(c.OtherPatients)} images belong to another patient in the other run, and are left out.";
        if (c.ClassesOnlyA.Count + c.ClassesOnlyB.Count > 0)
            yield return $"Classes of one run only are left out: " +
                $"{string.Join(", ", c.ClassesOnlyA.Select(n => n + " (A)").Concat(c.ClassesOnlyB.Select(n => n + " (B)")))}.";
        foreach (var one in c.Classes.Where(o => o.OtherLabels > 0))
            yield return $"{one.Class}: {ReportTables.Count(one.OtherLabels)} images have another label in the other run, and are left " +
                $"out{(a.Record.Policy == b.Record.Policy ? "" : " (the label policies differ)")}.";
        if (a.Record.Dataset != b.Record.Dataset) yield return $"The sets differ: {a.Record.Dataset} and {b.Record.Dataset}.";
        foreach (var (name, run) in ((string, StoredRun)[])[("A", a), ("B", b)])
            foreach (var notice in run.Record.Notices.Where(HtmlReport.IsAlarm)) yield return $"{name}: {notice.Text}";
    }

    static string First(IReadOnlyList<string> images) => images.Count == 0 ? "" : $" ({images[0]}{(images.Count > 1 ? ", ..." : "")})";

    static string Named(StoredRun run) => $"{run.Folder}: {run.Scorer}; {run.Record.Dataset}, split '{run.Record.Test.Name}'";

    static string Signed(Figure figure) => figure.Value is not { } value ? "-"
        : Sign(value) + (figure is { Low: { } low, High: { } high } ? $" [{Sign(low)}, {Sign(high)}]" : "");

    static string Sign(double value) => Math.Abs(value) < 0.0005 ? "0.000" : value.ToString("+0.000;-0.000", CultureInfo.InvariantCulture);

    static string P(double? p) =>
        p is not { } value ? "-" : value < 0.001 ? "<0.001" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
