using System.Globalization;
using System.Text;
using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>Figures of robustness for people.</summary>
static class RobustnessText
{
    /// <summary>Four tables: by disease, by wording, descriptions and negations, denials in reports.</summary>
    /// <param name="heading">What was measured.</param>
    /// <param name="figures">The figures.</param>
    /// <param name="options">Of the intervals.</param>
    public static string Render(string heading, RobustnessFigures figures, BootstrapOptions options)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{heading}\nn = {figures.Images:N0} images of {figures.Patients:N0} patients; {figures.Failed:N0} failed. " +
            $"AUC of each text's own score (cosine), without a softmax over other diseases.\n" +
            $"Intervals: {options.Level * 100:0.##} %, bootstrap over patients, {options.Resamples:N0} resamples, seed {options.Seed}.\n");
        foreach (var table in Tables(figures)) Table(text, table);
        foreach (var block in Legend(figures)) text.Append($"\n{block}\n");
        return text.ToString();
    }

    /// <summary>The tables, for a page or a terminal; empty ones are left out.</summary>
    public static IReadOnlyList<RobustnessTable> Tables(RobustnessFigures figures)
    {
        List<RobustnessTable> tables = [];
        void Table(string title, string[] header, IReadOnlyList<string[]> rows, bool last = false)
        {
            if (rows.Count > 0) tables.Add(new(title, header, rows, last));
        }
        var mean = figures.Mean;
        Table("By disease: the default sentence, and all wordings that mean the same",
            ["disease", "with", "without", "default", "interval", "texts", "mean", "SD", "least", "most", "ranks", "least wording"],
            [.. figures.Diseases.Select(d => (string[])[d.Disease, $"{d.Positives}", $"{d.Negatives}", Number(d.Default.Value),
                Range(d.Default), $"{d.SameMeaning.Texts}", Number(d.SameMeaning.Mean), Number(d.SameMeaning.Deviation),
                Number(d.SameMeaning.Least), Number(d.SameMeaning.Most), Number(d.RankAgreement), d.SameMeaning.LeastStyle]),
             [$"mean of {mean.Diseases}", "", "", Number(mean.Default), "", "", Number(mean.SameMeaning), Number(mean.Deviation),
                 Number(mean.Least), Number(mean.Most), Number(mean.RankAgreement), ""]], last: true);
        Table("By wording, mean over the diseases that have it",
            ["wording", "diseases", "AUC", "interval", "less default", "interval", "ranks", "cosine"],
            [.. figures.Styles.Where(s => s.Kind is not PhrasingKind.Negation)
                .Select(s => (string[])[s.Style, $"{s.Diseases}", Number(s.Auc.Value), Range(s.Auc), Signed(s.Difference.Value),
                    SignedRange(s.Difference), Number(s.RankAgreement), Number(s.Cosine)])]);
        Table("Descriptions: with meaning, and random words of the same length",
            ["disease", "texts", "mean", "least", "most", "random", "least", "most"],
            [.. figures.Diseases.Where(d => d.Descriptions is not null)
                .Select(d => (string[])[d.Disease, $"{d.Descriptions!.Texts}", Number(d.Descriptions.Mean), Number(d.Descriptions.Least),
                    Number(d.Descriptions.Most), Number(d.Random?.Mean), Number(d.Random?.Least), Number(d.Random?.Most)])]);
        Table("Negations, mean over the diseases. AUC for the disease they deny: should be below .5",
            ["wording", "diseases", "AUC", "interval", "above: with", "without", "difference", "ranks", "cosine"],
            [.. figures.Styles.Where(s => s.Kind is PhrasingKind.Negation)
                .Select(s => (string[])[s.Style, $"{s.Diseases}", Number(s.Auc.Value), Range(s.Auc), Number(s.AbovePresent),
                    Number(s.AboveAbsent), Number(s.DifferenceAuc), Number(s.RankAgreement), Number(s.Cosine)])]);
        Table("Negations by disease",
            ["disease", "texts", "AUC", "least", "most", "above: with", "cosine", "most wording"],
            [.. figures.Diseases.Where(d => d.Negations is not null)
                .Select(d => (string[])[d.Disease, $"{d.Negations!.Texts}", Number(d.Negations.Mean), Number(d.Negations.Least),
                    Number(d.Negations.Most), Number(d.NegationAbove), Number(d.NegationCosine), d.Negations.MostStyle]),
             [$"mean of {mean.Diseases}", "", Number(mean.Negations), "", "", Number(mean.NegationAbove), Number(mean.NegationCosine), ""]],
                 last: true);
        foreach (var vector in figures.Denials.GroupBy(d => d.Vector))
            Table($"Reports that deny a disease, cosine with its {vector.Key}",
                ["disease", "reports", "neutral", "denied", "asserted", "nearer", "confusion"],
                [.. vector.Select(d => (string[])[d.Disease, $"{d.Reports}", Number(d.Neutral), Number(d.Denied), Number(d.Asserted),
                    Number(d.Nearer), Number(d.Confusion)]),
                 [$"mean of {vector.Count()}", "", Number(vector.Average(d => d.Neutral)), Number(vector.Average(d => d.Denied)),
                     Number(vector.Average(d => d.Asserted)), Number(vector.Average(d => d.Nearer)),
                     Number(vector.Average(d => d.Confusion))]], last: true);
        return tables;
    }

    /// <summary>How to read them, a block each.</summary>
    public static IReadOnlyList<string> Legend(RobustnessFigures figures) =>
    [
        .. figures.Denials.Count == 0 ? (string[])[]
            : ["nearer: share of denying reports nearer to the disease than the same report without the denial (0 is right); confusion: " +
                "(denied - neutral) / (asserted - neutral), 1: read as an assertion, 0: not read, below: read as a denial."],
        "ranks: Spearman's correlation of the images' scores with those of the default sentence (of a negation: of the text it denies); " +
            "cosine: of the two texts.\n" +
            "above: share of the images with, and of those without the disease, that score higher on the denial than on the text it " +
            "denies; 0 and 1 would be right.\n" +
            "difference: AUC of the denied text's score less the denial's.",
    ];

    static void Table(StringBuilder text, RobustnessTable table)
    {
        var (title, header, rows, last) = table;
        int[] widths = [.. header.Select((h, c) => rows.Select(r => r[c].Length).Append(h.Length).Max())];
        void Row(string[] cells) => text.Append(string.Join("  ",
            cells.Select((cell, c) => Left(header[c]) ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()).Append('\n');
        text.Append($"\n{title}\n");
        Row([.. header]);
        foreach (var (i, row) in rows.Index())
        {
            if (last && i == rows.Count - 1) text.Append(new string('-', widths.Sum() + 2 * (widths.Length - 1))).Append('\n');
            Row(row);
        }
    }

    static bool Left(string header) => header is "disease" or "wording" or "least wording" or "most wording";

    static string Number(double? value) =>
        value is { } v ? (Math.Abs(v) < 0.0005 ? 0 : v).ToString("0.000", CultureInfo.InvariantCulture) : "-";

    static string Signed(double? value) =>
        value is { } v ? (Math.Abs(v) < 0.0005 ? 0 : v).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) : "-";

    static string Range(Figure figure) => figure is { Low: { } low, High: { } high } ? $"{Number(low)} to {Number(high)}" : "-";

    static string SignedRange(Figure figure) => figure is { Low: { } low, High: { } high } ? $"{Signed(low)} to {Signed(high)}" : "-";
}

/// <summary>A table of robustness.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">As many cells each.</param>
/// <param name="HasMean">The last row is a mean over the others.</param>
sealed record RobustnessTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<string[]> Rows, bool HasMean);
