namespace RadZ.Evaluation.Projection;

/// <summary>
/// How near points are to each other, as t-SNE sees it (van der Maaten and Hinton 2008): around each a normal density as wide as gives the
/// wanted number of neighbours (perplexity), made symmetric.
/// </summary>
static class Affinities
{
    /// <summary>p, n x n, row after row; symmetric, of sum 1.</summary>
    /// <param name="rows">Unit rows; the distance is 2 - 2 cosine.</param>
    /// <param name="perplexity">2 to the entropy (in bits) of each point's neighbours.</param>
    /// <param name="cancel">Stops between rows.</param>
    public static float[] Compute(float[][] rows, double perplexity, CancellationToken cancel)
    {
        var n = rows.Length;
        var conditional = new float[n * n];
        ParallelOptions threads = new() { CancellationToken = cancel };
        Parallel.For(0, n, threads, i => Calibrated(Distances(rows, i), i, perplexity).CopyTo(conditional.AsSpan(i * n)));
        var p = new float[n * n];
        Parallel.For(0, n, threads, i =>
        {
            for (var j = 0; j < n; j++) p[i * n + j] = (conditional[i * n + j] + conditional[j * n + i]) / (2 * n);
        });
        return p;
    }

    /// <summary>The neighbours of one point: the width of its density found by bisection.</summary>
    internal static float[] Calibrated(double[] distances, int self, double perplexity)
    {
        var (wanted, low, high, beta) = (Math.Log(perplexity), 0.0, double.PositiveInfinity, 1.0);
        var weights = new double[distances.Length];
        var nearest = distances.Where((_, j) => j != self).Min();
        for (var round = 0; round < 100; round++)
        {
            var (sum, moment) = (0.0, 0.0);
            for (var j = 0; j < distances.Length; j++)
            {
                weights[j] = j == self ? 0 : Math.Exp(-beta * (distances[j] - nearest));
                sum += weights[j];
                moment += weights[j] * (distances[j] - nearest);
            }
            var entropy = Math.Log(sum) + beta * moment / sum;
            for (var j = 0; j < weights.Length; j++) weights[j] /= sum;
            if (Math.Abs(entropy - wanted) < 1e-6) break;
            if (entropy > wanted) (low, beta) = (beta, double.IsInfinity(high) ? beta * 2 : (beta + high) / 2);
            else (high, beta) = (beta, (beta + low) / 2);
        }
        return Array.ConvertAll(weights, w => (float)w);
    }

    static double[] Distances(float[][] rows, int i) => [.. rows.Select(r => Math.Max(0, 2 - 2 * (double)UnitRows.Dot(rows[i], r)))];
}
