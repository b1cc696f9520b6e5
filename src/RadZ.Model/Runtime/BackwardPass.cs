namespace RadZ.Model.Runtime;

/// <summary>
/// A backward pass through functions of our own. Torch's native code calls their gradients, and an exception must not pass through it (the
/// process would end, or hang): it is kept, the gradient is left out, and <see cref="Run"/> throws it once native code has returned.
/// </summary>
static class BackwardPass
{
    // torch computes gradients of tensors on the CPU in the thread that asked for them
    [ThreadStatic]
    static Exception? t_fault;

    /// <summary>Runs a backward pass; what one of our gradients could not compute is thrown after it.</summary>
    /// <exception cref="InvalidOperationException">A gradient failed; the reason is inside.</exception>
    public static void Run(Action backward)
    {
        ArgumentNullException.ThrowIfNull(backward);
        var before = t_fault;                                                              // of a pass around this one
        t_fault = null;
        try
        {
            Exception? native = null;
            try { backward(); }
            // of a gradient that is not there: the fault says why
            catch (Exception e) when (t_fault is not null) { native = e; }
            if (t_fault is { } fault)
                throw new InvalidOperationException($"A gradient could not be computed in the backward pass: {fault.Message}",
                    native is null ? fault : new AggregateException(fault, native));
        }
        finally
        {
            t_fault = before;
        }
    }

    /// <summary>What a function's <c>backward</c> gives: its gradients, or none where it fails or another has failed before.</summary>
    /// <param name="inputs">Of the function.</param>
    /// <param name="gradients">Computes them.</param>
    internal static List<Tensor> Guarded(int inputs, Func<List<Tensor>> gradients)
    {
        if (t_fault is null)
            try { return gradients(); }
            catch (Exception e) { t_fault = e; }
        return [.. Enumerable.Repeat<Tensor>(null!, inputs)];
    }
}
