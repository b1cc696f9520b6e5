using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>A way of wording, in the mean over the diseases that have it.</summary>
/// <param name="Kind">In what it differs.</param>
/// <param name="Style">The wording.</param>
/// <param name="Diseases">How many diseases have it and a defined area.</param>
/// <param name="Auc">Mean area, with its interval by patient.</param>
/// <param name="Default">Mean area of the default sentence over the same diseases.</param>
/// <param name="Difference">The first less the second, with the interval over the same resamples.</param>
/// <param name="RankAgreement">Mean of Spearman's correlations.</param>
/// <param name="Cosine">Mean.</param>
/// <param name="AbovePresent">Mean, of negations.</param>
/// <param name="AboveAbsent">Mean, of negations.</param>
/// <param name="DifferenceAuc">Mean, of negations.</param>
sealed record StyleFigure(PhrasingKind Kind, string Style, int Diseases, Figure Auc, double Default, Figure Difference,
    double? RankAgreement, double Cosine, double? AbovePresent, double? AboveAbsent, double? DifferenceAuc)
{
    internal static StyleFigure? Of(
        IReadOnlyList<(PhrasingFigure Figure, double[] Resampled, PhrasingFigure Default, double[] DefaultResampled)> texts, double level)
    {
        var defined = texts.Where(t => t.Figure.Auc.Value is not null).ToList();
        if (defined.Count == 0) return null;
        var (own, standard) = (defined.Average(t => t.Figure.Auc.Value!.Value), defined.Average(t => t.Default.Auc.Value!.Value));
        var resamples = defined[0].Resampled.Length;
        double[] Means(Func<int, int, double> of) =>
            [.. Enumerable.Range(0, resamples)
                .Select(r => Enumerable.Range(0, defined.Count).Select(t => of(t, r)).Where(v => !double.IsNaN(v))
                .DefaultIfEmpty(double.NaN).Average())];
        var figures = defined.Select(t => t.Figure).ToList();
        return new(figures[0].Kind, figures[0].Style, figures.Count,
            Figure.Of(own, ResampledInterval.Of(Means((t, r) => defined[t].Resampled[r]), level)), standard,
            Figure.Of(own - standard,
                ResampledInterval.Of(Means((t, r) => defined[t].Resampled[r] - defined[t].DefaultResampled[r]), level)),
            figures.Average(f => f.RankAgreement), figures.Average(f => f.Cosine), figures.Average(f => f.AbovePresent),
            figures.Average(f => f.AboveAbsent), figures.Average(f => f.DifferenceAuc));
    }
}
