using RadZ.Data;

namespace RadZ.Evaluation.Intervals;

/// <summary>
/// Percentile bootstrap of the numbers of a table. Patients, not images, are drawn with replacement (as many as there are), and bring
/// all their images: images of one patient resemble each other, and an interval that takes them as independent is too narrow.
/// </summary>
/// <param name="Classes">A disease each, in the order of the columns.</param>
/// <param name="Macro">Of the means over the diseases that are defined in a resample.</param>
public sealed record PatientBootstrap(IReadOnlyList<ResampledMetrics> Classes, ResampledMetrics Macro)
{
    /// <summary>Resamples a table.</summary>
    /// <param name="scores">Images by diseases, finite where the label is known.</param>
    /// <param name="labels">The same shape; what is neither present nor absent is left out.</param>
    /// <param name="patients">The patient of each image.</param>
    /// <param name="options">Resamples, level, seed.</param>
    public static PatientBootstrap Run(double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        options.Validate();
        var values = Resample(scores, labels, patients, options);
        return new([.. values.Select(v => v.Metrics(options.Level))], Values.Mean(values, options.Resamples).Metrics(options.Level));
    }

    /// <summary>The numbers themselves, by class.</summary>
    internal static Values[] Resample(double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        Require.SameShape(scores, labels);
        if (patients.Count != scores.GetLength(0))
            throw new ArgumentException($"{patients.Count} patients but {scores.GetLength(0)} rows of scores; each row needs one.");
        var numbers = new Dictionary<string, int>();
        int[] patientOf = [.. patients.Select(p => numbers.TryAdd(p, numbers.Count) ? numbers.Count - 1 : numbers[p])];
        var rankings = new WeightedRanking[scores.GetLength(1)];
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.Threads ?? -1 };
        Parallel.For(0, rankings.Length, threads, c => rankings[c] = WeightedRanking.Create(scores, labels, c, patientOf));

        Values[] values = [.. rankings.Select(_ => new Values(options.Resamples))];
        Batches(options, numbers.Count, ResampledNumbers.Make, (at, filled, weights, own) =>
        {
            for (var c = 0; c < rankings.Length; c++)
            {
                rankings[c].Walk(weights, ref own);
                values[c].Take(at, filled, own);
            }
        });
        return values;
    }

    /// <summary>Draws patients and hands on eight resamples at a time, on as many threads as the options allow.</summary>
    /// <typeparam name="T">What a thread has to itself.</typeparam>
    /// <param name="options">Resamples and seed.</param>
    /// <param name="patients">How many patients there are.</param>
    /// <param name="make">Makes what a thread has to itself.</param>
    /// <param name="take">The place of the first, how many there are, and how often each patient is drawn: patients by eight.</param>
    /// <param name="cancel">Stops between two batches.</param>
    internal static void Batches<T>(BootstrapOptions options, int patients, Func<T> make, Action<int, int, ushort[], T> take,
        CancellationToken cancel = default)
    {
        const int lanes = ResampledNumbers.Lanes;
        var seeds = Seeds(options);
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.Threads ?? -1, CancellationToken = cancel };
        Parallel.For(0, (seeds.Length + lanes - 1) / lanes, threads,
            () => (Weights: new ushort[patients * lanes], Drawn: new int[patients], Own: make()), (batch, _, local) =>
        {
            var filled = Math.Min(lanes, seeds.Length - batch * lanes);
            Array.Clear(local.Weights);
            for (var l = 0; l < filled; l++)
            {
                Draw(seeds[batch * lanes + l], local.Drawn);
                for (var p = 0; p < local.Drawn.Length; p++) local.Weights[p * lanes + l] = checked((ushort)local.Drawn[p]);
            }
            take(batch * lanes, filled, local.Weights, local.Own);
            return local;
        }, _ => { });
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

    /// <summary>The numbers of one disease by resample; NaN: not defined.</summary>
    internal sealed class Values(int resamples)
    {
        public double[] Auc { get; } = new double[resamples];

        public double[] AveragePrecision { get; } = new double[resamples];

        public double[] F1 { get; } = new double[resamples];

        public double[] Accuracy { get; } = new double[resamples];

        public void Take(int at, int count, ResampledNumbers from)
        {
            Array.Copy(from.Auc, 0, Auc, at, count);
            Array.Copy(from.AveragePrecision, 0, AveragePrecision, at, count);
            Array.Copy(from.F1, 0, F1, at, count);
            Array.Copy(from.Accuracy, 0, Accuracy, at, count);
        }

        public static Values Mean(IReadOnlyList<Values> classes, int resamples)
        {
            var mean = new Values(resamples);
            foreach (var of in (ReadOnlySpan<Func<Values, double[]>>)[v => v.Auc, v => v.AveragePrecision, v => v.F1, v => v.Accuracy])
                for (var r = 0; r < resamples; r++)
                {
                    var (sum, defined) = (0.0, 0);
                    foreach (var one in classes)
                    {
                        if (double.IsNaN(of(one)[r])) continue;
                        sum += of(one)[r];
                        defined++;
                    }
                    of(mean)[r] = defined == 0 ? double.NaN : sum / defined;
                }
            return mean;
        }

        public ResampledMetrics Metrics(double level) => new(
            ResampledInterval.Compute(Auc, level), ResampledInterval.Compute(AveragePrecision, level), ResampledInterval.Compute(F1, level),
            ResampledInterval.Compute(Accuracy, level));
    }
}

/// <summary>Intervals of the numbers of one disease, or of their means.</summary>
/// <param name="Auc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Average precision.</param>
/// <param name="F1">The papers' F1: every resample takes its own best threshold.</param>
/// <param name="Accuracy">Accuracy at that threshold.</param>
public sealed record ResampledMetrics(ResampledInterval Auc, ResampledInterval AveragePrecision, ResampledInterval F1,
    ResampledInterval Accuracy);
