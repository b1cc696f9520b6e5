using System.Runtime.Intrinsics;
using RadZ.Model.Decoder;
using RadZ.Model.Runtime;

namespace RadZ.Model.Kernels;

// D features, R rows, C parts of the features

/// <summary>
/// <see cref="RmsNorm"/>, alone or of a sum, over activations in <see cref="FeatureOrder"/>: bfloat16 in and out, float32 between, with its
/// gradient where one is asked for. The sums over features are made in fixed parts, so that they do not depend on the number of threads.
/// </summary>
static unsafe class FusedNorm
{
    /// <summary>Features of a part.</summary>
    const int Part = 256;

    /// <summary>Whether the kernel takes x: its order, and a weight that is not trained.</summary>
    public static bool Supports(Tensor x, Tensor weight_D) => FeatureOrder.IsArranged(x) && !weight_D.requires_grad;

    /// <summary>The norm of x.</summary>
    public static Tensor Compute(Tensor x, Tensor weight_D, double eps)
    {
        using var _ = NewDisposeScope();
        var sum = WithSum(x, null, weight_D, eps);
        return sum.Normed.MoveToOuterDisposeScope();
    }

    /// <summary>x + y and its norm.</summary>
    public static (Tensor Sum, Tensor Normed) ComputeOfSum(Tensor x, Tensor y, Tensor weight_D, double eps)
    {
        using var _ = NewDisposeScope();
        var (sum, normed) = WithSum(x, y, weight_D, eps);
        return (sum.MoveToOuterDisposeScope(), normed.MoveToOuterDisposeScope());
    }

    static (Tensor Sum, Tensor Normed) WithSum(Tensor x, Tensor? y, Tensor weight_D, double eps)
    {
        var state = new State([.. weight_D.to(ScalarType.Float32).data<float>()], eps);
        if (is_grad_enabled() && (x.requires_grad || y is { requires_grad: true }))
        {
            var parts = y is null ? Function.apply(state, x) : Function.apply(state, x, y);
            return y is null ? (x, parts[0]) : (parts[0], parts[1]);
        }
        var (sum, normed) = Forward(x, y, state);
        return (sum, normed);
    }

    sealed record State(float[] Weight_D, double Eps);

    static (Tensor Sum, Tensor Normed) Forward(Tensor x, Tensor? y, State state)
    {
        var sum = y is null ? x : FeatureOrder.Allocate(x.shape);
        var normed = FeatureOrder.Allocate(x.shape);
        var (features, rows) = ((int)x.shape[2], (int)(x.shape[0] * x.shape[1]));
        ushort* from = FeatureOrder.Begin(sum), to = FeatureOrder.Begin(normed);
        var weight = state.Weight_D;
        if (y is not null)
        {
            using var same = FeatureOrder.Arrange(y);
            Squares(FeatureOrder.Begin(x), FeatureOrder.Begin(same), from, features, rows, state.Eps, Scaled);
            GC.KeepAlive(x);
        }
        else Squares(from, null, null, features, rows, state.Eps, Scaled);
        GC.KeepAlive(sum);
        GC.KeepAlive(normed);
        return (sum, normed);

        void Scaled(float[] scales) => ParallelRows.Run(features, 32, (first, end) =>
        {
            fixed (float* scale = scales)
                for (var d = first; d < end; d++)
                {
                    var w = Vector512.Create(weight[d]);
                    for (var r = 0; r < rows; r += Lanes.Count)
                        Lanes.Store(Lanes.Load(from + (long)d * rows + r, rows - r) * Vector512.Load(scale + r) * w,
                            to + (long)d * rows + r, rows - r);
                }
        });
    }

    /// <summary>1 / sqrt(mean of squares + eps) a row, of x, or of x + y, which is then stored; zeros behind the last row.</summary>
    static void Squares(ushort* x, ushort* y, ushort* sum, int features, int rows, double eps, Action<float[]> then)
    {
        var scales = Summed(features, rows, (d, sums) =>
        {
            for (var r = 0; r < rows; r += Lanes.Count)
            {
                var (at, n) = ((long)d * rows + r, rows - r);
                var value = Lanes.Load(x + at, n);
                if (y is not null)
                {
                    value = Lanes.Round(value + Lanes.Load(y + at, n));
                    Lanes.Store(value, sum + at, n);
                }
                Vector512.FusedMultiplyAdd(value, value, Vector512.Load(sums + r)).Store(sums + r);
            }
        });
        for (var r = 0; r < rows; r++) scales[r] = (float)(1 / Math.Sqrt(scales[r] / features + eps));
        then(scales);
    }

    /// <summary>Adds a feature's terms to the sums of the rows.</summary>
    internal delegate void Add(int feature, float* sums);

    /// <summary>
    /// Sums over features, one a row, zeros or what comes of them behind the last row up to a whole register: <paramref name="add"/> adds a
    /// feature's terms.
    /// </summary>
    public static float[] Summed(int features, int rows, Add add)
    {
        var (parts, room) = ((features + Part - 1) / Part, (rows + Lanes.Count - 1) / Lanes.Count * Lanes.Count);
        var sums = new float[parts * room];
        ParallelRows.Run(parts, 1, (first, end) =>
        {
            fixed (float* all = sums)
                for (var p = first; p < end; p++)
                    for (var d = p * Part; d < Math.Min(features, (p + 1) * Part); d++) add(d, all + (long)p * room);
        });
        for (var p = 1; p < parts; p++)
            for (var r = 0; r < room; r++) sums[r] += sums[p * room + r];
        return sums[..room];
    }

    /// <summary>
    /// With s the scale and n = x s: the gradient of x is s (w g - n mean(w g n)), and that of a sum flows to both terms.
    /// </summary>
    sealed class Function : autograd.MultiTensorFunction<Function>
    {
        public override string Name => nameof(FusedNorm);

        public override List<Tensor> forward(autograd.AutogradContext context, params object[] arguments)
        {
            var state = (State)arguments[0];
            var (sum, normed) = Forward((Tensor)arguments[1], arguments.Length > 2 ? (Tensor)arguments[2] : null, state);
            context.save_data("state", state);
            context.save_data("terms", arguments.Length - 1);
            context.save_for_backward([sum]);
            return arguments.Length > 2 ? [sum, normed] : [normed];
        }

        public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
        {
            var terms = (int)context.get_data("terms");
            return BackwardPass.Guarded(terms + 1, () => Gradients(context, gradients, terms));
        }

        static List<Tensor> Gradients(autograd.AutogradContext context, List<Tensor> gradients, int terms)
        {
            var state = (State)context.get_data("state");
            using var _ = NewDisposeScope();
            var x = context.get_saved_variables()[0];
            using var given = FeatureOrder.Arrange(gradients[terms - 1]);
            using var beside = terms == 2 && gradients[0] is { IsInvalid: false } other ? FeatureOrder.Arrange(other) : null;
            var result = Backward(x, given, beside, state).MoveToOuterDisposeScope();
            return terms == 2 ? [null!, result, result.alias().MoveToOuterDisposeScope()] : [null!, result];
        }
    }

    static Tensor Backward(Tensor x, Tensor gradient, Tensor? beside, State state)
    {
        var result = FeatureOrder.Allocate(x.shape);
        var (features, rows) = ((int)x.shape[2], (int)(x.shape[0] * x.shape[1]));
        ushort* from = FeatureOrder.Begin(x), given = FeatureOrder.Begin(gradient), to = FeatureOrder.Begin(result);
        var weight = state.Weight_D;
        var more = beside is null ? null : FeatureOrder.Begin(beside);
        Squares(from, null, null, features, rows, state.Eps, scales =>
        {
            var dots = Summed(features, rows, (d, sums) =>
            {
                var w = Vector512.Create(weight[d]);
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var (at, n) = ((long)d * rows + r, rows - r);
                    Vector512.FusedMultiplyAdd(Lanes.Load(from + at, n) * Lanes.Load(given + at, n), w, Vector512.Load(sums + r))
                        .Store(sums + r);
                }
            });
            for (var r = 0; r < rows; r++) dots[r] *= scales[r] * scales[r] / features;
            ParallelRows.Run(features, 32, (first, end) =>
            {
                fixed (float* scale = scales)
                fixed (float* dot = dots)
                    for (var d = first; d < end; d++)
                    {
                        var w = Vector512.Create(weight[d]);
                        for (var r = 0; r < rows; r += Lanes.Count)
                        {
                            var (at, n) = ((long)d * rows + r, rows - r);
                            var part = (w * Lanes.Load(given + at, n) - Lanes.Load(from + at, n) * Vector512.Load(dot + r))
                                * Vector512.Load(scale + r);
                            if (more is not null) part += Lanes.Load(more + at, n);
                            Lanes.Store(part, to + at, n);
                        }
                    }
            });
        });
        GC.KeepAlive(x);
        GC.KeepAlive(gradient);
        GC.KeepAlive(beside);
        return result;
    }
}
