using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RadZ.Imaging.Preparation;

/// <summary>The one inner loop of the resize: columns of bytes, weighted and summed in 22-bit fixed point, clipped to a byte.</summary>
static class WeightedSum
{
    const int Half = 1 << (BicubicTable.Precision - 1);
    const int Block = 64;

    /// <summary>into[x] = clip(round(sum over t of weights[t] * source[t * stride + x])), exactly.</summary>
    /// <param name="source">Rows of bytes, <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one weight's row to the next.</param>
    /// <param name="weights">22-bit fixed point; their sum of magnitudes times 255 stays below 2^31.</param>
    /// <param name="into">One byte a column.</param>
    public static void Compute(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> into)
    {
        var columns = into.Length;
        if (!Vector256.IsHardwareAccelerated || columns < Block)
        {
            Plain(source, stride, weights, into);
            return;
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, (weights.Length - 1) * stride + columns);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(into);
        for (var x = 0; x < columns; x += Block)
        {
            var at = Math.Min(x, columns - Block);                  // the last block overlaps the one before
            if (Vector512.IsHardwareAccelerated)
                Block512(ref Unsafe.Add(ref from, at), stride, weights, ref Unsafe.Add(ref to, at));
            else
            {
                Block256(ref Unsafe.Add(ref from, at), stride, weights, ref Unsafe.Add(ref to, at));
                Block256(ref Unsafe.Add(ref from, at + 32), stride, weights, ref Unsafe.Add(ref to, at + 32));
            }
        }
    }

    /// <summary>The same without vectors: for narrow pictures, other machines, and to be tested against.</summary>
    public static void Plain(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> into)
    {
        for (var x = 0; x < into.Length; x++)
        {
            var sum = Half;
            for (int t = 0, at = x; t < weights.Length; t++, at += stride)
                sum += weights[t] * source[at];
            into[x] = (byte)Math.Clamp(sum >> BicubicTable.Precision, 0, 255);
        }
    }

    static void Block512(ref byte from, int stride, ReadOnlySpan<int> weights, ref byte to)
    {
        Vector512<int> a, b, c, d;
        a = b = c = d = Vector512.Create(Half);
        for (var t = 0; t < weights.Length; t++)
        {
            var weight = Vector512.Create(weights[t]);
            ref var row = ref Unsafe.Add(ref from, (nint)t * stride);
            a += weight * Widen512(ref row);
            b += weight * Widen512(ref Unsafe.Add(ref row, 16));
            c += weight * Widen512(ref Unsafe.Add(ref row, 32));
            d += weight * Widen512(ref Unsafe.Add(ref row, 48));
        }
        Vector512.Narrow(Vector512.Narrow(Level(a), Level(b)).AsUInt16(), Vector512.Narrow(Level(c), Level(d)).AsUInt16())
            .StoreUnsafe(ref to);

        static Vector512<int> Level(Vector512<int> sum) =>
            Vector512.Min(Vector512.Max(sum >> BicubicTable.Precision, Vector512<int>.Zero), Vector512.Create(255));
    }

    /// <summary>32 columns; of its own so that a machine with wider vectors can test it.</summary>
    internal static void Block256(ref byte from, int stride, ReadOnlySpan<int> weights, ref byte to)
    {
        Vector256<int> a, b, c, d;
        a = b = c = d = Vector256.Create(Half);
        for (var t = 0; t < weights.Length; t++)
        {
            var weight = Vector256.Create(weights[t]);
            ref var row = ref Unsafe.Add(ref from, (nint)t * stride);
            a += weight * Widen256(ref row);
            b += weight * Widen256(ref Unsafe.Add(ref row, 8));
            c += weight * Widen256(ref Unsafe.Add(ref row, 16));
            d += weight * Widen256(ref Unsafe.Add(ref row, 24));
        }
        Vector256.Narrow(Vector256.Narrow(Level(a), Level(b)).AsUInt16(), Vector256.Narrow(Level(c), Level(d)).AsUInt16())
            .StoreUnsafe(ref to);

        static Vector256<int> Level(Vector256<int> sum) =>
            Vector256.Min(Vector256.Max(sum >> BicubicTable.Precision, Vector256<int>.Zero), Vector256.Create(255));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Widen512(ref byte at)
    {
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            return System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref at));
        var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref at));
        var (first, second) = Vector256.Widen(Vector256.Create(low, high));
        return Vector512.Create(first, second).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Widen256(ref byte at)
    {
        var eight = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref at)).AsByte();
        if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            return System.Runtime.Intrinsics.X86.Avx2.ConvertToVector256Int32(eight);
        var (low, high) = Vector128.Widen(Vector128.WidenLower(eight));
        return Vector256.Create(low, high).AsInt32();
    }
}
