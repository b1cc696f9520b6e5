namespace RadZ.Evaluation.Abstention;

/// <summary>A point of a <see cref="CoverageRisk"/> curve.</summary>
/// <param name="Confidence">Images at least so sure are answered.</param>
/// <param name="Coverage">The share that is answered, in (0, 1].</param>
/// <param name="Risk">The share of wrong answers among them.</param>
public readonly record struct CoveragePoint(double Confidence, double Coverage, double Risk);

/// <summary>
/// What is risked when only the surest answers are given and the others are left to a person (El-Yaniv and Wiener, JMLR 2010).
/// </summary>
/// <param name="Points">One for each distinct confidence, coverage rising to 1.</param>
/// <param name="Area">Mean risk over all coverages 1/n ... n/n, 0 best (AURC, Geifman et al. 2019); of equal confidences the expected
/// order.</param>
/// <param name="ExcessArea">Above that of the best order with as many wrong answers: 0 where every wrong answer is less sure than every
/// right one.</param>
public sealed record CoverageRisk(IReadOnlyList<CoveragePoint> Points, double Area, double ExcessArea)
{
    /// <summary>The curve; null without answers.</summary>
    /// <param name="confidences">Higher for surer.</param>
    /// <param name="wrong">Whether each answer is wrong; as long.</param>
    public static CoverageRisk? Compute(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> wrong)
    {
        Require.SameLength(confidences, wrong);
        Require.Finite(confidences);
        if (confidences.IsEmpty) return null;
        var (keys, faults) = (confidences.ToArray(), wrong.ToArray());
        Array.Sort(keys, faults);
        Array.Reverse(keys);
        Array.Reverse(faults);
        var (points, n, before, area) = (new List<CoveragePoint>(), keys.Length, 0, 0.0);
        for (int from = 0, to; from < n; from = to)
        {
            for (to = from + 1; to < n && keys[to] == keys[from];) to++;
            var here = faults.AsSpan(from, to - from).Count(true);
            for (var k = from + 1; k <= to; k++) area += (before + (double)here * (k - from) / (to - from)) / k;
            before += here;
            points.Add(new(keys[from], (double)to / n, (double)before / to));
        }
        var best = 0.0;
        for (var k = n - before + 1; k <= n; k++) best += (double)(k - (n - before)) / k;
        return new(points, area / n, (area - best) / n);
    }
}
