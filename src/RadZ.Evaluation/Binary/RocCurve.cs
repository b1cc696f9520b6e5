namespace RadZ.Evaluation.Binary;

/// <summary>
/// The receiver operating characteristic, a point for every distinct score and (0, 0) before them
/// (scikit-learn's <c>roc_curve</c> with <c>drop_intermediate=False</c>).
/// </summary>
/// <param name="FalsePositiveRates">1 - specificity, rising from 0 to 1.</param>
/// <param name="TruePositiveRates">Sensitivity, rising from 0 to 1.</param>
/// <param name="Thresholds">Falling; the first is positive infinity: nothing is found.</param>
public sealed record RocCurve(IReadOnlyList<double> FalsePositiveRates, IReadOnlyList<double> TruePositiveRates,
    IReadOnlyList<double> Thresholds)
{
    /// <summary>The curve; null where all images are of one kind.</summary>
    public static RocCurve? Compute(Ranking ranking)
    {
        if (!ranking.HasBoth) return null;
        var points = ranking.Thresholds.Count + 1;
        var (alarms, hits, thresholds) = (new double[points], new double[points], new double[points]);
        thresholds[0] = double.PositiveInfinity;
        for (var i = 1; i < points; i++)
            (alarms[i], hits[i], thresholds[i]) = ((double)ranking.FalsePositives[i - 1] / ranking.Negatives,
                (double)ranking.TruePositives[i - 1] / ranking.Positives, ranking.Thresholds[i - 1]);
        return new(alarms, hits, thresholds);
    }

    /// <summary>
    /// The point that maximises sensitivity + specificity - 1; the highest threshold where several do (CheXzero's choice of threshold).
    /// </summary>
    public Youden Youden()
    {
        var best = 0;
        for (var i = 1; i < Thresholds.Count; i++)
            if (TruePositiveRates[i] - FalsePositiveRates[i] > TruePositiveRates[best] - FalsePositiveRates[best])
                best = i;
        return new(TruePositiveRates[best] - FalsePositiveRates[best], best == 0 ? null : Thresholds[best],
            TruePositiveRates[best], 1 - FalsePositiveRates[best]);
    }
}

/// <summary>Youden's point of a ROC curve.</summary>
/// <param name="Index">Sensitivity + specificity - 1, in [0, 1].</param>
/// <param name="Threshold">A score at or above it is a finding; null where finding nothing is best.</param>
/// <param name="Sensitivity">The share of the diseased that is found.</param>
/// <param name="Specificity">The share of the healthy that is not.</param>
public sealed record Youden(double Index, double? Threshold, double Sensitivity, double Specificity);
