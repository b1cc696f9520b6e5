namespace RadZ.Evaluation.Binary;

/// <summary>
/// Area under the ROC curve: the chance that an image with the disease scores above one without it; a tie counts half.
/// </summary>
public static class Auroc
{
    /// <summary>In [0, 1]; 0.5 is guessing. Null, never 0.5, where all images are of one kind.</summary>
    public static double? Compute(Ranking ranking)
    {
        if (!ranking.HasBoth) return null;
        long doubled = 0;
        var (hits, alarms) = (0, 0);
        for (var i = 0; i < ranking.Thresholds.Count; i++)
        {
            // counted in halves, in integers: the negatives that reach this score against the positives above and level with it
            doubled += (long)(ranking.FalsePositives[i] - alarms) * (hits + ranking.TruePositives[i]);
            (hits, alarms) = (ranking.TruePositives[i], ranking.FalsePositives[i]);
        }
        return doubled / (2.0 * ranking.Positives * ranking.Negatives);
    }

    /// <inheritdoc cref="Compute(Ranking)"/>
    public static double? Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present) => Compute(Ranking.Create(scores, present));
}
