using System.Runtime.Intrinsics;

namespace RadZ.Model.Kernels;

// R rows of scores, S keys

/// <summary>
/// softmax(scale x) over rows of bfloat16 scores, of which later keys than a query may see get nothing: one pass in the cache, float32
/// inside, with its gradient.
/// </summary>
static unsafe class FusedSoftmax
{
    /// <summary>The most keys.</summary>
    public const int MostKeys = 4096;

    static readonly Vector512<int> s_lane = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    /// <summary>Weights [.., S] of scores [.., S] that nobody else holds: without gradients they are overwritten.</summary>
    /// <param name="scores">Products of queries and keys, bfloat16, dense; rows of a head's queries follow each other.</param>
    /// <param name="scale">What they are multiplied by.</param>
    /// <param name="queries">Queries of a head.</param>
    /// <param name="seen">Keys that a head's first query sees; each further one sees one more, up to all.</param>
    public static Tensor Compute(Tensor scores, double scale, int queries, int seen)
    {
        var state = new State((float)scale, queries, seen);
        if (is_grad_enabled() && scores.requires_grad) return Function.apply(scores, state);
        Forward([(scores, scores, state)]);
        return scores.alias();
    }

    /// <summary>The same of several blocks of scores, without gradients and in their place: the threads come together once.</summary>
    public static void Overwrite(IEnumerable<(Tensor Scores, int Queries, int Seen)> blocks, double scale) =>
        Forward([.. blocks.Select(b => (b.Scores, b.Scores, new State((float)scale, b.Queries, b.Seen)))]);

    sealed record State(float Scale, int Queries, int Seen);

    /// <summary>Rows that a thread takes at once.</summary>
    const int Together = 64;

    static void Forward(IReadOnlyList<(Tensor Scores, Tensor Weights, State State)> blocks)
    {
        var work = blocks.SelectMany(b =>
        {
            var (keys, from, to) = ((int)b.Scores.shape[^1], (nint)NativeData.PointerTo<ushort>(b.Scores),
                (nint)NativeData.PointerTo<ushort>(b.Weights));
            var rows = (int)(b.Scores.numel() / keys);
            return Enumerable.Range(0, (rows + Together - 1) / Together)
                .Select(i => (From: from, To: to, Keys: keys, b.State, First: i * Together, End: Math.Min(rows, (i + 1) * Together)));
        }).ToArray();
        ParallelRows.Run(work.Length, 1, (first, end) =>
        {
            var room = stackalloc float[MostKeys];
            foreach (var (from, to, keys, state, begin, last) in work.AsSpan(first, end - first))
                for (var r = begin; r < last; r++)
                    Row((ushort*)from + (long)r * keys, (ushort*)to + (long)r * keys, room, keys,
                        Math.Min(keys, state.Seen + r % state.Queries), state.Scale);
        });
        GC.KeepAlive(blocks);
    }

    static void Row(ushort* from, ushort* to, float* room, int keys, int seen, float scale)
    {
        var (most, odd, steep) = (Vector512.Create(float.NegativeInfinity), Vector512<float>.Zero, Vector512.Create(scale));
        var whole = seen / Lanes.Count * Lanes.Count;
        for (var i = 0; i < whole; i += Lanes.Count)
        {
            var x = Lanes.Load(from + i) * steep;
            odd |= ~Vector512.Equals(x, x);
            x.Store(room + i);
            most = Vector512.MaxNative(most, x);
        }
        if (whole < seen)
        {
            var within = Within(seen - whole);
            var x = Vector512.ConditionalSelect(within, Lanes.Load(from + whole, keys - whole) * steep,
                Vector512.Create(float.NegativeInfinity));
            odd |= ~Vector512.Equals(x, x);
            x.Store(room + whole);
            most = Vector512.MaxNative(most, x);
        }
        var top = float.NegativeInfinity;
        for (var l = 0; l < Lanes.Count; l++) top = Math.Max(top, most[l]);
        if (!float.IsFinite(top) || odd != Vector512<float>.Zero)
        {
            // as torch has it: infinite or no number in, no number out
            new Span<ushort>(to, seen).Fill(0x7FC0);
            new Span<ushort>(to + seen, keys - seen).Clear();
            return;
        }
        var (sum, high) = (Vector512<float>.Zero, Vector512.Create(top));
        for (var i = 0; i < whole; i += Lanes.Count)
        {
            var p = Lanes.Exp(Vector512.Load(room + i) - high);
            p.Store(room + i);
            sum += p;
        }
        if (whole < seen)
        {
            var p = Lanes.Exp(Vector512.Load(room + whole) - high) & Within(seen - whole);   // e^-87 is not yet nothing
            p.Store(room + whole);
            sum += p;
        }
        var share = Vector512.Create(1 / Vector512.Sum(sum));
        for (var i = 0; i < seen; i += Lanes.Count) Lanes.Store(Vector512.Load(room + i) * share, to + i, keys - i);
        var written = (seen + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        if (written < keys) new Span<ushort>(to + written, keys - written).Clear();
    }

    /// <summary>All ones in the first <paramref name="count"/> lanes.</summary>
    static Vector512<float> Within(int count) => Vector512.LessThan(s_lane, Vector512.Create(count)).AsSingle();

    /// <summary>With p the weights and g their gradient: scale p (g - sum p g).</summary>
    static Tensor Backward(Tensor weights, Tensor gradient, State state)
    {
        var result = empty(weights.shape, ScalarType.BFloat16);
        var (keys, p, g, to) = ((int)weights.shape[^1], (nint)NativeData.PointerTo<ushort>(weights),
            (nint)NativeData.PointerTo<ushort>(gradient),
            (nint)NativeData.PointerTo<ushort>(result));
        ParallelRows.Run((int)(weights.numel() / keys), 16, (first, end) =>
        {
            for (var r = first; r < end; r++)
            {
                var at = (long)r * keys;
                var sum = Vector512<float>.Zero;
                for (var i = 0; i < keys; i += Lanes.Count)
                    sum = Vector512.FusedMultiplyAdd(Lanes.Load((ushort*)p + at + i, keys - i), Lanes.Load((ushort*)g + at + i, keys - i),
                        sum);
                var (dot, scale) = (Vector512.Create(Vector512.Sum(sum)), Vector512.Create(state.Scale));
                for (var i = 0; i < keys; i += Lanes.Count)
                    Lanes.Store(scale * Lanes.Load((ushort*)p + at + i, keys - i) * (Lanes.Load((ushort*)g + at + i, keys - i) - dot),
                        (ushort*)to + at + i, keys - i);
            }
        });
        GC.KeepAlive(weights);
        GC.KeepAlive(gradient);
        return result;
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedSoftmax);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            var (scores, state) = ((Tensor)arguments[0], (State)arguments[1]);
            var weights = empty(scores.shape, ScalarType.BFloat16);
            Forward([(scores, weights, state)]);
            context.save_data("state", state);
            context.save_for_backward([weights]);
            return weights;
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            using var _ = NewDisposeScope();
            return [Backward(context.get_saved_variables()[0], gradient.contiguous(), (State)context.get_data("state"))
                .MoveToOuterDisposeScope(), null!];
        }
    }
}
