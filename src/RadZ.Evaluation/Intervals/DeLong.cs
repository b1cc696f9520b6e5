namespace RadZ.Evaluation.Intervals;

/// <summary>
/// DeLong's variance of the area under the ROC curve (1988), by midranks (Sun and Xu 2014). It takes images as independent; several images
/// of a patient are not: use <see cref="AucBootstrap"/> there.
/// </summary>
/// <param name="Auc">The area, in [0, 1].</param>
/// <param name="Variance">The variance of the area; null with fewer than two positives or two negatives. 0 for a perfect or fully wrong
/// ranking.</param>
public sealed record DeLong(double Auc, double? Variance)
{
    /// <summary>One model; null where all images are of one kind.</summary>
    public static DeLong? Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
    {
        var one = Components.Compute(scores, present);
        return one is null ? null : new(one.Auc, one.Covariance(one));
    }

    /// <summary>
    /// AUC +- z * sd, cut to [0, 1]; null where the variance is. No width at variance 0, which is true to the method and too sure.
    /// </summary>
    public Interval? IntervalAt(double level = 0.95)
    {
        Require.Level(level);
        if (Variance is not { } variance) return null;
        var half = Normal.Quantile(0.5 + level / 2) * Math.Sqrt(Math.Max(0, variance));
        return new(Math.Max(0, Auc - half), Math.Min(1, Auc + half));
    }

    /// <summary>Two models on the same images; null where all images are of one kind.</summary>
    public static DeLongComparison? Compare(ReadOnlySpan<double> scoresA, ReadOnlySpan<double> scoresB, ReadOnlySpan<bool> present)
    {
        var a = Components.Compute(scoresA, present);
        var b = Components.Compute(scoresB, present);
        return a is null || b is null ? null
            : new(new(a.Auc, a.Covariance(a)), new(b.Auc, b.Covariance(b)), a.Covariance(b));
    }

    /// <summary>For each positive the share of negatives below it, for each negative the share of positives above it.</summary>
    sealed record Components(double Auc, double[] OfPositives, double[] OfNegatives)
    {
        public static Components? Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
        {
            Require.SameLength(scores, present);
            Require.Finite(scores);
            List<double> positives = [], negatives = [];
            for (var i = 0; i < scores.Length; i++) (present[i] ? positives : negatives).Add(scores[i]);
            int m = positives.Count, n = negatives.Count;
            if (m == 0 || n == 0) return null;

            var all = Midranks([.. positives, .. negatives]);
            var (amongPositives, amongNegatives) = (Midranks([.. positives]), Midranks([.. negatives]));
            var auc = (all.Take(m).Sum() - m * (m + 1.0) / 2) / ((double)m * n);
            return new(auc,
                [.. Enumerable.Range(0, m).Select(i => (all[i] - amongPositives[i]) / n)],
                [.. Enumerable.Range(0, n).Select(j => 1 - (all[m + j] - amongNegatives[j]) / m)]);
        }

        public double? Covariance(Components other) =>
            OfPositives.Length < 2 || OfNegatives.Length < 2 ? null
            : Covariance(OfPositives, other.OfPositives) / OfPositives.Length
                + Covariance(OfNegatives, other.OfNegatives) / OfNegatives.Length;

        static double Covariance(double[] a, double[] b)
        {
            double meanA = a.Average(), meanB = b.Average(), sum = 0;
            for (var i = 0; i < a.Length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
            return sum / (a.Length - 1);
        }

        // ranks from 1; equal values share the mean of theirs
        static double[] Midranks(double[] values)
        {
            int[] order = [.. Enumerable.Range(0, values.Length)];
            var sorted = (double[])values.Clone();
            Array.Sort(sorted, order);
            var ranks = new double[values.Length];
            for (int from = 0, to; from < sorted.Length; from = to)
            {
                for (to = from + 1; to < sorted.Length && sorted[to] == sorted[from];) to++;
                for (var k = from; k < to; k++) ranks[order[k]] = (from + to + 1) / 2.0;
            }
            return ranks;
        }
    }
}

/// <summary>DeLong's paired test of two models on the same images.</summary>
/// <param name="A">The first model.</param>
/// <param name="B">The second.</param>
/// <param name="Covariance">Of the two areas; null where the variances are.</param>
public sealed record DeLongComparison(DeLong A, DeLong B, double? Covariance)
{
    // below, the difference is the same for every resample but for rounding
    const double NoVariance = 1e-18;

    /// <summary>A's area less B's, in standard deviations; null where the difference has no variance (the same ranking twice).</summary>
    public double? Z => A.Variance + B.Variance - 2 * Covariance is { } spread && spread > NoVariance ? (A.Auc - B.Auc) / Math.Sqrt(spread)
        : null;

    /// <summary>
    /// The chance, were both equally good, of a difference at least as large either way, in [0, 1]; null where <see cref="Z"/> is.
    /// </summary>
    public double? TwoSidedP => Z is { } z ? 2 * Normal.Above(Math.Abs(z)) : null;
}
