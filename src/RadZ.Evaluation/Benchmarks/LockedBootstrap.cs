using RadZ.Data;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>
/// Figures at given thresholds with intervals by patient: each patient's four counts are added as often as the patient is drawn.
/// </summary>
sealed record LockedBootstrap(IReadOnlyList<LockedFigures?> Classes, ResampledInterval F1, ResampledInterval Accuracy,
    ResampledInterval Sensitivity, ResampledInterval Specificity)
{
    /// <summary>Resamples a table at a threshold a class; null: the class has none.</summary>
    public static LockedBootstrap Run(ScoreTable table, double?[] thresholds, BootstrapOptions options)
    {
        options.Validate();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] patientOf = [.. table.Rows.Select(r => numbers.TryAdd(r.Patient, numbers.Count) ? numbers.Count - 1 : numbers[r.Patient])];
        var (seeds, classes) = (PatientBootstrap.Seeds(options), thresholds.Length);
        var counts = Enumerable.Range(0, classes).Select(c => Counts(table, c, thresholds[c], patientOf, numbers.Count)).ToArray();
        var values = new double[4, classes, seeds.Length];
        Parallel.For(0, seeds.Length, new() { MaxDegreeOfParallelism = options.Threads ?? -1 }, () => new int[numbers.Count],
            (r, _, drawn) =>
        {
            PatientBootstrap.Draw(seeds[r], drawn);
            for (var c = 0; c < classes; c++)
            {
                var sum = counts[c] is { } own ? Sum(own, drawn) : default;
                values[0, c, r] = F1Of(sum) ?? double.NaN;
                values[1, c, r] = sum.Accuracy ?? double.NaN;
                values[2, c, r] = sum.Sensitivity ?? double.NaN;
                values[3, c, r] = sum.Specificity ?? double.NaN;
            }
            return drawn;
        }, _ => { });
        ResampledInterval Interval(int number, int c) =>
            ResampledInterval.Compute([.. Enumerable.Range(0, seeds.Length).Select(r => values[number, c, r])], options.Level);
        ResampledInterval Macro(int number) => ResampledInterval.Compute([.. Enumerable.Range(0, seeds.Length).Select(r =>
            Enumerable.Range(0, classes).Select(c => values[number, c, r]).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN)
                .Average())], options.Level);
        return new([.. Enumerable.Range(0, classes).Select(c =>
        {
            if (thresholds[c] is not { } threshold) return null;
            var all = Ranking.FromKnown(table.Scores, table.Labels, c).AtOrAbove(threshold);
            return new LockedFigures
            {
                Threshold = threshold,
                F1 = Figure.From(F1Of(all), Interval(0, c)),
                Accuracy = Figure.From(all.Accuracy, Interval(1, c)),
                Sensitivity = Figure.From(all.Sensitivity, Interval(2, c)),
                Specificity = Figure.From(all.Specificity, Interval(3, c)),
                Matthews = all.Matthews,
                Counts = all,
            };
        })], Macro(0), Macro(1), Macro(2), Macro(3));
    }

    /// <summary>Without a positive there is no F1.</summary>
    static double? F1Of(Confusion c) => c.TruePositives + c.FalseNegatives == 0 ? null
        : 2.0 * c.TruePositives / (2.0 * c.TruePositives + c.FalsePositives + c.FalseNegatives);

    static Confusion[]? Counts(ScoreTable table, int column, double? threshold, int[] patientOf, int patients)
    {
        if (threshold is not { } t) return null;
        var counts = new Confusion[patients];
        for (var row = 0; row < table.Rows.Count; row++)
        {
            if (!table.Labels[row, column].IsKnown()) continue;
            var (here, found, present) =
                (counts[patientOf[row]], table.Scores[row, column] >= t, table.Labels[row, column] == Label.Present);
            counts[patientOf[row]] = (found, present) switch
            {
                (true, true) => here with { TruePositives = here.TruePositives + 1 },
                (true, false) => here with { FalsePositives = here.FalsePositives + 1 },
                (false, true) => here with { FalseNegatives = here.FalseNegatives + 1 },
                _ => here with { TrueNegatives = here.TrueNegatives + 1 },
            };
        }
        return counts;
    }

    static Confusion Sum(Confusion[] counts, int[] drawn)
    {
        int tp = 0, fp = 0, fn = 0, tn = 0;
        for (var p = 0; p < counts.Length; p++)
        {
            var (weight, own) = (drawn[p], counts[p]);
            tp += weight * own.TruePositives;
            fp += weight * own.FalsePositives;
            fn += weight * own.FalseNegatives;
            tn += weight * own.TrueNegatives;
        }
        return new(tp, fp, fn, tn);
    }
}
