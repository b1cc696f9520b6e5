using System.Runtime.Intrinsics;
using RadZ.Model.Decoder;
using RadZ.Model.Runtime;

namespace RadZ.Model.Kernels;

// B batch, N heads, S positions, H width of a head, F = H / 2 frequencies, R = B * S rows

/// <summary>
/// The rotation of <see cref="RotaryTable"/> over heads that lie feature by feature, [N, H, B, S] in memory: one pass, float32 inside, into
/// the same order of a head's dimensions (the two parts of a number side by side). Its gradient is the turn back.
/// </summary>
static unsafe class FusedTurn
{
    /// <summary>Whether heads [B, N, S, H] lie so.</summary>
    public static bool Supports(Tensor x_BNSH)
    {
        if (x_BNSH.dtype != ScalarType.BFloat16 || x_BNSH.device_type != DeviceType.CPU || x_BNSH.numel() >= 1 << 30) return false;
        var (shape, stride) = (x_BNSH.shape, x_BNSH.stride());
        var rows = shape[0] * shape[2];
        return rows >= Lanes.Count && stride[3] == rows && stride[1] == rows * shape[3] && stride[2] == 1
            && (shape[0] == 1 || stride[0] == shape[2]);
    }

    /// <summary>x turned: row r of the B * S by the angles whose cosines and sines stand in column r.</summary>
    public static Tensor Compute(Tensor x_BNSH, Tensor cos_FR, Tensor sin_FR)
    {
        return is_grad_enabled() && x_BNSH.requires_grad ? Function.apply(x_BNSH, cos_FR, sin_FR)
            : Rotate(x_BNSH, cos_FR, sin_FR, back: false);
    }

    static Tensor Rotate(Tensor x_BNSH, Tensor cos_FR, Tensor sin_FR, bool back)
    {
        var (b, n, s, h) = (x_BNSH.shape[0], x_BNSH.shape[1], x_BNSH.shape[2], x_BNSH.shape[3]);
        var (rows, half, heads) = ((int)(b * s), (int)h / 2, (int)n);
        using var _ = NewDisposeScope();
        var memory_NHR = empty([n, h, b * s], ScalarType.BFloat16);
        var flat_NHR = x_BNSH.permute(1, 3, 0, 2).view(n, h, b * s);
        ushort* from = NativeData.PointerTo<ushort>(flat_NHR), to = NativeData.PointerTo<ushort>(memory_NHR);
        float* cos = NativeData.PointerTo<float>(cos_FR), sin = NativeData.PointerTo<float>(sin_FR);
        ParallelRows.Run(heads * half, 8, (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var (head, f) = (i / half, i % half);
                var start = (long)head * 2 * half;
                var (halves, pairs) = ((a: (start + f) * rows, b: (start + f + half) * rows),
                    (a: (start + 2 * f) * rows, b: (start + 2 * f + 1) * rows));
                var (read, write) = back ? (pairs, halves) : (halves, pairs);
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var count = rows - r;
                    var (x, y) = (Lanes.Load(from + read.a + r, count), Lanes.Load(from + read.b + r, count));
                    var (c, d) = (Column(cos + (long)f * rows + r, count), Column(sin + (long)f * rows + r, count));
                    if (back) d = -d;
                    Lanes.Store(x * c - y * d, to + write.a + r, count);
                    Lanes.Store(x * d + y * c, to + write.b + r, count);
                }
            }
        });
        GC.KeepAlive(flat_NHR);
        GC.KeepAlive(cos_FR);
        GC.KeepAlive(sin_FR);
        return memory_NHR.view(n, h, b, s).permute(2, 0, 3, 1).MoveToOuterDisposeScope();
    }

    static Vector512<float> Column(float* from, int count)
    {
        if (count >= Lanes.Count) return Vector512.Load(from);
        var part = stackalloc float[Lanes.Count];
        for (var i = 0; i < Lanes.Count; i++) part[i] = i < count ? from[i] : 0;
        return Vector512.Load(part);
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedTurn);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_for_backward([(Tensor)arguments[1], (Tensor)arguments[2]]);
            return Rotate((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], back: false);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) =>
            BackwardPass.Guarded(3, () => Gradients(context, gradient));

        static List<Tensor> Gradients(autograd.AutogradContext context, Tensor gradient)
        {
            using var _ = NewDisposeScope();
            var (b, n, s, h) = (gradient.shape[0], gradient.shape[1], gradient.shape[2], gradient.shape[3]);
            var same = Supports(gradient) ? gradient : gradient.permute(1, 3, 0, 2).contiguous().permute(2, 0, 3, 1);
            var saved = context.get_saved_variables();
            return [Rotate(same, saved[0], saved[1], back: true).MoveToOuterDisposeScope(), null!, null!];
        }
    }
}
