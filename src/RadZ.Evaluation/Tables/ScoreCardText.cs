using System.Globalization;
using System.Text;

namespace RadZ.Evaluation.Tables;

/// <summary>A score card for a person: aligned columns, a dash where a number is not defined, and what to beware of.</summary>
static class ScoreCardText
{
    public static string Render(ScoreCard card)
    {
        var level = Invariant($"{card.Bootstrap.Level * 100:0.##} %");
        string[][] lines =
        [
            ["disease", "positives", "negatives", "AUC", level, "AP", "F1*", "accuracy*"],
            .. card.Classes.Select(c => new[]
            {
                c.Disease, Count(c.Positives), Count(c.Negatives),
                Number(c.Auc), Range(c.AucLow, c.AucHigh), Number(c.AveragePrecision), Number(c.F1), Number(c.Accuracy),
            }),
            [
                $"mean of {card.Macro.Classes}", "", "",
                Number(card.Macro.Auc), Range(card.Macro.AucLow, card.Macro.AucHigh), Number(card.Macro.AveragePrecision),
                Number(card.Macro.F1), Number(card.Macro.Accuracy),
            ],
        ];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(c => lines.Max(l => l[c].Length))];

        var text = new StringBuilder();
        foreach (var line in lines)
            text.AppendJoin("  ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).Append('\n');
        text.Append('\n');
        foreach (var note in Notes(card)) text.Append(note).Append('\n');
        return text.ToString();
    }

    static IEnumerable<string> Notes(ScoreCard card)
    {
        yield return $"{Count(card.Rows)} images of {Count(card.Patients)} patients scored, {Count(card.Failed)} failed.";
        yield return "* the papers' convention: threshold with the best F1 on these very images (score >= threshold). It flatters; " +
            "compare it only with published numbers.";
        if (card.Bootstrap.Resamples > 0)
            yield return $"Intervals: {Count(card.Bootstrap.Resamples)} resamples of patients, seed {card.Bootstrap.Seed}.";
        if (card.Macro.Classes < card.Classes.Count)
            yield return $"AUC is not defined for {card.Classes.Count - card.Macro.Classes} of {card.Classes.Count} diseases (without " +
                "positives or without negatives).";
        if (card.Macro.ClassesWithPositives != card.Macro.Classes)
            yield return $"The means of AP, F1 and accuracy go over the {card.Macro.ClassesWithPositives} diseases that have positives.";
        foreach (var c in card.Classes.Where(c => c.Auc is not null && c.UndefinedResamples > 0))
            yield return $"{c.Disease}: {Count(c.UndefinedResamples)} resamples had no AUC; its interval is of the others.";
        foreach (var c in card.Classes.Where(c => c.AucLow is { } low && low == c.AucHigh))
            yield return $"{c.Disease}: the same AUC in every resample; an interval without width is not certainty (too few images, or " +
                "too easy).";
    }

    static string Number(double? value) => value is { } v ? Invariant($"{v:0.0000}") : "-";

    static string Range(double? low, double? high) => low is { } l && high is { } h ? Invariant($"{l:0.0000} - {h:0.0000}") : "-";

    static string Count(int count) => Invariant($"{count:N0}");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
