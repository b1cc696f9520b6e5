namespace RadZ.Evaluation.Comparisons;

/// <summary>
/// Holm's correction for several tests at once (Scandinavian Journal of Statistics 1979): the chance of any false alarm stays below the
/// level.
/// </summary>
public static class Holm
{
    /// <summary>The corrected p of each, in the same order; null (no test) stays null and does not count.</summary>
    public static IReadOnlyList<double?> Adjust(IReadOnlyList<double?> p)
    {
        foreach (var one in p)
            if (one is not (null or (>= 0 and <= 1))) throw new ArgumentException($"p is {one}, not in [0, 1].");
        int[] order = [.. Enumerable.Range(0, p.Count).Where(i => p[i] is not null).OrderBy(i => p[i])];
        var (adjusted, least) = (new double?[p.Count], 0.0);
        for (var k = 0; k < order.Length; k++)
            adjusted[order[k]] = least = Math.Max(least, Math.Min(1, (order.Length - k) * p[order[k]]!.Value));
        return adjusted;
    }
}
