using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RadZ.Model.Kernels;

/// <summary>
/// Sixteen numbers at a time between bfloat16 in memory and float32 in registers. Numbers are rounded to the nearest, ties to even, as
/// torch rounds them; NaN stays NaN.
/// </summary>
static unsafe class Lanes
{
    /// <summary>Numbers of a register.</summary>
    public const int Count = 16;

    /// <summary>Sixteen bfloat16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* from)
    {
        var words = Vector256.Load(from);
        var wide = Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(words)
            : Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words));
        return (wide << 16).AsSingle();
    }

    /// <summary>The first <paramref name="count"/> of sixteen, zeros behind them; nothing beyond them is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* from, int count) => count >= Count ? Load(from) : LoadPart(from, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector512<float> LoadPart(ushort* from, int count)
    {
        var part = stackalloc ushort[Count];
        for (var i = 0; i < Count; i++) part[i] = i < count ? from[i] : (ushort)0;
        return Load(part);
    }

    /// <summary>Rounds and stores sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, ushort* to) => Rounded(x).Store(to);

    /// <summary>Rounds and stores the first <paramref name="count"/> of sixteen; nothing beyond them is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, ushort* to, int count)
    {
        if (count >= Count) Store(x, to);
        else StorePart(x, to, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void StorePart(Vector512<float> x, ushort* to, int count)
    {
        var part = stackalloc ushort[Count];
        Store(x, part);
        for (var i = 0; i < count; i++) to[i] = part[i];
    }

    /// <summary>x as bfloat16 would hold it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Round(Vector512<float> x) => (Bits(x) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ushort> Rounded(Vector512<float> x)
    {
        var bits = Bits(x);
        return Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(bits) : Vector256.Narrow(bits.GetLower(), bits.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> Bits(Vector512<float> x)
    {
        var bits = x.AsUInt32();
        var up = (bits + (((bits >>> 16) & Vector512.Create(1u)) + Vector512.Create(0x7FFFu))) >>> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), up, Vector512.Create(0x7FC0u));
    }

    /// <summary>e^x to float32's accuracy, 2 units in the last place; beyond float32's range its ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87.3f)), Vector512.Create(88.3f));
        var whole = Vector512.Round(x * Vector512.Create(1.44269504f));
        var rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693145752f), x);
        rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), rest);
        var p = Vector512.Create(1 / 720f);
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(1 / 120f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(1 / 24f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(1 / 6f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512<float>.One);
        return (p.AsInt32() + (Vector512.ConvertToInt32Native(whole) << 23)).AsSingle();
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));
}
