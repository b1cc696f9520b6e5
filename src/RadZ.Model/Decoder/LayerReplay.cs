using RadZ.Model.Adapters;
using RadZ.Model.Runtime;

namespace RadZ.Model.Decoder;

/// <summary>
/// Activation checkpointing: of a layer only its input is kept, and the backward pass runs the layer again to have what it needs. Memory
/// grows by one hidden state a layer instead of by everything inside it, for the price of one more forward pass.
/// </summary>
/// <param name="dropout">What the adapters drop: the second run drops what the first one did.</param>
sealed class LayerReplay(AdapterDropout? dropout)
{
    Exception? _fault;

    /// <summary>What a layer gives for x, to be run again when its gradient is asked for.</summary>
    public Tensor Run(Tensor x, Func<Tensor, Tensor> layer) =>
        is_grad_enabled() && x.requires_grad ? Function.apply(x, new State(this, layer)) : layer(x);

    /// <summary>
    /// An exception must not pass through native code; what went wrong in a backward pass is thrown here, after it (on a GPU, that pass
    /// runs in a thread of torch's).
    /// </summary>
    public void ThrowIfFailed()
    {
        var fault = _fault;
        _fault = null;
        if (fault is not null)
            throw new InvalidOperationException($"A layer could not be run again in the backward pass: {fault.Message}", fault);
    }

    sealed record State(LayerReplay Owner, Func<Tensor, Tensor> Layer)
    {
        public Tensor? Noise { get; set; }
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(LayerReplay);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            var (x, state) = ((Tensor)arguments[0], (State)arguments[1]);
            context.save_data("state", state);
            context.save_for_backward([x]);
            state.Noise = state.Owner.Noise()?.DetachFromDisposeScope();
            using var _ = state.Owner.Forced();                                            // gradients are off in here
            return state.Layer(x);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            var state = (State)context.get_data("state");
            try
            {
                using var _ = NewDisposeScope();
                using var now = state.Owner.Noise();
                state.Owner.Restore(state.Noise);
                state.Noise?.Dispose();
                using var on = enable_grad();
                var x = context.get_saved_variables()[0].detach().requires_grad_();
                var again = state.Layer(x);
                BackwardPass.Run(() => again.backward([gradient]));
                state.Owner.Restore(now);
                return [x.grad!.MoveToOuterDisposeScope(), null!];
            }
            catch (Exception e)
            {
                state.Owner._fault ??= e;
                return [gradient.alias(), null!];
            }
        }
    }

    IDisposable? Forced() => dropout?.Force();

    Tensor? Noise() => dropout?.State();

    void Restore(Tensor? state)
    {
        if (state is not null) dropout!.Restore(state);
    }
}
