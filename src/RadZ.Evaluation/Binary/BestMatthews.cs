namespace RadZ.Evaluation.Binary;

/// <summary>The threshold with the largest Matthews correlation (KAD's choice of threshold).</summary>
/// <param name="Matthews">In [-1, 1].</param>
/// <param name="Threshold">A score at or above it is a finding; the lowest where several are equal to 12 digits.</param>
public sealed record BestMatthews(double Matthews, double Threshold)
{
    /// <summary>The best over the distinct scores; null where all images are of one kind.</summary>
    public static BestMatthews? Find(Ranking ranking)
    {
        if (!ranking.HasBoth) return null;
        BestMatthews? best = null;
        for (var i = ranking.Thresholds.Count - 1; i >= 0; i--)
        {
            var (hits, alarms) = (ranking.TruePositives[i], ranking.FalsePositives[i]);
            var here = new Confusion(hits, alarms, ranking.Positives - hits, ranking.Negatives - alarms).Matthews;
            if (best is null || Math.Round(here, 12) > Math.Round(best.Matthews, 12)) best = new(here, ranking.Thresholds[i]);
        }
        return best;
    }
}
