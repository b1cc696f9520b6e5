using RadZ.Data;
using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>How far recognition hangs on words: figures of every text, every disease and every way of wording.</summary>
/// <param name="Images">Scored.</param>
/// <param name="Patients">Theirs.</param>
/// <param name="Failed">Images that could not be.</param>
/// <param name="Mean">Over the diseases, as if they were one.</param>
/// <param name="Diseases">In the order of the columns.</param>
/// <param name="Styles">In the order of the texts; those that one disease alone has (its synonyms) are left to it.</param>
/// <param name="Texts">Every text.</param>
/// <param name="Denials">What the text side makes of denials; empty where it was not asked.</param>
sealed record RobustnessFigures(int Images, int Patients, int Failed, MeanRobustness Mean, IReadOnlyList<DiseaseRobustness> Diseases,
    IReadOnlyList<StyleFigure> Styles, IReadOnlyList<PhrasingFigure> Texts, IReadOnlyList<DenialFigure> Denials)
{
    /// <summary>Computes them.</summary>
    /// <param name="table">Images, texts, scores.</param>
    /// <param name="failed">Images that could not be scored.</param>
    /// <param name="denials">Of the text side.</param>
    /// <param name="options">Of the intervals: patients are drawn, the same for every text.</param>
    public static RobustnessFigures Of(PhrasingScores table, int failed, IReadOnlyList<DenialFigure> denials, BootstrapOptions options)
    {
        string[] patients = [.. table.Rows.Select(r => r.Patient)];
        int[] resampled = [.. Enumerable.Range(0, table.Phrasings.Count).Where(t => table.Phrasings[t].Kind != PhrasingKind.Random)];
        var (scores, labels) = (new double[table.Rows.Count, resampled.Length], new Label[table.Rows.Count, resampled.Length]);
        for (var r = 0; r < table.Rows.Count; r++)
            foreach (var (column, text) in resampled.Index())
                (scores[r, column], labels[r, column]) = (table.Scores[r, text], table.Labels[r, table.Phrasings[text].Disease]);
        var areas = AucBootstrap.Resample(scores, labels, patients, options).Classes;
        var areaOf = resampled.Index().ToDictionary(t => t.Item, t => areas[t.Index]);
        PhrasingFigure[] texts = [.. Enumerable.Range(0, table.Phrasings.Count)
            .Select(t => PhrasingFigure.Of(table, t, areaOf.GetValueOrDefault(t), options.Level))];
        DiseaseRobustness[] diseases = [.. table.Diseases.Select((disease, c) =>
        {
            var (_, present) = table.Known(table.Defaults[c]);
            return DiseaseRobustness.Of(disease, present.Count(p => p), present.Count(p => !p),
                [.. texts.Where((_, t) => table.Phrasings[t].Disease == c)]);
        })];
        StyleFigure[] styles = [.. resampled.GroupBy(t => (table.Phrasings[t].Kind, table.Phrasings[t].Style))
            .Where(g => g.Count() > 1 || table.Diseases.Count == 1)
            .Select(g => StyleFigure.Of(
                [.. g.Select(t => (texts[t], areaOf[t], texts[table.Defaults[table.Phrasings[t].Disease]],
                    areaOf[table.Defaults[table.Phrasings[t].Disease]]))], options.Level)).OfType<StyleFigure>()];
        return new(table.Rows.Count, patients.Distinct().Count(), failed, MeanRobustness.Of(diseases), diseases, styles, texts, denials);
    }
}

/// <summary>Means over the diseases whose areas are defined.</summary>
/// <param name="Diseases">How many.</param>
/// <param name="Default">AUC of the default sentence.</param>
/// <param name="SameMeaning">Mean AUC over the wordings that mean the same.</param>
/// <param name="Deviation">Mean of the standard deviations over them.</param>
/// <param name="Least">Mean of the least: what an unlucky user gets.</param>
/// <param name="Most">Mean of the most.</param>
/// <param name="RankAgreement">Mean of Spearman's correlations with the default.</param>
/// <param name="Descriptions">Mean AUC of the descriptions.</param>
/// <param name="Random">Mean AUC of the random descriptions.</param>
/// <param name="Negations">Mean AUC of the negations.</param>
/// <param name="NegationAbove">Mean share of diseased images on which the denial scores higher.</param>
/// <param name="NegationCosine">Mean cosine of denial and what it denies.</param>
sealed record MeanRobustness(int Diseases, double? Default, double? SameMeaning, double? Deviation, double? Least, double? Most,
    double? RankAgreement, double? Descriptions, double? Random, double? Negations, double? NegationAbove, double? NegationCosine)
{
    internal static MeanRobustness Of(IReadOnlyList<DiseaseRobustness> diseases)
    {
        var defined = diseases.Where(d => d.Default.Value is not null).ToList();
        return new(defined.Count, defined.Average(d => d.Default.Value), defined.Average(d => d.SameMeaning.Mean),
            defined.Average(d => d.SameMeaning.Deviation), defined.Average(d => d.SameMeaning.Least),
            defined.Average(d => d.SameMeaning.Most),
            defined.Average(d => d.RankAgreement), defined.Average(d => d.Descriptions?.Mean), defined.Average(d => d.Random?.Mean),
            defined.Average(d => d.Negations?.Mean), defined.Average(d => d.NegationAbove), defined.Average(d => d.NegationCosine));
    }
}
