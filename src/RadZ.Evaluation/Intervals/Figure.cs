namespace RadZ.Evaluation.Intervals;

/// <summary>A number with its interval; null where it is not defined.</summary>
/// <param name="Value">On all images.</param>
/// <param name="Low">Lower end of the bootstrap interval by patient.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Figure(double? Value, double? Low, double? High)
{
    internal static Figure From(double? value, ResampledInterval interval) =>
        value is null ? default : new(value, interval.Interval?.Low, interval.Interval?.High);
}
