using RadZ.Model.Kernels;
using RadZ.Model.Runtime;

namespace RadZ.Model.Adapters;

// I inputs, O outputs, K ranks of a group of 16, G groups, R rows, P = R rounded up

/// <summary>
/// y = W x + scale B A dropout(x) and its gradients with a frozen 16-bit W, bfloat16 activations and float32 adapters: one function, so
/// that no float32 copy of an activation is made and no mask is kept (the backward pass makes it again from its key).
/// </summary>
static unsafe class FrozenLora
{
    /// <summary>Whether it pays: where <see cref="WideProduct"/> does.</summary>
    public static bool Supports(Tensor x, Tensor? weight_OI) =>
        weight_OI is not null && WideProduct.Supports(x, weight_OI) && x.dim() == 3 && x.numel() < 1 << 30
        && x.shape[0] * x.shape[1] * weight_OI.shape[0] < 1 << 30 && x.shape[0] * x.shape[1] <= 1 << 15;

    /// <param name="x">Activations [B, S, I].</param>
    /// <param name="weight_OI">W.</param>
    /// <param name="pair">A, B and the scale.</param>
    /// <param name="drop">Which inputs are dropped; null = none.</param>
    public static Tensor Compute(Tensor x, Tensor weight_OI, LoraPair pair, DropKey? drop)
    {
        var state = new State(weight_OI, pair, drop);
        if (is_grad_enabled() && (x.requires_grad || pair.Down_RI.requires_grad)) return Function.apply(x, pair.Down_RI, pair.Up_OR, state);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return Forward(FeatureOrder.Arrange(x), state).MoveToOuterDisposeScope();
    }

    sealed record State(Tensor Weight_OI, LoraPair Pair, DropKey? Drop)
    {
        /// <summary>The scale, and what makes up for the inputs that are dropped.</summary>
        public double Factor => Pair.Scale * (Drop is null ? 1 : 1 / (1 - Pair.Dropout));
    }

    static int Groups(Tensor down_RI) => (int)(down_RI.shape[0] + LoraKernel.Group - 1) / LoraKernel.Group;

    /// <summary>Ranks of a group as the last dimension, zeros behind the last.</summary>
    static Tensor Columns(Tensor m_FR, int group)
    {
        var from = group * LoraKernel.Group;
        var count = Math.Min(LoraKernel.Group, m_FR.shape[1] - from);
        var part = m_FR.narrow(1, from, count);
        return count == LoraKernel.Group ? part.contiguous() : nn.functional.pad(part, [0, LoraKernel.Group - count]).contiguous();
    }

    static Tensor Forward(Tensor x, State state)
    {
        var y = FeatureOrder.Arrange(WideProduct.Compute(x, state.Weight_OI));
        var (rows, inputs, outputs) = ((int)(x.shape[0] * x.shape[1]), (int)x.shape[2], (int)y.shape[2]);
        for (var g = 0; g < Groups(state.Pair.Down_RI); g++)
        {
            using var _ = NewDisposeScope();
            var (down_IK, up_OK) = (Columns(state.Pair.Down_RI.t(), g), Columns(state.Pair.Up_OR, g));
            var inner_KP = LoraKernel.Reduced(FeatureOrder.Begin(x), inputs, rows, NativeData.PointerTo<float>(down_IK), state.Factor,
                state.Drop);
            LoraKernel.AddOuter(FeatureOrder.Begin(y), outputs, rows, NativeData.PointerTo<float>(up_OK),
                NativeData.PointerTo<float>(inner_KP), null);
            GC.KeepAlive(inner_KP);
            GC.KeepAlive(down_IK);
            GC.KeepAlive(up_OK);
        }
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>
    /// With t = scale A d(x) and u = scale B^T g: the gradient of B is g t^T, that of A is u d(x)^T, that of x is W^T g + d(A^T u), where d
    /// drops and divides by the share that is kept.
    /// </summary>
    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FrozenLora);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            var state = (State)arguments[3];
            var x = FeatureOrder.Arrange((Tensor)arguments[0]);                                 // lives until it is saved, after this call
            using var _ = NewDisposeScope();
            context.save_data("state", state);
            context.save_data("wanted", ((Tensor)arguments[0]).requires_grad);
            context.save_for_backward([x]);
            return Forward(x, state).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) =>
            BackwardPass.Guarded(4, () => Gradients(context, gradient));

        static List<Tensor> Gradients(autograd.AutogradContext context, Tensor gradient)
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            var (state, wanted) = ((State)context.get_data("state"), (bool)context.get_data("wanted"));
            var (x, given) = (context.get_saved_variables()[0], FeatureOrder.Arrange(gradient));
            var (rows, inputs, outputs) = ((int)(x.shape[0] * x.shape[1]), (int)x.shape[2], (int)given.shape[2]);
            using var weight_IO = state.Weight_OI.t();
            var forInput = wanted ? FeatureOrder.Arrange(WideProduct.Compute(given, weight_IO)) : null;
            var (forDown, forUp) = (new List<Tensor>(), new List<Tensor>());
            for (var g = 0; g < Groups(state.Pair.Down_RI); g++)
            {
                var (down_IK, up_OK) = (Columns(state.Pair.Down_RI.t(), g), Columns(state.Pair.Up_OR, g));
                var inner_KP = LoraKernel.Reduced(FeatureOrder.Begin(x), inputs, rows, NativeData.PointerTo<float>(down_IK), state.Factor,
                    state.Drop);
                var outer_KP = LoraKernel.Reduced(FeatureOrder.Begin(given), outputs, rows, NativeData.PointerTo<float>(up_OK),
                    state.Factor,
                    null);
                var (up, down) = (empty([outputs, LoraKernel.Group], ScalarType.Float32),
                    empty([inputs, LoraKernel.Group], ScalarType.Float32));
                LoraKernel.Dots(FeatureOrder.Begin(given), outputs, rows, NativeData.PointerTo<float>(inner_KP), null,
                    NativeData.PointerTo<float>(up));
                LoraKernel.Dots(FeatureOrder.Begin(x), inputs, rows, NativeData.PointerTo<float>(outer_KP), state.Drop,
                    NativeData.PointerTo<float>(down));
                if (forInput is not null)
                    LoraKernel.AddOuter(FeatureOrder.Begin(forInput), inputs, rows, NativeData.PointerTo<float>(down_IK),
                        NativeData.PointerTo<float>(outer_KP), state.Drop);
                forUp.Add(up);
                forDown.Add(down);
                GC.KeepAlive(up_OK);
                GC.KeepAlive(down_IK);
                GC.KeepAlive(inner_KP);
            }
            GC.KeepAlive(x);
            GC.KeepAlive(given);
            var rank = state.Pair.Down_RI.shape[0];
            var (a, b) = (cat(forDown, 1).narrow(1, 0, rank).t().contiguous(), cat(forUp, 1).narrow(1, 0, rank).contiguous());
            return [forInput?.MoveToOuterDisposeScope()!, a.MoveToOuterDisposeScope(), b.MoveToOuterDisposeScope(), null!];
        }
    }
}
