using RadZ.Evaluation.Intervals;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>How a disease's figure moves with its words.</summary>
sealed record DiseaseRobustness
{
    /// <summary>The disease.</summary>
    public required string Disease { get; init; }

    /// <summary>Images with it.</summary>
    public required int Positives { get; init; }

    /// <summary>Images known to be without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>AUC of the default sentence, with its interval by patient.</summary>
    public required Figure Default { get; init; }

    /// <summary>Over the default, the other sentences and the other names: all that mean the same.</summary>
    public required Spread SameMeaning { get; init; }

    /// <summary>The mean of Spearman's correlations of the other wordings with the default.</summary>
    public double? RankAgreement { get; init; }

    /// <summary>The least of them.</summary>
    public double? LeastRankAgreement { get; init; }

    /// <summary>Over the descriptions with meaning: own and by others.</summary>
    public Spread? Descriptions { get; init; }

    /// <summary>Over the random descriptions.</summary>
    public Spread? Random { get; init; }

    /// <summary>Over the negations: each should be below .5.</summary>
    public Spread? Negations { get; init; }

    /// <summary>Mean over the negations of the share of diseased images that score higher on the denial.</summary>
    public double? NegationAbove { get; init; }

    /// <summary>Mean cosine of the negations with what they deny.</summary>
    public double? NegationCosine { get; init; }

    internal static DiseaseRobustness Compute(string disease, int positives, int negatives, IReadOnlyList<PhrasingFigure> figures)
    {
        PhrasingFigure[] Kind(params PhrasingKind[] kinds) => [.. figures.Where(f => kinds.Contains(f.Kind))];
        var (others, negations) = (Kind(PhrasingKind.Template, PhrasingKind.Name), Kind(PhrasingKind.Negation));
        var standard = Kind(PhrasingKind.Default)[0];
        return new()
        {
            Disease = disease,
            Positives = positives,
            Negatives = negatives,
            Default = standard.Auc,
            SameMeaning = Spread.Compute([standard, .. others]) ?? new Spread { Texts = 0, LeastStyle = "", MostStyle = "" },
            RankAgreement = others.Average(f => f.RankAgreement),
            LeastRankAgreement = others.Min(f => f.RankAgreement),
            Descriptions = Spread.Compute(Kind(PhrasingKind.Description)),
            Random = Spread.Compute(Kind(PhrasingKind.Random)),
            Negations = Spread.Compute(negations),
            NegationAbove = negations.Average(f => f.AbovePresent),
            NegationCosine = negations.Length == 0 ? null : negations.Average(f => f.Cosine),
        };
    }
}

/// <summary>The AUC of several texts of one disease.</summary>
sealed record Spread
{
    /// <summary>How many.</summary>
    public required int Texts { get; init; }

    /// <summary>Their mean.</summary>
    public double? Mean { get; init; }

    /// <summary>Their standard deviation (n - 1); null for one text.</summary>
    public double? Deviation { get; init; }

    /// <summary>The least.</summary>
    public double? Least { get; init; }

    /// <summary>The most.</summary>
    public double? Most { get; init; }

    /// <summary>Whose the least is.</summary>
    public required string LeastStyle { get; init; }

    /// <summary>Whose the most is.</summary>
    public required string MostStyle { get; init; }

    internal static Spread? Compute(IReadOnlyList<PhrasingFigure> figures)
    {
        PhrasingFigure[] defined = [.. figures.Where(f => f.Auc.Value is not null)];
        if (defined.Length == 0) return null;
        var (least, most, mean) =
            (defined.MinBy(f => f.Auc.Value)!, defined.MaxBy(f => f.Auc.Value)!, defined.Average(f => f.Auc.Value!.Value));
        var squares = defined.Sum(f => (f.Auc.Value!.Value - mean) * (f.Auc.Value!.Value - mean));
        return new()
        {
            Texts = defined.Length,
            Mean = mean,
            Deviation = defined.Length < 2 ? null : Math.Sqrt(squares / (defined.Length - 1)),
            Least = least.Auc.Value,
            Most = most.Auc.Value,
            LeastStyle = least.Style,
            MostStyle = most.Style,
        };
    }
}
