using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Evaluation.Protocols;

/// <summary>A number over seeds.</summary>
/// <param name="Mean">Over the seeds where it is defined; null where it is in none.</param>
/// <param name="Deviation">Between seeds (n - 1); null with fewer than two.</param>
/// <param name="Low">Lower end of the interval by patients of the mean over seeds: every seed's scores under the same draws of test
/// patients.</param>
/// <param name="High">Upper end.</param>
/// <param name="Seeds">Over how many.</param>
readonly record struct SeedFigure(double? Mean, double? Deviation, double? Low, double? High, int Seeds)
{
    internal static SeedFigure Compute(IReadOnlyList<double?> values, IReadOnlyList<double[]> resampled, double level)
    {
        double[] defined = [.. values.OfType<double>()];
        if (defined.Length == 0) return default;
        var mean = defined.Average();
        double? deviation = defined.Length < 2 ? null : Math.Sqrt(defined.Sum(v => (v - mean) * (v - mean)) / (defined.Length - 1));
        var drawn = Enumerable.Range(0, resampled[0].Length)
            .Select(r => resampled.Select(s => s[r]).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average());
        var interval = ResampledInterval.Compute([.. drawn], level).Interval;
        return new(mean, deviation, interval?.Low, interval?.High, defined.Length);
    }
}

/// <summary>A class, or the mean of all, over seeds.</summary>
/// <param name="Class">The column; <c>mean</c>.</param>
/// <param name="Auc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Average precision.</param>
sealed record SeededClass(string Class, SeedFigure Auc, SeedFigure AveragePrecision);

/// <summary>A share of the patients, over seeds.</summary>
/// <param name="Percent">Of the patients of the training split.</param>
/// <param name="Patients">Drawn under each seed.</param>
/// <param name="Images">Theirs.</param>
/// <param name="Mean">Over the classes.</param>
/// <param name="Classes">A class each.</param>
sealed record FractionFigures(double Percent, int Patients, IReadOnlyList<int> Images, SeededClass Mean,
    IReadOnlyList<SeededClass> Classes);

/// <summary>The figures of a protocol: a function of its members' score tables alone.</summary>
/// <param name="Fractions">Rising.</param>
sealed record ProtocolFigures(IReadOnlyList<FractionFigures> Fractions)
{
    /// <summary>Computes them.</summary>
    /// <param name="members">All runs; those of one share are put together.</param>
    /// <exception cref="InvalidInputException">Two members did not score the same images.</exception>
    public static ProtocolFigures Compute(IReadOnlyList<StoredRun> members) =>
        new([.. members.GroupBy(m => m.Record.Learnt!.Percent).OrderBy(g => g.Key).Select(g => Compute(g.Key, [.. g]))]);

    static FractionFigures Compute(double percent, StoredRun[] runs)
    {
        var first = runs[0].Test;
        if (runs.FirstOrDefault(r => !r.Test.Rows.SequenceEqual(first.Rows) || !r.Test.Diseases.SequenceEqual(first.Diseases)) is { } other)
            throw new InvalidInputException(other.Folder, "other-images",
                $"scored other images or classes than {runs[0].Folder}; seeds can be compared only on the same.");
        string[] patients = [.. first.Rows.Select(r => r.Patient)];
        var resampled = runs.Select(r => PatientBootstrap.Resample(r.Test.Scores, r.Test.Labels, patients, r.Bootstrap)).ToArray();
        var (numbers, level) = (runs.Select(r => MultiLabel.Compute(r.Test.Scores, r.Test.Labels)).ToArray(), runs[0].Bootstrap.Level);
        var means = resampled.Select(r => PatientBootstrap.Values.Mean(r, runs[0].Bootstrap.Resamples)).ToArray();
        SeededClass Class(string name, Func<MultiLabel, double?> auc, Func<MultiLabel, double?> precision,
            Func<int, PatientBootstrap.Values> values) => new(name,
            SeedFigure.Compute([.. numbers.Select(auc)], [.. runs.Select((_, s) => values(s).Auc)], level),
            SeedFigure.Compute([.. numbers.Select(precision)], [.. runs.Select((_, s) => values(s).AveragePrecision)], level));
        return new(percent, runs[0].Record.Learnt!.Training.Patients, [.. runs.Select(r => r.Record.Learnt!.Training.Images)],
            Class("mean", n => n.Macro(c => c.Auc).Mean, n => n.Macro(c => c.AveragePrecision).Mean, s => means[s]),
            [.. first.Diseases.Select((d, c) =>
                Class(d, n => n.Classes[c].Auc, n => n.Classes[c].AveragePrecision, s => resampled[s][c]))]);
    }
}
