namespace RadZ.Evaluation.Intervals;

/// <summary>How to resample. The same options on the same table give the same numbers, whatever the number of threads.</summary>
public sealed record BootstrapOptions
{
    /// <summary>How many resamples; 0: no intervals.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>The share of resamples inside an interval: 0.95 goes from the 2.5th to the 97.5th percentile.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Seeds the draws.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>At most so many threads; null: as many as there are processors.</summary>
    public int? Threads { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Resamples);
        Require.Level(Level);
        if (Threads is { } threads) ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
    }
}
