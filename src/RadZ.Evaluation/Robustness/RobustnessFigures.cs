using RadZ.Data;
using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>How far recognition hangs on words: figures of every text, every disease and every way of wording.</summary>
sealed record RobustnessFigures
{
    /// <summary>Scored.</summary>
    public required int Images { get; init; }

    /// <summary>Theirs.</summary>
    public required int Patients { get; init; }

    /// <summary>Images that could not be.</summary>
    public required int Failed { get; init; }

    /// <summary>Over the diseases, as if they were one.</summary>
    public required MeanRobustness Mean { get; init; }

    /// <summary>In the order of the columns.</summary>
    public required IReadOnlyList<DiseaseRobustness> Diseases { get; init; }

    /// <summary>In the order of the texts; those that one disease alone has (its synonyms) are left to it.</summary>
    public required IReadOnlyList<StyleFigure> Styles { get; init; }

    /// <summary>Every text.</summary>
    public required IReadOnlyList<PhrasingFigure> Texts { get; init; }

    /// <summary>What the text side makes of denials; empty where it was not asked.</summary>
    public required IReadOnlyList<DenialFigure> Denials { get; init; }

    /// <summary>Computes them.</summary>
    /// <param name="table">Images, texts, scores.</param>
    /// <param name="failed">Images that could not be scored.</param>
    /// <param name="denials">Of the text side.</param>
    /// <param name="options">Of the intervals: patients are drawn, the same for every text.</param>
    public static RobustnessFigures Compute(PhrasingScores table, int failed, IReadOnlyList<DenialFigure> denials, BootstrapOptions options)
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
            .Select(t => PhrasingFigure.Compute(table, t, areaOf.GetValueOrDefault(t), options.Level))];
        DiseaseRobustness[] diseases = [.. table.Diseases.Select((disease, c) =>
        {
            var (_, present) = table.Known(table.Defaults[c]);
            return DiseaseRobustness.Compute(disease, present.Count(p => p), present.Count(p => !p),
                [.. texts.Where((_, t) => table.Phrasings[t].Disease == c)]);
        })];
        StyleFigure[] styles = [.. resampled.GroupBy(t => (table.Phrasings[t].Kind, table.Phrasings[t].Style))
            .Where(g => g.Count() > 1 || table.Diseases.Count == 1)
            .Select(g => StyleFigure.Compute(
                [.. g.Select(t => (texts[t], areaOf[t], texts[table.Defaults[table.Phrasings[t].Disease]],
                    areaOf[table.Defaults[table.Phrasings[t].Disease]]))], options.Level)).OfType<StyleFigure>()];
        return new()
        {
            Images = table.Rows.Count,
            Patients = patients.Distinct().Count(),
            Failed = failed,
            Mean = MeanRobustness.Average(diseases),
            Diseases = diseases,
            Styles = styles,
            Texts = texts,
            Denials = denials,
        };
    }
}

/// <summary>Means over the diseases whose areas are defined.</summary>
sealed record MeanRobustness
{
    /// <summary>How many.</summary>
    public required int Diseases { get; init; }

    /// <summary>AUC of the default sentence.</summary>
    public double? Default { get; init; }

    /// <summary>Mean AUC over the wordings that mean the same.</summary>
    public double? SameMeaning { get; init; }

    /// <summary>Mean of the standard deviations over them.</summary>
    public double? Deviation { get; init; }

    /// <summary>Mean of the least: what an unlucky user gets.</summary>
    public double? Least { get; init; }

    /// <summary>Mean of the most.</summary>
    public double? Most { get; init; }

    /// <summary>Mean of Spearman's correlations with the default.</summary>
    public double? RankAgreement { get; init; }

    /// <summary>Mean AUC of the descriptions.</summary>
    public double? Descriptions { get; init; }

    /// <summary>Mean AUC of the random descriptions.</summary>
    public double? Random { get; init; }

    /// <summary>Mean AUC of the negations.</summary>
    public double? Negations { get; init; }

    /// <summary>Mean share of diseased images on which the denial scores higher.</summary>
    public double? NegationAbove { get; init; }

    /// <summary>Mean cosine of denial and what it denies.</summary>
    public double? NegationCosine { get; init; }

    internal static MeanRobustness Average(IReadOnlyList<DiseaseRobustness> diseases)
    {
        var defined = diseases.Where(d => d.Default.Value is not null).ToList();
        return new()
        {
            Diseases = defined.Count,
            Default = defined.Average(d => d.Default.Value),
            SameMeaning = defined.Average(d => d.SameMeaning.Mean),
            Deviation = defined.Average(d => d.SameMeaning.Deviation),
            Least = defined.Average(d => d.SameMeaning.Least),
            Most = defined.Average(d => d.SameMeaning.Most),
            RankAgreement = defined.Average(d => d.RankAgreement),
            Descriptions = defined.Average(d => d.Descriptions?.Mean),
            Random = defined.Average(d => d.Random?.Mean),
            Negations = defined.Average(d => d.Negations?.Mean),
            NegationAbove = defined.Average(d => d.NegationAbove),
            NegationCosine = defined.Average(d => d.NegationCosine),
        };
    }
}
