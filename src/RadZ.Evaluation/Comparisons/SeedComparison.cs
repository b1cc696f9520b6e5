using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Comparisons;

/// <summary>
/// Two arms over the seeds that both have: how far they differ, and by how much chance could make them differ (docs/decisions/0017).
/// </summary>
sealed record SeedComparison
{
    /// <summary>The first arm.</summary>
    public required string A { get; init; }

    /// <summary>The second.</summary>
    public required string B { get; init; }

    /// <summary>Those of both.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The first arm's mean over them.</summary>
    public required double MeanA { get; init; }

    /// <summary>The second's.</summary>
    public required double MeanB { get; init; }

    /// <summary>A less B, by seed.</summary>
    public required IReadOnlyList<double> Differences { get; init; }

    /// <summary>Their mean.</summary>
    public required double Difference { get; init; }

    /// <summary>Their deviation (n - 1); null with one seed.</summary>
    public double? Deviation { get; init; }

    /// <summary>Paired t over the seeds alone, two-sided; null with one seed or without any deviation.</summary>
    public double? SeedP { get; init; }

    /// <summary>Percentile interval of the mean difference over resamples of the patients; null without resamples.</summary>
    public Interval? ByPatients { get; init; }

    /// <summary>Two-sided, over the same resamples.</summary>
    public double? PatientP { get; init; }

    /// <summary>Of the difference, by patients and seeds together.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Degrees of freedom of that interval; infinite with one seed, of which the deviation is not known.</summary>
    public required double Freedom { get; init; }

    /// <summary>Two-sided, by both together; null where nothing varies.</summary>
    public double? P { get; init; }

    /// <summary>Images of the test set.</summary>
    public required int Images { get; init; }

    /// <summary>Their patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Compares them.</summary>
    /// <param name="a">The first arm.</param>
    /// <param name="b">The second, on the same patients with as many resamples.</param>
    /// <param name="level">Of the intervals.</param>
    /// <exception cref="ArgumentException">No common seed, other patients, or other labels.</exception>
    public static SeedComparison Compare(SeededMeasure a, SeededMeasure b, double level = 0.95)
    {
        Require.Level(level);
        int[] seeds = [.. a.Seeds.Where(b.Seeds.Contains)];
        if (seeds.Length == 0)
            throw new ArgumentException($"{a.Name} (seeds {string.Join(", ", a.Seeds)}) and {b.Name} (seeds " +
                $"{string.Join(", ", b.Seeds)}) have no seed in common; a paired comparison needs the same seeds.");
        if (a.Images != b.Images || !a.Patients.SequenceEqual(b.Patients))
            throw new ArgumentException($"{a.Name} was measured on {a.Images} images of {a.Patients.Count} patients and " +
                $"{b.Name} on {b.Images} of {b.Patients.Count}, not the same ones; a paired comparison needs the same test set.");
        if (a.Labels.FirstOrDefault(l => b.Labels.TryGetValue(l.Key, out var other) && other != l.Value) is { Key: { } column })
            throw new ArgumentException($"{a.Name} and {b.Name} were measured under different labels of '{column}'; a paired comparison " +
                "needs one truth.");
        int At(SeededMeasure of, int seed) => of.Seeds.Index().First(s => s.Item == seed).Index;
        double[] differences = [.. seeds.Select(s => a.Values[At(a, s)] - b.Values[At(b, s)])];
        var resamples = a.Resampled[0].Length;
        var drawn = new double[resamples];
        foreach (var seed in seeds)
        {
            var (one, two) = (a.Resampled[At(a, seed)], b.Resampled[At(b, seed)]);
            if (one.Length != resamples || two.Length != resamples)
                throw new ArgumentException($"{a.Name} has {one.Length} resamples and {b.Name} {two.Length}; they must be the same draws.");
            for (var r = 0; r < resamples; r++) drawn[r] += (one[r] - two[r]) / seeds.Length;
        }
        var (mean, deviation) = (differences.Average(), DeviationOf(differences));
        double[] defined = [.. drawn.Where(d => !double.IsNaN(d))];
        var byPatients = DeviationOf(defined) is { } spread ? spread * spread : 0;
        var bySeeds = deviation is { } s1 ? s1 * s1 / seeds.Length : 0;
        var variance = byPatients + bySeeds;
        var freedom = bySeeds > 0 ? variance * variance / (bySeeds * bySeeds / (seeds.Length - 1)) : double.PositiveInfinity;
        var error = Math.Sqrt(variance);
        var half = error > Least ? StudentT.Quantile(0.5 + level / 2, freedom) * error : 0;
        return new()
        {
            A = a.Name,
            B = b.Name,
            Seeds = seeds,
            MeanA = seeds.Average(s => a.Values[At(a, s)]),
            MeanB = seeds.Average(s => b.Values[At(b, s)]),
            Differences = differences,
            Difference = mean,
            Deviation = deviation,
            SeedP = deviation is > Least ? StudentT.TwoSided(mean / (deviation.Value / Math.Sqrt(seeds.Length)), seeds.Length - 1) : null,
            ByPatients = ResampledInterval.Compute(drawn, level).Interval,
            PatientP = RunComparison.TwoSided(drawn),
            Interval = error > Least ? new Interval(mean - half, mean + half) : null,
            Freedom = freedom,
            P = error > Least ? StudentT.TwoSided(mean / error, freedom) : null,
            Images = a.Images,
            Patients = a.Patients.Count,
        };
    }

    // below, a spread is rounding
    const double Least = 1e-12;

    /// <summary>The deviation (n - 1); null of fewer than two.</summary>
    internal static double? DeviationOf(IReadOnlyList<double> values)
    {
        if (values.Count < 2) return null;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
