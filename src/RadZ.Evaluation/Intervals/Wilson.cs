namespace RadZ.Evaluation;

/// <summary>Wilson's score interval of a share (1927), without continuity correction: honest at 0 and 1, unlike the plain normal one.</summary>
public static class Wilson
{
    /// <summary>Within [0, 1].</summary>
    /// <param name="correct">Successes, at most <paramref name="total"/>.</param>
    /// <param name="total">Trials, at least 1.</param>
    /// <param name="level">0.95 for a 95 % interval.</param>
    public static Interval Of(int correct, int total, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, total);
        Require.Level(level);
        double z = Normal.Quantile(0.5 + level / 2), k = correct, n = total;
        var centre = (k + z * z / 2) / (n + z * z);
        var half = z / (n + z * z) * Math.Sqrt(k * (n - k) / n + z * z / 4);
        // none and all are exact ends; the sums would leave a 1e-17
        return new(correct == 0 ? 0 : centre - half, correct == total ? 1 : centre + half);
    }
}
