using System.Runtime.Intrinsics;
using RadZ.Model.Kernels;

namespace RadZ.Model.Decoder;

// R rows (a token each), D features, N query heads, K key-value heads, G = N / K, L keys held, C room for keys, H width of a head

/// <summary>
/// What stands between the products of a decoded token, in float32: rows of some thousand numbers, for which an operation of torch costs
/// more than what it computes.
/// </summary>
static unsafe class FewRows
{
    /// <summary><see cref="RmsNorm"/> of rows [R, D].</summary>
    public static Tensor Norm(Tensor x_RD, Tensor weight_D, double eps)
    {
        var (rows, features) = ((int)x_RD.shape[0], (int)x_RD.shape[1]);
        var normed_RD = empty(x_RD.shape, ScalarType.Float32);
        using var given_D = weight_D.to(ScalarType.Float32);
        float* x = NativeData.PointerTo<float>(x_RD), w = NativeData.PointerTo<float>(given_D), y = NativeData.PointerTo<float>(normed_RD);
        for (var r = 0; r < rows; r++, x += features, y += features)
        {
            var squares = Vector512<float>.Zero;                                           // features are a multiple of DecodeKernel.Block
            for (var d = 0; d < features; d += Lanes.Count)
                squares = Vector512.FusedMultiplyAdd(Vector512.Load(x + d), Vector512.Load(x + d), squares);
            var scale = Vector512.Create((float)(1 / Math.Sqrt(Vector512.Sum(squares) / features + eps)));
            for (var d = 0; d < features; d += Lanes.Count) (Vector512.Load(x + d) * scale * Vector512.Load(w + d)).Store(y + d);
        }
        GC.KeepAlive(x_RD);
        return normed_RD;
    }

    /// <summary>Turns each head of rows [R, N * H] by its row's place, in place, into the order of <see cref="RotaryTable"/>.</summary>
    public static void Rotate(Tensor x_RX, int head, RotaryTable rope, DecodingStep step)
    {
        var (rows, width, half) = ((int)x_RX.shape[0], (int)x_RX.shape[1], head / 2);
        var places = step.Places;
        using var parts_SF2 = view_as_real(rope.Turns_SF);
        float* x = NativeData.PointerTo<float>(x_RX), table = NativeData.PointerTo<float>(parts_SF2);
        var kept = stackalloc float[head];
        for (var r = 0; r < rows; r++)
        {
            var turns = table + places[r] * head;
            for (var start = x + (long)r * width; start < x + (long)(r + 1) * width; start += head)
            {
                new ReadOnlySpan<float>(start, head).CopyTo(new(kept, head));
                for (var f = 0; f < half; f++)
                {
                    var (a, b, cos, sin) = (kept[f], kept[f + half], turns[2 * f], turns[2 * f + 1]);
                    start[2 * f] = a * cos - b * sin;
                    start[2 * f + 1] = a * sin + b * cos;
                }
            }
        }
        GC.KeepAlive(x_RX);
    }

    /// <summary>silu(g) u, in the place of g.</summary>
    public static void Gate(Tensor g, Tensor u)
    {
        float* gate = NativeData.PointerTo<float>(g), up = NativeData.PointerTo<float>(u);
        var count = g.numel();                                                             // a multiple of DecodeKernel.Block a row
        for (var i = 0L; i < count; i += Lanes.Count)
        {
            var x = Vector512.Load(gate + i);
            (x * Lanes.Sigmoid(x) * Vector512.Load(up + i)).Store(gate + i);
        }
        GC.KeepAlive(g);
        GC.KeepAlive(u);
    }

    /// <summary>Attention of a token a row over all that a bfloat16 cache holds: [R, N * H].</summary>
    public static Tensor Mix(Tensor q_RX, KeyValueCache cache, int layer, int head)
    {
        var (keys_RKCH, values_RKCH) = cache.RoomOf(layer);
        var (rows, shared, room, length) = ((int)keys_RKCH.shape[0], (int)keys_RKCH.shape[1], keys_RKCH.shape[2], cache.Length);
        var group = (int)(q_RX.shape[1] / head / shared);
        var mixed_RX = empty(q_RX.shape, ScalarType.Float32);
        ushort* keys = NativeData.PointerTo<ushort>(keys_RKCH), values = NativeData.PointerTo<ushort>(values_RKCH);
        float* q = NativeData.PointerTo<float>(q_RX), mixed = NativeData.PointerTo<float>(mixed_RX);
        ParallelRows.Run(rows * shared, 1, (first, end) =>
        {
            var scores = new float[group * LoraKernel.Room(length)];
            fixed (float* s = scores)
                for (var i = first; i < end; i++)
                    Head(q + (long)i * group * head, keys + i * room * head, values + i * room * head, mixed + (long)i * group * head, s,
                        group, head, length);
        });
        GC.KeepAlive(q_RX);
        return mixed_RX;
    }

    /// <summary>The G queries that share a key-value head.</summary>
    static void Head(float* q, ushort* keys, ushort* values, float* mixed, float* scores, int group, int head, int length)
    {
        var (scale, stride) = ((float)(1 / Math.Sqrt(head)), LoraKernel.Room(length));
        for (var l = 0; l < length; l++)
            for (var g = 0; g < group; g++)
            {
                var sum = Vector512<float>.Zero;
                for (var h = 0; h < head; h += Lanes.Count)
                    sum = Vector512.FusedMultiplyAdd(Lanes.Load(keys + (long)l * head + h), Vector512.Load(q + g * head + h), sum);
                scores[g * stride + l] = Vector512.Sum(sum) * scale;
            }
        for (var g = 0; g < group; g++) Softmax(scores + g * stride, length, stride);
        for (var h = 0; h < head; h += Lanes.Count)
            for (var g = 0; g < group; g++)
            {
                var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
                var weights = scores + g * stride;
                var l = 0;
                for (; l + 1 < length; l += 2)
                {
                    even = Vector512.FusedMultiplyAdd(Lanes.Load(values + (long)l * head + h), Vector512.Create(weights[l]), even);
                    odd = Vector512.FusedMultiplyAdd(Lanes.Load(values + (long)(l + 1) * head + h), Vector512.Create(weights[l + 1]), odd);
                }
                if (l < length)
                    even = Vector512.FusedMultiplyAdd(Lanes.Load(values + (long)l * head + h), Vector512.Create(weights[l]), even);
                (even + odd).Store(mixed + g * head + h);
            }
    }

    /// <summary>In place; what stands between length and room becomes 0.</summary>
    static void Softmax(float* x, int length, int room)
    {
        for (var i = length; i < room; i++) x[i] = float.NegativeInfinity;
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < room; i += Lanes.Count) most = Vector512.Max(most, Vector512.Load(x + i));
        var top = float.NegativeInfinity;
        for (var i = 0; i < Lanes.Count; i++) top = MathF.Max(top, most[i]);
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < room; i += Lanes.Count)
        {
            var e = Lanes.Exp(Vector512.Load(x + i) - Vector512.Create(top));
            e.Store(x + i);
            sum += e;
        }
        var total = Vector512.Sum(sum);                                                    // behind the end e^-87 is added: nothing
        for (var i = 0; i < length; i++) x[i] /= total;
    }
}
