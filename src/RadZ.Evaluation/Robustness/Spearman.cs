namespace RadZ.Evaluation.Robustness;

/// <summary>Spearman's rank correlation: how alike two scores order the same images.</summary>
static class Spearman
{
    /// <summary>
    /// Pearson's correlation of the ranks, ties sharing their mean rank; -1 to 1. Null for fewer than two images, or where one of the
    /// scores is the same for all.
    /// </summary>
    public static double? Compute(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"{first.Length} scores against {second.Length}; each image needs both.");
        Require.Finite(first);
        Require.Finite(second);
        return ComputeFromRanks(Ranks(first), Ranks(second));
    }

    /// <summary>From ranks that are at hand.</summary>
    internal static double? ComputeFromRanks(double[] first, double[] second)
    {
        var mean = (first.Length + 1) / 2.0;
        var (both, a, b) = (0.0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            both += (first[i] - mean) * (second[i] - mean);
            a += (first[i] - mean) * (first[i] - mean);
            b += (second[i] - mean) * (second[i] - mean);
        }
        return a > 0 && b > 0 ? both / Math.Sqrt(a * b) : null;
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    internal static double[] Ranks(ReadOnlySpan<double> values)
    {
        var (sorted, order) = (values.ToArray(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var from = 0; from < sorted.Length;)
        {
            var to = from;
            while (to < sorted.Length && sorted[to] == sorted[from]) to++;
            for (var i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2.0;
            from = to;
        }
        return ranks;
    }
}
