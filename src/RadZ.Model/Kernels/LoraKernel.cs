using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RadZ.Model.Kernels;

// F features (inputs or outputs), R rows, K ranks of a group of 16, P = R rounded up to 16

/// <summary>
/// Which inputs an adapter drops: a hash of the number's place and two keys, so that a mask is made where it is read, by all threads alike,
/// and is never stored. The third step of Murmur3 (Appleby), with a key before and within.
/// </summary>
readonly record struct DropKey(uint First, uint Second, uint Least)
{
    /// <param name="key">64 random bits.</param>
    /// <param name="share">Share of the inputs that are dropped, 0 &lt;= share &lt; 1.</param>
    public static DropKey Create(ulong key, double share) =>
        new((uint)key, (uint)(key >> 32), (uint)Math.Min(share * (1L << 32), uint.MaxValue));

    /// <summary>x where it is kept, 0 where not; <paramref name="place"/> is that of the first of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply(Vector512<float> x, uint place)
    {
        var h = (Vector512.Create(place) + Vector512<uint>.Indices) * Vector512.Create(0x9E37_79B1u) + Vector512.Create(First);
        h = (h ^ (h >>> 16)) * Vector512.Create(0x85EB_CA6Bu);
        h = (h ^ (h >>> 13) ^ Vector512.Create(Second)) * Vector512.Create(0xC2B2_AE35u);
        h ^= h >>> 16;
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(h, Vector512.Create(Least)).AsSingle(), x, Vector512<float>.Zero);
    }

    /// <summary>
    /// 1 where a number of x, [.., features], is kept and 0 where not, in float32: what the kernels keep, for the plain operations.
    /// </summary>
    public unsafe Tensor Mask(Tensor x)
    {
        using var _ = NewDisposeScope();
        var (key, features) = (this, (int)x.shape[^1]);
        var rows = (int)(x.numel() / features);
        var kept_IR = empty([features, rows], ScalarType.Float32);
        var at = (nint)NativeData.PointerTo<float>(kept_IR);
        ParallelRows.Run(features, 32, (first, end) =>
        {
            var part = stackalloc float[Lanes.Count];
            for (var f = first; f < end; f++)
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var place = (long)f * rows + r;
                    key.Apply(Vector512<float>.One, (uint)place).Store(part);
                    new Span<float>(part, Math.Min(Lanes.Count, rows - r)).CopyTo(new Span<float>((float*)at + place, Lanes.Count));
                }
        });
        GC.KeepAlive(kept_IR);
        return kept_IR.t().reshape(x.shape).to(x.device).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// The narrow products of an adapter over bfloat16 activations in <see cref="FeatureOrder"/>: sixteen ranks at a time, float32 throughout,
/// both threads, sums in fixed parts. Columns of [K, P] beyond the last row hold zeros.
/// </summary>
static unsafe class LoraKernel
{
    /// <summary>Ranks computed together.</summary>
    public const int Group = 16;

    const int Part = 256;

    /// <summary>R rounded up to whole registers.</summary>
    public static int Room(int rows) => (rows + Lanes.Count - 1) / Lanes.Count * Lanes.Count;

    /// <summary>sum over features of m[f, k] x[f, r] times a factor, [K, P]; x as far as it is kept.</summary>
    public static Tensor Reduced(ushort* x, int features, int rows, float* m_FK, double factor, DropKey? drop)
    {
        using var _ = NewDisposeScope();
        var (parts, room) = ((features + Part - 1) / Part, Room(rows));
        var sums_CKP = empty([parts, Group, room], ScalarType.Float32);
        float* sums = NativeData.PointerTo<float>(sums_CKP);
        ParallelRows.Run(parts, 1, (first, end) =>
        {
            for (var p = first; p < end; p++)
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var to = sums + (long)p * Group * room + r;
                    ReducePart(x, p * Part, Math.Min(features, (p + 1) * Part), rows, r, m_FK, drop, to, room);
                }
        });
        var total_KP = empty([Group, room], ScalarType.Float32);
        float* total = NativeData.PointerTo<float>(total_KP);
        var scale = Vector512.Create((float)factor);
        for (var i = 0; i < Group * room; i += Lanes.Count)
        {
            var sum = Vector512.Load(sums + i);
            for (var p = 1; p < parts; p++) sum += Vector512.Load(sums + (long)p * Group * room + i);
            (sum * scale).Store(total + i);
        }
        GC.KeepAlive(sums_CKP);
        return total_KP.MoveToOuterDisposeScope();
    }

    static void ReducePart(ushort* x, int first, int end, int rows, int r, float* m, DropKey? drop, float* to, int room)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default,
        a15 = default;
        var key = drop.GetValueOrDefault();
        for (var f = first; f < end; f++)
        {
            var at = (long)f * rows + r;
            var v = Lanes.Load(x + at, rows - r);
            if (drop is not null) v = key.Apply(v, (uint)at);
            var w = m + (long)f * Group;
            a0 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[0]), a0);
            a1 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[1]), a1);
            a2 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[2]), a2);
            a3 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[3]), a3);
            a4 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[4]), a4);
            a5 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[5]), a5);
            a6 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[6]), a6);
            a7 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[7]), a7);
            a8 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[8]), a8);
            a9 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[9]), a9);
            a10 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[10]), a10);
            a11 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[11]), a11);
            a12 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[12]), a12);
            a13 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[13]), a13);
            a14 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[14]), a14);
            a15 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w[15]), a15);
        }
        a0.Store(to);
        a1.Store(to + room);
        a2.Store(to + 2 * room);
        a3.Store(to + 3 * room);
        a4.Store(to + 4 * room);
        a5.Store(to + 5 * room);
        a6.Store(to + 6 * room);
        a7.Store(to + 7 * room);
        a8.Store(to + 8 * room);
        a9.Store(to + 9 * room);
        a10.Store(to + 10 * room);
        a11.Store(to + 11 * room);
        a12.Store(to + 12 * room);
        a13.Store(to + 13 * room);
        a14.Store(to + 14 * room);
        a15.Store(to + 15 * room);
    }

    /// <summary>y[f, r] += sum over k of m[f, k] t[k, r], where it is kept.</summary>
    public static void AddOuter(ushort* y, int features, int rows, float* m_FK, float* t_KP, DropKey? drop)
    {
        var room = Room(rows);
        ParallelRows.Run(features, 32, (first, end) =>
        {
            var key = drop.GetValueOrDefault();
            for (var r = 0; r < rows; r += Lanes.Count)
            {
                var t = t_KP + r;
                var (t0, t1, t2, t3) = (Vector512.Load(t), Vector512.Load(t + room), Vector512.Load(t + 2 * room),
                    Vector512.Load(t + 3 * room));
                var (t4, t5, t6, t7) = (Vector512.Load(t + 4 * room), Vector512.Load(t + 5 * room), Vector512.Load(t + 6 * room),
                    Vector512.Load(t + 7 * room));
                var (t8, t9, t10, t11) = (Vector512.Load(t + 8 * room), Vector512.Load(t + 9 * room), Vector512.Load(t + 10 * room),
                    Vector512.Load(t + 11 * room));
                var (t12, t13, t14, t15) = (Vector512.Load(t + 12 * room), Vector512.Load(t + 13 * room), Vector512.Load(t + 14 * room),
                    Vector512.Load(t + 15 * room));
                for (var f = first; f < end; f++)
                {
                    var w = m_FK + (long)f * Group;
                    var a = Vector512.Create(w[0]) * t0;
                    var b = Vector512.Create(w[1]) * t1;
                    var c = Vector512.Create(w[2]) * t2;
                    var d = Vector512.Create(w[3]) * t3;
                    a = Vector512.FusedMultiplyAdd(Vector512.Create(w[4]), t4, a);
                    b = Vector512.FusedMultiplyAdd(Vector512.Create(w[5]), t5, b);
                    c = Vector512.FusedMultiplyAdd(Vector512.Create(w[6]), t6, c);
                    d = Vector512.FusedMultiplyAdd(Vector512.Create(w[7]), t7, d);
                    a = Vector512.FusedMultiplyAdd(Vector512.Create(w[8]), t8, a);
                    b = Vector512.FusedMultiplyAdd(Vector512.Create(w[9]), t9, b);
                    c = Vector512.FusedMultiplyAdd(Vector512.Create(w[10]), t10, c);
                    d = Vector512.FusedMultiplyAdd(Vector512.Create(w[11]), t11, d);
                    a = Vector512.FusedMultiplyAdd(Vector512.Create(w[12]), t12, a);
                    b = Vector512.FusedMultiplyAdd(Vector512.Create(w[13]), t13, b);
                    c = Vector512.FusedMultiplyAdd(Vector512.Create(w[14]), t14, c);
                    d = Vector512.FusedMultiplyAdd(Vector512.Create(w[15]), t15, d);
                    var at = (long)f * rows + r;
                    var sum = a + b + (c + d);
                    if (drop is not null) sum = key.Apply(sum, (uint)at);
                    Lanes.Store(Lanes.Load(y + at, rows - r) + sum, y + at, rows - r);
                }
            }
        });
    }

    /// <summary>sum over rows of x[f, r] t[k, r], [F, K]; x as far as it is kept.</summary>
    public static void Dots(ushort* x, int features, int rows, float* t_KP, DropKey? drop, float* to_FK)
    {
        var room = Room(rows);
        ParallelRows.Run(features, 16, (first, end) =>
        {
            var key = drop.GetValueOrDefault();
            var row = stackalloc float[room];
            for (var f = first; f < end; f++)
            {
                for (var r = 0; r < rows; r += Lanes.Count)
                {
                    var at = (long)f * rows + r;
                    var v = Lanes.Load(x + at, rows - r);
                    (drop is null ? v : key.Apply(v, (uint)at)).Store(row + r);
                }
                for (var k = 0; k < Group; k += 4)
                {
                    var t = t_KP + (long)k * room;
                    Vector512<float> a = default, b = default, c = default, d = default;
                    for (var r = 0; r < room; r += Lanes.Count)
                    {
                        var v = Vector512.Load(row + r);
                        a = Vector512.FusedMultiplyAdd(v, Vector512.Load(t + r), a);
                        b = Vector512.FusedMultiplyAdd(v, Vector512.Load(t + room + r), b);
                        c = Vector512.FusedMultiplyAdd(v, Vector512.Load(t + 2 * room + r), c);
                        d = Vector512.FusedMultiplyAdd(v, Vector512.Load(t + 3 * room + r), d);
                    }
                    var sums = to_FK + (long)f * Group + k;
                    (sums[0], sums[1], sums[2], sums[3]) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
                }
            }
        });
    }
}
