using RadZ.Data;

namespace RadZ.Evaluation.Intervals;

/// <summary>The intervals of the area under the ROC curve alone, of <see cref="PatientBootstrap"/>.</summary>
/// <param name="Classes">A disease each, in the order of the columns.</param>
/// <param name="Macro">Of the mean over the diseases that are defined in a resample.</param>
public sealed record AucBootstrap(IReadOnlyList<ResampledInterval> Classes, ResampledInterval Macro)
{
    /// <summary>Resamples a table.</summary>
    /// <param name="scores">Images by diseases, finite where the label is known.</param>
    /// <param name="labels">The same shape; unknown entries are left out.</param>
    /// <param name="patients">The patient of each image.</param>
    /// <param name="options">Resamples, level, seed.</param>
    public static AucBootstrap Run(double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        options.Validate();
        var (areas, macro) = Resample(scores, labels, patients, options);
        return new([.. areas.Select(a => ResampledInterval.Compute(a, options.Level))], ResampledInterval.Compute(macro, options.Level));
    }

    /// <summary>The areas themselves, class by resample and their mean by resample; NaN: not defined.</summary>
    internal static (double[][] Classes, double[] Macro) Resample(
        double[,] scores, Label[,] labels, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        var values = PatientBootstrap.Resample(scores, labels, patients, options);
        return ([.. values.Select(v => v.Auc)], PatientBootstrap.Values.Mean(values, options.Resamples).Auc);
    }
}

/// <summary>A percentile interval over resamples.</summary>
/// <param name="Interval">Null where no resample defines the number.</param>
/// <param name="Undefined">Resamples left out since they did not define it (no positive or no negative was drawn).</param>
public readonly record struct ResampledInterval(Interval? Interval, int Undefined)
{
    internal static ResampledInterval Compute(double[] values, double level)
    {
        double[] defined = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return new(defined.Length == 0 ? null : new(Percentile(defined, (1 - level) / 2), Percentile(defined, (1 + level) / 2)),
            values.Length - defined.Length);
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
