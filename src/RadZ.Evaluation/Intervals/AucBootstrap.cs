using RadZ.Datasets;

namespace RadZ.Evaluation;

/// <summary>
/// Percentile bootstrap of the area under the ROC curve. Patients, not images, are drawn with replacement (as many as there are), and bring
/// all their images: images of one patient resemble each other, and an interval that takes them as independent is too narrow.
/// </summary>
/// <param name="Classes">A disease each, in the order of the columns.</param>
/// <param name="Macro">Of the mean over the diseases that are defined in a resample.</param>
public sealed record AucBootstrap(IReadOnlyList<ResampledInterval> Classes, ResampledInterval Macro)
{
    /// <summary>Resamples a table.</summary>
    /// <param name="scores">Images by diseases, finite where the label is known.</param>
    /// <param name="labels">The same shape; unknown entries are left out.</param>
    /// <param name="patients">The patient of each image.</param>
    /// <param name="options">Resamples, level, seed.</param>
    public static AucBootstrap Of(double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        options.Validate();
        var (areas, macro) = Resample(scores, labels, patients, options);
        return new([.. areas.Select(a => ResampledInterval.Of(a, options.Level))], ResampledInterval.Of(macro, options.Level));
    }

    /// <summary>The areas themselves, class by resample and their mean by resample; NaN: not defined.</summary>
    internal static (double[][] Classes, double[] Macro) Resample(
        double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        Require.SameShape(scores, labels);
        if (patients.Count != scores.GetLength(0))
            throw new ArgumentException($"{patients.Count} patients but {scores.GetLength(0)} rows of scores; each row needs one.");
        var numbers = new Dictionary<string, int>();
        int[] patientOf = [.. patients.Select(p => numbers.TryAdd(p, numbers.Count) ? numbers.Count - 1 : numbers[p])];
        WeightedRanking[] rankings = [.. Enumerable.Range(0, scores.GetLength(1)).Select(c => WeightedRanking.Of(scores, labels, c, patientOf))];

        var seeds = Seeds(options);
        double[][] areas = [.. rankings.Select(_ => new double[seeds.Length])];
        var macro = new double[seeds.Length];
        Parallel.For(0, seeds.Length, new() { MaxDegreeOfParallelism = options.Threads ?? -1 }, () => new int[numbers.Count], (r, _, weights) =>
        {
            Draw(seeds[r], weights);
            var (sum, defined) = (0.0, 0);
            for (var c = 0; c < rankings.Length; c++)
            {
                var area = areas[c][r] = rankings[c].Auc(weights);
                if (double.IsNaN(area)) continue;
                sum += area;
                defined++;
            }
            macro[r] = defined == 0 ? double.NaN : sum / defined;
            return weights;
        }, _ => { });
        return (areas, macro);
    }

    /// <summary>One generator seeds the resamples, so that each is the same on whichever thread it runs.</summary>
    internal static int[] Seeds(BootstrapOptions options)
    {
        var random = new Random(options.Seed);
        var seeds = new int[options.Resamples];
        for (var r = 0; r < seeds.Length; r++) seeds[r] = random.Next();
        return seeds;
    }

    /// <summary>How often each patient is drawn.</summary>
    internal static void Draw(int seed, int[] weights)
    {
        Array.Clear(weights);
        var random = new Random(seed);
        for (var k = 0; k < weights.Length; k++) weights[random.Next(weights.Length)]++;
    }
}

/// <summary>A percentile interval over resamples.</summary>
/// <param name="Interval">Null where no resample defines the number.</param>
/// <param name="Undefined">Resamples left out since they did not define it (no positive or no negative was drawn).</param>
public readonly record struct ResampledInterval(Interval? Interval, int Undefined)
{
    internal static ResampledInterval Of(double[] values, double level)
    {
        double[] defined = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return new(defined.Length == 0 ? null : new(Percentile(defined, (1 - level) / 2), Percentile(defined, (1 + level) / 2)), values.Length - defined.Length);
    }

    // linear between order statistics (numpy's default)
    static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
