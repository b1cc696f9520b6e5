using System.Security.Cryptography;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Comparisons;

/// <summary>
/// One number of one arm, measured on the same images with every seed, and the same number on every resample of the patients.
/// </summary>
/// <param name="Name">What was measured of what.</param>
/// <param name="Seeds">The seeds, rising.</param>
/// <param name="Values">The number, by seed.</param>
/// <param name="Resampled">By seed and resample; NaN where a resample does not define it.</param>
/// <param name="Images">Images it rests on.</param>
/// <param name="Patients">The patients as they are drawn, in the order of their first image: two arms compare only if these agree.</param>
sealed record SeededMeasure(string Name, IReadOnlyList<int> Seeds, IReadOnlyList<double> Values, IReadOnlyList<double[]> Resampled,
    int Images, IReadOnlyList<string> Patients)
{
    /// <summary>
    /// A fingerprint of the labels of each column that it was measured under; empty of what knows no labels. Two arms compare only if
    /// columns of one name agree.
    /// </summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Mean over the seeds.</summary>
    public double Mean => Values.Average();

    /// <summary>Deviation over the seeds (n - 1); null with one.</summary>
    public double? Deviation => SeedComparison.DeviationOf(Values);

    /// <summary>Mean area under the ROC curve over the classes that are defined.</summary>
    /// <param name="name">What errors and tables call it.</param>
    /// <param name="tables">Seed and scores; all of the same images.</param>
    /// <param name="options">Of the resampling.</param>
    /// <exception cref="ArgumentException">No table, a seed twice, other images or labels, or no class with both kinds.</exception>
    public static SeededMeasure FromAucs(string name, IReadOnlyList<(int Seed, ScoreTable Table)> tables, BootstrapOptions options)
    {
        options.Validate();
        var measure = Create(name, [.. tables.Select(t => (t.Seed, t.Table.Rows))], i =>
        {
            var table = tables[i].Table;
            double?[] areas =
                [.. Enumerable.Range(0, table.Diseases.Count).Select(c => Auroc.Compute(Ranking.FromKnown(table.Scores, table.Labels, c)))];
            var defined = areas.OfType<double>().ToList();
            if (defined.Count == 0)
                throw new ArgumentException($"{name}, seed {tables[i].Seed}: no class has images with it and without it; there is no " +
                    "area.");
            return (defined.Average(),
                AucBootstrap.Resample(table.Scores, table.Labels, [.. table.Rows.Select(r => r.Patient)], options).Macro);
        });
        var labels = LabelsOf(tables[0].Table);
        foreach (var (seed, table) in tables)
            if (LabelsOf(table) is var own
                && labels.Keys.Union(own.Keys).FirstOrDefault(c => labels.GetValueOrDefault(c) != own.GetValueOrDefault(c)) is { } column)
                throw new ArgumentException($"{name}: seed {seed} was measured under other labels of " +
                    $"'{column}' than seed {tables[0].Seed}; seeds share one test set and its truth.");
        return measure with { Labels = labels };
    }

    /// <summary>Mean of one number an image.</summary>
    /// <param name="name">What errors and tables call it.</param>
    /// <param name="images">Seed, images, and a number each.</param>
    /// <param name="options">Of the resampling.</param>
    public static SeededMeasure FromMeans(string name,
        IReadOnlyList<(int Seed, IReadOnlyList<ScoredImage> Images, IReadOnlyList<double> Values)> images, BootstrapOptions options)
    {
        options.Validate();
        return Create(name, [.. images.Select(t => (t.Seed, t.Images))], i =>
        {
            var (_, rows, values) = images[i];
            if (values.Count != rows.Count || values.Any(v => !double.IsFinite(v)))
                throw new ArgumentException($"{name}, seed {images[i].Seed}: {values.Count} numbers for {rows.Count} images; each needs " +
                    "one, finite.");
            return (values.Average(), Means(rows, values, options));
        });
    }

    static Dictionary<string, string> LabelsOf(ScoreTable table) =>
        Enumerable.Range(0, table.Diseases.Count).ToDictionary(c => table.Diseases[c],
        c => Convert.ToHexStringLower(SHA256.HashData([.. Enumerable.Range(0, table.Rows.Count).Select(r => (byte)table.Labels[r, c])])));

    static double[] Means(IReadOnlyList<ScoredImage> rows, IReadOnlyList<double> values, BootstrapOptions options)
    {
        var numbers = new Dictionary<string, int>();
        int[] patientOf = [.. rows.Select(r => numbers.TryAdd(r.Patient, numbers.Count) ? numbers.Count - 1 : numbers[r.Patient])];
        var weights = new int[numbers.Count];
        return [.. PatientBootstrap.Seeds(options).Select(seed =>
        {
            PatientBootstrap.Draw(seed, weights);
            var (sum, count) = (0.0, 0L);
            for (var i = 0; i < patientOf.Length; i++)
            {
                sum += weights[patientOf[i]] * values[i];
                count += weights[patientOf[i]];
            }
            return sum / count;
        })];
    }

    static SeededMeasure Create(string name, IReadOnlyList<(int Seed, IReadOnlyList<ScoredImage> Rows)> runs,
        Func<int, (double Value, double[] Resampled)> measure)
    {
        if (runs.Count == 0) throw new ArgumentException($"{name}: no seed was measured.");
        if (runs.Select(r => r.Seed).Distinct().Count() != runs.Count) throw new ArgumentException($"{name}: a seed was measured twice.");
        int[] order = [.. Enumerable.Range(0, runs.Count).OrderBy(i => runs[i].Seed)];
        var first = runs[order[0]].Rows;
        foreach (var i in order)
            if (!runs[i].Rows.Select(r => (r.Image, r.Patient)).SequenceEqual(first.Select(r => (r.Image, r.Patient))))
                throw new ArgumentException($"{name}: seed {runs[i].Seed} was measured on other images than seed " +
                    $"{runs[order[0]].Seed}; seeds share one test set.");
        var measured = order.Select(measure).ToList();
        return new(name, [.. order.Select(i => runs[i].Seed)], [.. measured.Select(m => m.Value)], [.. measured.Select(m => m.Resampled)],
            first.Count, [.. first.Select(r => r.Patient).Distinct()]);
    }
}
