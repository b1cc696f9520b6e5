using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>A way of wording, in the mean over the diseases that have it.</summary>
sealed record StyleFigure
{
    /// <summary>In what it differs.</summary>
    public required PhrasingKind Kind { get; init; }

    /// <summary>The wording.</summary>
    public required string Style { get; init; }

    /// <summary>How many diseases have it and a defined area.</summary>
    public required int Diseases { get; init; }

    /// <summary>Mean area, with its interval by patient.</summary>
    public required Figure Auc { get; init; }

    /// <summary>Mean area of the default sentence over the same diseases.</summary>
    public required double Default { get; init; }

    /// <summary>The first less the second, with the interval over the same resamples.</summary>
    public required Figure Difference { get; init; }

    /// <summary>Mean of Spearman's correlations.</summary>
    public double? RankAgreement { get; init; }

    /// <summary>Mean.</summary>
    public required double Cosine { get; init; }

    /// <summary>Mean, of negations.</summary>
    public double? AbovePresent { get; init; }

    /// <summary>Mean, of negations.</summary>
    public double? AboveAbsent { get; init; }

    /// <summary>Mean, of negations.</summary>
    public double? DifferenceAuc { get; init; }

    internal static StyleFigure? Compute(
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
        return new()
        {
            Kind = figures[0].Kind,
            Style = figures[0].Style,
            Diseases = figures.Count,
            Auc = Figure.From(own, ResampledInterval.Compute(Means((t, r) => defined[t].Resampled[r]), level)),
            Default = standard,
            Difference = Figure.From(own - standard,
                ResampledInterval.Compute(Means((t, r) => defined[t].Resampled[r] - defined[t].DefaultResampled[r]), level)),
            RankAgreement = figures.Average(f => f.RankAgreement),
            Cosine = figures.Average(f => f.Cosine),
            AbovePresent = figures.Average(f => f.AbovePresent),
            AboveAbsent = figures.Average(f => f.AboveAbsent),
            DifferenceAuc = figures.Average(f => f.DifferenceAuc),
        };
    }
}
