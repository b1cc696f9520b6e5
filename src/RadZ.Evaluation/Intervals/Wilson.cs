namespace RadZ.Evaluation.Intervals;

/// <summary>
/// Wilson's score interval of a share (1927), without continuity correction: honest at 0 and 1, unlike the plain normal one.
/// </summary>
public static class Wilson
{
    /// <summary>Within [0, 1].</summary>
    /// <param name="correct">Successes, at most <paramref name="total"/>.</param>
    /// <param name="total">Trials, at least 1.</param>
    /// <param name="level">0.95 for a 95 % interval.</param>
    public static Interval Compute(int correct, int total, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, total);
        return Compute(correct, total, correct == 0, correct == total, level);
    }

    /// <summary>
    /// The same where trials come in groups (a patient's findings) that resemble each other: with as many trials as independent ones would
    /// be worth, total over the design effect of the groups (Kish 1965), at most the total; where none or all succeed, which shows no
    /// effect, the number of groups.
    /// </summary>
    /// <param name="groups">Successes and trials of each; at least one trial.</param>
    /// <param name="level">0.95 for a 95 % interval.</param>
    public static Interval ComputeClustered(IReadOnlyList<(int Correct, int Total)> groups, double level = 0.95)
    {
        double correct = groups.Sum(g => g.Correct), total = groups.Sum(g => g.Total), share = correct / total;
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1, nameof(groups));
        var (none, all) = (correct == 0, correct == total);
        double worth = groups.Count;
        if (!none && !all && groups.Count > 1)
        {
            var variance = groups.Sum(g => Math.Pow(g.Correct - share * g.Total, 2)) * groups.Count / (groups.Count - 1) / (total * total);
            worth = total / Math.Max(1, variance / (share * (1 - share) / (total - 1)));
        }
        return Compute(share * worth, worth, none, all, level);
    }

    static Interval Compute(double k, double n, bool none, bool all, double level)
    {
        Require.Level(level);
        var z = Normal.Quantile(0.5 + level / 2);
        var center = (k + z * z / 2) / (n + z * z);
        var half = z / (n + z * z) * Math.Sqrt(k * (n - k) / n + z * z / 4);
        // none and all are exact ends; the sums would leave a 1e-17
        return new(none ? 0 : center - half, all ? 1 : center + half);
    }
}
