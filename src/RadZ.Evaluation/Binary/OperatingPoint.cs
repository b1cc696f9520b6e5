namespace RadZ.Evaluation.Binary;

/// <summary>What is reached where one of sensitivity and specificity is held.</summary>
/// <param name="Held">The share that is held at least, in (0, 1].</param>
/// <param name="Reached">The most of the other, in [0, 1].</param>
/// <param name="Threshold">A score at or above it is a finding; null where finding nothing is the point.</param>
public sealed record OperatingPoint(double Held, double Reached, double? Threshold)
{
    /// <summary>
    /// The most sensitivity among thresholds of at least this specificity; null where all images are of one kind. No interpolation between
    /// scores.
    /// </summary>
    public static OperatingPoint? SensitivityAt(Ranking ranking, double specificity)
    {
        Require.Level(specificity);
        if (!ranking.HasBoth) return null;
        var best = new OperatingPoint(specificity, 0, null);
        for (var i = 0; i < ranking.Thresholds.Count; i++)
        {
            if ((double)(ranking.Negatives - ranking.FalsePositives[i]) / ranking.Negatives < specificity) break;
            best = new(specificity, (double)ranking.TruePositives[i] / ranking.Positives, ranking.Thresholds[i]);
        }
        return best;
    }

    /// <summary>The most specificity among thresholds of at least this sensitivity; null where all images are of one kind.</summary>
    public static OperatingPoint? SpecificityAt(Ranking ranking, double sensitivity)
    {
        Require.Level(sensitivity);
        if (!ranking.HasBoth) return null;
        for (var i = 0; i < ranking.Thresholds.Count; i++)
            if ((double)ranking.TruePositives[i] / ranking.Positives >= sensitivity)
                return new(sensitivity, (double)(ranking.Negatives - ranking.FalsePositives[i]) / ranking.Negatives, ranking.Thresholds[i]);
        throw new InvalidOperationException("the lowest threshold finds all.");
    }
}
