using System.Runtime.Intrinsics;

namespace RadZ.Model.Kernels;

// D features, R rows

/// <summary>
/// The vision tower's norm, alone or of a sum, over activations in <see cref="FeatureOrder"/>, without gradients: bfloat16 in and out,
/// float32 between.
/// </summary>
static unsafe class FusedLayerNorm
{
    /// <summary>Whether the kernel takes x: its order, and no gradient wanted of it or of the weight.</summary>
    public static bool Supports(Tensor x, Tensor weight_D) =>
        FeatureOrder.IsArranged(x) && !(is_grad_enabled() && (x.requires_grad || weight_D.requires_grad));

    /// <summary>x, or x + y, and its norm (x - mean) / sqrt(variance + eps) w + b.</summary>
    public static (Tensor Sum, Tensor Normed) Compute(Tensor x, Tensor? y, Tensor weight_D, Tensor bias_D, double eps)
    {
        using var _ = NewDisposeScope();
        var sum = y is null ? x.alias() : FeatureOrder.Allocate(x.shape);
        var normed = FeatureOrder.Allocate(x.shape);
        var other = y is null ? null : FeatureOrder.Arrange(y);
        var (features, rows) = ((int)x.shape[2], (int)(x.shape[0] * x.shape[1]));
        ushort* first = FeatureOrder.Begin(x), second = other is null ? null : FeatureOrder.Begin(other), at = FeatureOrder.Begin(sum),
        to = FeatureOrder.Begin(normed);
        float[] weight = [.. weight_D.to(ScalarType.Float32).data<float>()], bias = [.. bias_D.to(ScalarType.Float32).data<float>()];
        var means = FusedNorm.Summed(features, rows, (d, sums) =>
        {
            for (var r = 0; r < rows; r += Lanes.Count)
            {
                var (i, n) = ((long)d * rows + r, rows - r);
                var value = Lanes.Load(first + i, n);
                if (second is not null)
                {
                    value = Lanes.Round(value + Lanes.Load(second + i, n));
                    Lanes.Store(value, at + i, n);
                }
                (value + Vector512.Load(sums + r)).Store(sums + r);
            }
        });
        for (var r = 0; r < means.Length; r++) means[r] /= features;
        // squares of what is left without the mean: no difference of two large numbers
        var scales = FusedNorm.Summed(features, rows, (d, sums) =>
        {
            fixed (float* mean = means)
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var rest = Lanes.Load(at + (long)d * rows + r, rows - r) - Vector512.Load(mean + r);
                    Vector512.FusedMultiplyAdd(rest, rest, Vector512.Load(sums + r)).Store(sums + r);
                }
        });
        for (var r = 0; r < scales.Length; r++) scales[r] = (float)(1 / Math.Sqrt(scales[r] / features + eps));
        ParallelRows.Run(features, 32, (from, end) =>
        {
            fixed (float* mean = means)
            fixed (float* scale = scales)
                for (var d = from; d < end; d++)
                {
                    var (w, b) = (Vector512.Create(weight[d]), Vector512.Create(bias[d]));
                    for (var r = 0; r < rows; r += Lanes.Count)
                    {
                        var (i, n) = ((long)d * rows + r, rows - r);
                        Lanes.Store(Vector512.FusedMultiplyAdd((Lanes.Load(at + i, n) - Vector512.Load(mean + r))
                            * Vector512.Load(scale + r), w, b), to + i, n);
                    }
                }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(other);
        GC.KeepAlive(sum);
        return (sum.MoveToOuterDisposeScope(), normed.MoveToOuterDisposeScope());
    }
}
