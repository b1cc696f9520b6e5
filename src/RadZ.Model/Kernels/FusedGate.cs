using System.Runtime.Intrinsics;
using RadZ.Model.Runtime;

namespace RadZ.Model.Kernels;

/// <summary>
/// silu(g) u over bfloat16 activations of one order in memory, whichever: one pass, float32 inside, with its gradient where one is asked
/// for.
/// </summary>
static unsafe class FusedGate
{
    /// <summary>Whether the kernel takes them: bfloat16 on the CPU, dense and in the same order.</summary>
    public static bool Supports(Tensor g, Tensor u) =>
        g.dtype == ScalarType.BFloat16 && g.device_type == DeviceType.CPU && g.numel() < 1 << 30 && u.dtype == g.dtype
        && ((g.is_contiguous() && u.is_contiguous()) || (FeatureOrder.IsArranged(g) && FeatureOrder.IsArranged(u)));

    /// <summary>silu(g) u.</summary>
    public static Tensor Compute(Tensor g, Tensor u) =>
        is_grad_enabled() && (g.requires_grad || u.requires_grad) ? Function.apply(g, u) : Forward(g, u);

    static Tensor Like(Tensor x) => x.is_contiguous() ? empty(x.shape, x.dtype) : FeatureOrder.Allocate(x.shape);

    static ushort* Begin(Tensor x) => x.is_contiguous() ? NativeData.PointerTo<ushort>(x) : FeatureOrder.Begin(x);

    static Tensor Forward(Tensor g, Tensor u)
    {
        var product = Like(g);
        var count = (int)g.numel();
        ushort* gate = Begin(g), up = Begin(u), to = Begin(product);
        ParallelRows.Run(count, 1024, (first, end) =>
        {
            for (var i = first; i < end; i += Lanes.Count)
            {
                var x = Lanes.Load(gate + i, end - i);
                Lanes.Store(x * Lanes.Sigmoid(x) * Lanes.Load(up + i, end - i), to + i, end - i);
            }
        });
        GC.KeepAlive(g);
        GC.KeepAlive(u);
        return product;
    }

    sealed class Function : autograd.MultiTensorFunction<Function>
    {
        public override string Name => nameof(FusedGate);

        /// <summary>silu(g) u.</summary>
        public static Tensor apply(Tensor g, Tensor u) => autograd.MultiTensorFunction<Function>.apply(g, u)[0];

        public override List<Tensor> forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_for_backward([(Tensor)arguments[0], (Tensor)arguments[1]]);
            return [Forward((Tensor)arguments[0], (Tensor)arguments[1])];
        }

        public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients) =>
            BackwardPass.Guarded(2, () => Gradients(context, gradients[0]));

        static List<Tensor> Gradients(autograd.AutogradContext context, Tensor gradient)
        {
            var saved = context.get_saved_variables();
            var (g, u) = (saved[0], saved[1]);
            using var given = g.is_contiguous() ? gradient.contiguous() : FeatureOrder.Arrange(gradient);
            var (forGate, forUp) = (Like(g), Like(u));
            var count = (int)g.numel();
            ushort* gate = Begin(g), up = Begin(u), from = Begin(given), toGate = Begin(forGate), toUp = Begin(forUp);
            ParallelRows.Run(count, 1024, (first, end) =>
            {
                for (var i = first; i < end; i += Lanes.Count)
                {
                    var n = end - i;
                    var (x, d) = (Lanes.Load(gate + i, n), Lanes.Load(from + i, n));
                    var s = Lanes.Sigmoid(x);
                    Lanes.Store(d * x * s, toUp + i, n);
                    Lanes.Store(d * Lanes.Load(up + i, n) * s * (Vector512<float>.One + x * (Vector512<float>.One - s)), toGate + i, n);
                }
            });
            GC.KeepAlive(g);
            GC.KeepAlive(u);
            return [forGate, forUp];
        }
    }
}
