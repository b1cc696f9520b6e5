namespace RadZ.Evaluation.Calibration;

/// <summary>
/// Isotonic calibration: the rising steps nearest the labels (pool adjacent violators), linear between knots, flat beyond the ends.
/// The same knots as scikit-learn's <c>IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")</c>.
/// </summary>
/// <param name="Logits">The knots, rising.</param>
/// <param name="Probabilities">The probability at each knot, rising, in [0, 1].</param>
public sealed record IsotonicCalibration(IReadOnlyList<double> Logits, IReadOnlyList<double> Probabilities)
{
    /// <summary>Equal logits are pooled first. Null without images; a constant where there is one kind or one logit only.</summary>
    public static IsotonicCalibration? Fit(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        Require.SameLength(logits, present);
        Require.Finite(logits);
        if (logits.Length == 0) return null;
        var (x, y, weights) = PoolEqual(logits.ToArray(), present.ToArray());
        PoolViolators(y, weights);
        int[] knots = [.. Enumerable.Range(0, x.Length).Where(i => i == 0 || i == x.Length - 1 || y[i] != y[i - 1] || y[i] != y[i + 1])];
        return new([.. knots.Select(i => x[i])], [.. knots.Select(i => y[i])]);
    }

    /// <summary>The probability of a logit, in [0, 1].</summary>
    public double Apply(double logit)
    {
        if (logit <= Logits[0]) return Probabilities[0];
        if (logit >= Logits[^1]) return Probabilities[^1];
        var above = 1;
        while (Logits[above] < logit) above++;
        var share = (logit - Logits[above - 1]) / (Logits[above] - Logits[above - 1]);
        return Probabilities[above - 1] + share * (Probabilities[above] - Probabilities[above - 1]);
    }

    static (double[] X, double[] Y, double[] Weights) PoolEqual(double[] x, bool[] present)
    {
        Array.Sort(x, present);
        List<double> values = [], means = [], weights = [];
        for (int from = 0, to; from < x.Length; from = to)
        {
            var positives = 0;
            for (to = from; to < x.Length && x[to] == x[from]; to++)
                if (present[to]) positives++;
            values.Add(x[from]);
            means.Add((double)positives / (to - from));
            weights.Add(to - from);
        }
        return ([.. values], [.. means], [.. weights]);
    }

    // sums in the order of Busing (2022), as scipy does: blocks that rounding keeps apart there are kept apart here
    static void PoolViolators(double[] y, double[] weights)
    {
        var starts = new List<int>();                                   // of the blocks
        List<double> means = [], sizes = [];
        for (var i = 0; i < y.Length; i++)
        {
            var (start, mean, size) = (i, y[i], weights[i]);
            if (means.Count > 0 && means[^1] >= mean)
            {
                var sum = sizes[^1] * means[^1] + size * mean;
                size += sizes[^1];
                mean = sum / size;
                start = Drop();
                while (i < y.Length - 1 && mean >= y[i + 1])
                {
                    i++;
                    sum += weights[i] * y[i];
                    size += weights[i];
                    mean = sum / size;
                }
                while (means.Count > 0 && means[^1] >= mean)
                {
                    sum += sizes[^1] * means[^1];
                    size += sizes[^1];
                    mean = sum / size;
                    start = Drop();
                }
            }
            starts.Add(start);
            means.Add(mean);
            sizes.Add(size);
        }
        for (var b = 0; b < starts.Count; b++)
            for (var i = starts[b]; i < (b + 1 < starts.Count ? starts[b + 1] : y.Length); i++)
                y[i] = means[b];

        int Drop()
        {
            var start = starts[^1];
            starts.RemoveAt(starts.Count - 1);
            means.RemoveAt(means.Count - 1);
            sizes.RemoveAt(sizes.Count - 1);
            return start;
        }
    }
}
