namespace RadZ.Training.Optimization;

// N = all trained numbers of the groups together

/// <summary>Weights that are trained at one rate.</summary>
/// <param name="Weights">Names and values.</param>
/// <param name="RateScale">Times the schedule's rate (the projector's is a tenth in the paper).</param>
/// <param name="WeightDecay">Decoupled decay, times the rate.</param>
sealed record ParameterGroup(IReadOnlyList<(string Name, Parameter Value)> Weights, double RateScale, double WeightDecay);

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) in PyTorch's order of operations, over all weights as one flat vector: a step is a handful of
/// vector operations however many weights there are, and its state is three tensors that a checkpoint holds as they are.
/// </summary>
sealed class FlatAdamW : IDisposable
{
    readonly IReadOnlyList<ParameterGroup> _groups;
    readonly IReadOnlyList<Parameter> _weights;
    readonly Tensor _rate_N, _decay_N, _mean_N, _square_N;
    readonly double _beta1, _beta2, _eps;

    /// <summary>Starts with empty moments.</summary>
    public FlatAdamW(IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8)
    {
        (_groups, _beta1, _beta2, _eps) = (groups, beta1, beta2, eps);
        _weights = [.. groups.SelectMany(g => g.Weights).Select(w => w.Value)];
        if (_weights.Count == 0) throw new ArgumentException("Nothing to train: no weight belongs to a group.", nameof(groups));
        using var _ = NewDisposeScope();
        _rate_N = PerNumber(g => g.RateScale);
        _decay_N = PerNumber(g => g.RateScale * g.WeightDecay);
        _mean_N = zeros_like(_rate_N).DetachFromDisposeScope();
        _square_N = zeros_like(_rate_N).DetachFromDisposeScope();
    }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>The trained weights as one vector, a copy.</summary>
    public Tensor Flat()
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return cat([.. _weights.Select(w => w.detach().flatten())]).MoveToOuterDisposeScope();
    }

    /// <summary>Writes one vector back into the weights.</summary>
    public void Assign(Tensor flat_N)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        long at = 0;
        foreach (var weight in _weights)
        {
            weight.detach().copy_(flat_N.narrow(0, at, weight.numel()).view(weight.shape));
            at += weight.numel();
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void Clear()
    {
        foreach (var weight in _weights)
            if (weight.grad is { } gradient)
            {
                gradient.Dispose();
                weight.grad = null;
            }
    }

    /// <summary>Clips the gradients to a common norm, takes one step, and forgets them.</summary>
    /// <param name="rate">The schedule's learning rate.</param>
    /// <param name="clipNorm">Largest norm of all gradients together; infinity leaves them.</param>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="TrainingDivergedException">The gradients are not finite; no weight was changed.</exception>
    public double Step(double rate, double clipNorm)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var gradient_N = cat([.. _weights.Select(w => w.grad is { } g ? g.flatten() : zeros(w.numel(), w.dtype, w.device))]);
        var norm = gradient_N.norm().ToDouble();
        if (!double.IsFinite(norm))
            throw new TrainingDivergedException($"The gradient's norm is {norm} at step {Steps}; lower the learning rate or raise the " +
                "warm-up.");
        Steps++;
        using Scalar shrink = Math.Min(1, clipNorm / (norm + 1e-6));                // held until the end: see TensorArithmetic
        if (norm > clipNorm) gradient_N.mul_(shrink);
        using Scalar keep1 = _beta1, take1 = 1 - _beta1, keep2 = _beta2, take2 = 1 - _beta2, eps = _eps;
        using Scalar root = Math.Sqrt(1 - Math.Pow(_beta2, Steps)), decay = -rate, step = -rate / (1 - Math.Pow(_beta1, Steps));
        _mean_N.mul_(keep1).add_(gradient_N, take1);
        _square_N.mul_(keep2).addcmul_(gradient_N, gradient_N, take2);
        var scale = _square_N.sqrt().div_(root).add_(eps);
        var flat_N = Flat();
        flat_N.addcmul_(flat_N, _decay_N, decay);
        flat_N.addcdiv_(_mean_N * _rate_N, scale, step);
        Assign(flat_N);
        Clear();
        return norm;
    }

    /// <summary>What a resumed run needs: the moments and, separately, <see cref="Steps"/>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("adamw.mean", _mean_N), ("adamw.square", _square_N)];

    /// <summary>Puts back a saved state.</summary>
    public void Restore(int steps, Func<string, Tensor> read)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        Steps = steps;
        _mean_N.copy_(read("adamw.mean"));
        _square_N.copy_(read("adamw.square"));
    }

    Tensor PerNumber(Func<ParameterGroup, double> of) => cat([.. _groups.SelectMany(g => g.Weights.Select(w =>
        full(w.Value.numel(), of(g), dtype: ScalarType.Float32, device: w.Value.device)))]).DetachFromDisposeScope();

    /// <inheritdoc/>
    public void Dispose()
    {
        _rate_N.Dispose();
        _decay_N.Dispose();
        _mean_N.Dispose();
        _square_N.Dispose();
    }
}

/// <summary>Training cannot go on: its numbers are no longer finite.</summary>
sealed class TrainingDivergedException(string message) : Exception(message);
