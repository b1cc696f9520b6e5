namespace RadZ.Training.Optimization;

/// <summary>
/// Exponential moving average of the trained weights: what is validated and shipped. Early on it forgets faster, so that the
/// random start does not weigh for long: decay at step t is min(decay, (1 + t) / (10 + t)).
/// </summary>
sealed class MovingAverage(Tensor start_N, double decay) : IDisposable
{
    /// <summary>The average.</summary>
    public Tensor Value_N { get; } = start_N.clone().DetachFromDisposeScope();

    /// <summary>Takes in the weights after step <paramref name="step"/>, counted from 1.</summary>
    public void Add(Tensor flat_N, int step)
    {
        Blend(Value_N, flat_N, decay, step);
    }

    /// <summary>One step of the average in place.</summary>
    internal static void Blend(Tensor average, Tensor value, double decay, int step)
    {
        using var _ = no_grad();
        var now = Math.Min(decay, (1.0 + step) / (10.0 + step));
        using Scalar keep = now, take = 1 - now;                                    // held: see TensorArithmetic
        average.mul_(keep).add_(value, take);
    }

    /// <inheritdoc/>
    public void Dispose() => Value_N.Dispose();
}
