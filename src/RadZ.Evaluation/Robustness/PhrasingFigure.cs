using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>How well one text ranks the images.</summary>
/// <param name="Disease">The disease.</param>
/// <param name="Kind">In what the text differs from the default sentence.</param>
/// <param name="Style">How.</param>
/// <param name="Text">The text.</param>
/// <param name="Auc">Area under the ROC curve of its scores for the disease's labels; of a negation it should be below .5. Without interval
/// for random descriptions.</param>
/// <param name="RankAgreement">Spearman's correlation of its scores with those of the default sentence (of a negation: of the text it
/// denies), over the images with a known label.</param>
/// <param name="Cosine">Of the text's feature with the default sentence's (of a negation: with that of the text it denies).</param>
/// <param name="AbovePresent">Of a negation: share of the images with the disease that score higher on it than on the text it denies; 0 is
/// right.</param>
/// <param name="AboveAbsent">The same share of the images without; 1 is right.</param>
/// <param name="DifferenceAuc">Of a negation: the area of the denied text's score less its own, which is what a stand-alone probability
/// ranks by.</param>
sealed record PhrasingFigure(string Disease, PhrasingKind Kind, string Style, string Text, Figure Auc, double? RankAgreement,
    double Cosine, double? AbovePresent, double? AboveAbsent, double? DifferenceAuc)
{
    internal static PhrasingFigure Of(PhrasingScores table, int text, double[]? resampled, double level)
    {
        var phrasing = table.Phrasings[text];
        var (scores, present) = table.Known(text);
        var (other, _) = table.Known(table.Denied[text] ?? table.Defaults[phrasing.Disease]);
        var area = Auroc.Of(scores, present);
        var figure = area is null ? default : resampled is null ? new Figure(area, null, null)
            : Figure.Of(area, ResampledInterval.Of(resampled, level));
        var denies = table.Denied[text] is not null;
        double? Above(bool kind) => denies && present.Contains(kind)
            ? (double)scores.Where((s, i) => present[i] == kind && s > other[i]).Count() / present.Count(p => p == kind) : null;
        return new(table.Diseases[phrasing.Disease], phrasing.Kind, phrasing.Style, phrasing.Text, figure, Spearman.Of(scores, other),
            table.Cosines[text],
            Above(true), Above(false), denies ? Auroc.Of([.. other.Select((o, i) => o - scores[i])], present) : null);
    }
}
