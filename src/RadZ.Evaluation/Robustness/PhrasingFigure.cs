using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>How well one text ranks the images.</summary>
sealed record PhrasingFigure
{
    /// <summary>The disease.</summary>
    public required string Disease { get; init; }

    /// <summary>In what the text differs from the default sentence.</summary>
    public required PhrasingKind Kind { get; init; }

    /// <summary>How.</summary>
    public required string Style { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Area under the ROC curve of its scores for the disease's labels; of a negation it should be below .5. Without interval
    /// for random descriptions.
    /// </summary>
    public required Figure Auc { get; init; }

    /// <summary>
    /// Spearman's correlation of its scores with those of the default sentence (of a negation: of the text it
    /// denies), over the images with a known label.
    /// </summary>
    public double? RankAgreement { get; init; }

    /// <summary>Of the text's feature with the default sentence's (of a negation: with that of the text it denies).</summary>
    public required double Cosine { get; init; }

    /// <summary>
    /// Of a negation: share of the images with the disease that score higher on it than on the text it denies; 0 is
    /// right.
    /// </summary>
    public double? AbovePresent { get; init; }

    /// <summary>The same share of the images without; 1 is right.</summary>
    public double? AboveAbsent { get; init; }

    /// <summary>
    /// Of a negation: the area of the denied text's score less its own, which is what a stand-alone probability
    /// ranks by.
    /// </summary>
    public double? DifferenceAuc { get; init; }

    internal static PhrasingFigure Compute(PhrasingScores table, int text, double[]? resampled, double level)
    {
        var phrasing = table.Phrasings[text];
        var (scores, present) = table.Known(text);
        var (other, _) = table.Known(table.Denied[text] ?? table.Defaults[phrasing.Disease]);
        var area = Auroc.Compute(scores, present);
        var figure = area is null ? default : resampled is null ? new Figure(area, null, null)
            : Figure.From(area, ResampledInterval.Compute(resampled, level));
        var denies = table.Denied[text] is not null;
        double? Above(bool kind) => denies && present.Contains(kind)
            ? (double)scores.Where((s, i) => present[i] == kind && s > other[i]).Count() / present.Count(p => p == kind) : null;
        return new()
        {
            Disease = table.Diseases[phrasing.Disease],
            Kind = phrasing.Kind,
            Style = phrasing.Style,
            Text = phrasing.Text,
            Auc = figure,
            RankAgreement = Spearman.Compute(scores, other),
            Cosine = table.Cosines[text],
            AbovePresent = Above(true),
            AboveAbsent = Above(false),
            DifferenceAuc = denies ? Auroc.Compute([.. other.Select((o, i) => o - scores[i])], present) : null,
        };
    }
}
