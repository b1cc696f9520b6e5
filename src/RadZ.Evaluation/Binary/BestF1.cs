namespace RadZ.Evaluation.Binary;

/// <summary>
/// F1 and accuracy in the paper's convention: the threshold is chosen on the very data that are scored, where F1 = 2PR / (P + R + 1e-8)
/// is largest. It flatters every model, so it compares with published numbers and says nothing of use in practice.
/// </summary>
/// <param name="F1">In [0, 1); a perfect one is 0.999999995.</param>
/// <param name="Index">Which point of the precision-recall curve, from the lowest threshold; the first where several are best.</param>
/// <param name="Threshold">The score at that point.</param>
/// <param name="AtOrAbove">The counts with score &gt;= threshold (LLaVA-RadZ).</param>
/// <param name="Above">The counts with score &gt; threshold (MedKLIP, MAVL): nearly always different, since the threshold is one of the
/// scores.</param>
public sealed record BestF1(double F1, int Index, double Threshold, Confusion AtOrAbove, Confusion Above)
{
    const double Epsilon = 1e-8;

    /// <summary>The best point; null where no image has the disease.</summary>
    public static BestF1? Find(Ranking ranking) => PrecisionRecallCurve.Compute(ranking) is { } curve ? Find(ranking, curve) : null;

    internal static BestF1 Find(Ranking ranking, PrecisionRecallCurve curve)
    {
        var (best, bestF1) = (0, double.NegativeInfinity);
        for (var i = 0; i < curve.Precisions.Count; i++)
        {
            var (precision, recall) = (curve.Precisions[i], curve.Recalls[i]);
            var f1 = 2 * precision * recall / (precision + recall + Epsilon);
            if (f1 > bestF1) (best, bestF1) = (i, f1);
        }
        // the curve has one point more than thresholds
        var threshold = curve.Thresholds[Math.Min(best, curve.Thresholds.Count - 1)];
        return new(bestF1, best, threshold, ranking.AtOrAbove(threshold), ranking.Above(threshold));
    }
}
