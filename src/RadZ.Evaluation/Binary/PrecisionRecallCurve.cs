namespace RadZ.Evaluation.Binary;

/// <summary>
/// Precision against recall in scikit-learn's order: thresholds rising, and a last point (1, 0) that has no threshold.
/// </summary>
/// <param name="Precisions">The share of the found that is diseased; one longer than the thresholds.</param>
/// <param name="Recalls">The share of the diseased that is found, falling to 0; one longer than the thresholds.</param>
/// <param name="Thresholds">The distinct scores, rising; a score at or above it is a finding.</param>
public sealed record PrecisionRecallCurve(IReadOnlyList<double> Precisions, IReadOnlyList<double> Recalls, IReadOnlyList<double> Thresholds)
{
    /// <summary>The curve; null where no image has the disease.</summary>
    public static PrecisionRecallCurve? Compute(Ranking ranking)
    {
        if (ranking.Positives == 0) return null;
        var count = ranking.Thresholds.Count;
        var (precisions, recalls, thresholds) = (new double[count + 1], new double[count + 1], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var (hits, alarms) = (ranking.TruePositives[count - 1 - i], ranking.FalsePositives[count - 1 - i]);
            (precisions[i], recalls[i], thresholds[i]) =
                ((double)hits / (hits + alarms), (double)hits / ranking.Positives, ranking.Thresholds[count - 1 - i]);
        }
        precisions[count] = 1;
        return new(precisions, recalls, thresholds);
    }

    /// <summary>
    /// Average precision, in [0, 1]: the sum of each precision times its step of recall, without interpolation
    /// (<c>average_precision_score</c>). Guessing gives the share of the diseased, not 0.5.
    /// </summary>
    public double AveragePrecision => Steps((precision, _) => precision);

    /// <summary>
    /// The area by trapezoids, in [0, 1]: what LLaVA-RadZ calls AUPRC. It is not <see cref="AveragePrecision"/> and is too kind where
    /// scores tie.
    /// </summary>
    public double Trapezoid => Steps((precision, next) => (precision + next) / 2);

    double Steps(Func<double, double, double> height)
    {
        var area = 0.0;
        for (var i = 0; i < Thresholds.Count; i++)
            area += (Recalls[i] - Recalls[i + 1]) * height(Precisions[i], Precisions[i + 1]);
        return area;
    }
}
