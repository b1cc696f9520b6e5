using System.Runtime.Intrinsics;

namespace RadZ.Model.Kernels;

/// <summary>Bias and activation of a product without gradients, in its place, over activations in <see cref="FeatureOrder"/>.</summary>
static unsafe class FusedBias
{
    /// <summary>Whether the kernel takes a product that nobody else holds.</summary>
    public static bool Supports(Tensor product) => FeatureOrder.IsArranged(product) && !(is_grad_enabled() && product.requires_grad);

    /// <summary>y + b, a number of b a feature.</summary>
    public static void Add(Tensor y, Tensor bias_D)
    {
        float[] b = [.. bias_D.to(ScalarType.Float32).data<float>()];
        var (features, rows, at) = ((int)y.shape[2], (int)(y.shape[0] * y.shape[1]), (nint)FeatureOrder.Begin(y));
        ParallelRows.Run(features, 32, (first, end) =>
        {
            for (var d = first; d < end; d++)
            {
                var (row, add) = (at + (nint)d * rows * sizeof(ushort), Vector512.Create(b[d]));
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var to = (ushort*)row + r;
                    Lanes.Store(Lanes.Load(to, rows - r) + add, to, rows - r);
                }
            }
        });
        GC.KeepAlive(y);
    }

    /// <summary>x sigmoid(1.702 x).</summary>
    public static void QuickGelu(Tensor x)
    {
        var (count, at) = ((int)x.numel(), (nint)FeatureOrder.Begin(x));
        var steep = Vector512.Create(1.702f);
        ParallelRows.Run(count, 1024, (first, end) =>
        {
            for (var i = first; i < end; i += Lanes.Count)
            {
                var to = (ushort*)at + i;
                var v = Lanes.Load(to, end - i);
                Lanes.Store(v * Lanes.Sigmoid(v * steep), to, end - i);
            }
        });
        GC.KeepAlive(x);
    }
}
