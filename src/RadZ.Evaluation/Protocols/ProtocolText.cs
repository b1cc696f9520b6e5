using System.Globalization;
using System.Text;

namespace RadZ.Evaluation.Protocols;

/// <summary>The table of a protocol for a person: a column a share of the patients.</summary>
static class ProtocolText
{
    /// <summary>The whole text.</summary>
    public static string Render(ProtocolRecord record, ProtocolFigures figures)
    {
        var text = new StringBuilder(record.Title).Append("\n\n");
        foreach (var alarm in record.Notices.Where(n => n.Kind is "training-patients" or "contamination"))
            text.Append("!! ").Append(alarm.Text).Append("\n\n");
        text.Append("AUC\n").Append(Table(figures, c => c.Auc)).Append("\nAverage precision\n")
            .Append(Table(figures, c => c.AveragePrecision)).Append('\n');
        foreach (var note in Notes(record, figures)) text.Append(note).Append('\n');
        foreach (var notice in record.Notices.Where(n => n.Kind is not ("training-patients" or "contamination")))
            text.Append("- ").Append(notice.Text).Append('\n');
        return text.ToString();
    }

    /// <summary>How to read the numbers.</summary>
    public static IEnumerable<string> Notes(ProtocolRecord record, ProtocolFigures figures)
    {
        foreach (var f in figures.Fractions)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{f.Percent:R} %: {f.Patients:N0} patients, " +
                $"{string.Join(", ", f.Images.Distinct().Select(i => i.ToString("N0", CultureInfo.InvariantCulture)))} images, " +
                $"{f.Images.Count} seed{(f.Images.Count == 1 ? "" : "s")}.");
        yield return "Mean over seeds +- deviation between seeds (another seed is another draw of patients"
            + (record.Protocol == "finetune" ? ", and another order of training)"
                : "; all patients are drawn once, since the fit has no chance in it)")
            + (record.Resamples == 0 ? "; no intervals were asked for."
                : string.Create(CultureInfo.InvariantCulture,
                    $"; in brackets {record.Level * 100:0.##} % intervals of that mean, {record.Resamples:N0} resamples of the test " +
                    $"patients, seed {record.Seed}."));
    }

    /// <summary>Mean, deviation and interval in a few signs.</summary>
    public static string Text(SeedFigure f) => f.Mean is not { } mean ? "-"
        : string.Create(CultureInfo.InvariantCulture,
            $"{mean:0.000}{(f.Deviation is { } d ? $" +- {d:0.000}" : "")}" +
            $"{(f is { Low: { } low, High: { } high } ? $" [{low:0.000}, {high:0.000}]" : "")}");

    /// <summary>The name of a share.</summary>
    public static string Name(FractionFigures fraction) => string.Create(CultureInfo.InvariantCulture, $"{fraction.Percent:R} %");

    static string Table(ProtocolFigures figures, Func<SeededClass, SeedFigure> of)
    {
        List<string[]> lines = [["class", .. figures.Fractions.Select(Name)]];
        foreach (var (c, one) in figures.Fractions[0].Classes.Index())
            lines.Add([one.Class, .. figures.Fractions.Select(f => Text(of(f.Classes[c])))]);
        lines.Add(["mean", .. figures.Fractions.Select(f => Text(of(f.Mean)))]);
        int[] widths = [.. lines[0].Select((_, c) => lines.Max(l => l[c].Length))];
        return string.Concat(lines.Select(line =>
            string.Join("  ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd() + "\n"));
    }
}
