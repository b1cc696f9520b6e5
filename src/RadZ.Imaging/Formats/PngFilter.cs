using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RadZ.Imaging.Formats;

/// <summary>Undoes the row filters of PNG (specification 9.2).</summary>
static class PngFilter
{
    /// <summary>Restores a row in place. False for a filter that does not exist.</summary>
    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">The filtered bytes.</param>
    /// <param name="above">The restored row above; zeros above the first.</param>
    /// <param name="step">Bytes a pixel, at least 1.</param>
    public static bool Reverse(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0: break;
            case 1: Sub(row, step); break;
            case 2: Up(row, above); break;
            case 3: Average(row, above, step); break;
            case 4: Paeth(row, above, step); break;
            default: return false;
        }
        return true;
    }

    static void Sub(Span<byte> row, int step)
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        for (var i = step; i < row.Length; i++)
            Unsafe.Add(ref first, i) += Unsafe.Add(ref first, i - step);
    }

    static void Up(Span<byte> row, ReadOnlySpan<byte> above)
    {
        above = above[..row.Length];
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] += above[i];
    }

    static void Average(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        step = Math.Min(step, row.Length);
        for (var i = 0; i < step; i++)
            row[i] += (byte)(above[i] >> 1);
        ref var first = ref MemoryMarshal.GetReference(row);
        ref var up = ref MemoryMarshal.GetReference(above[..row.Length]);
        for (var i = step; i < row.Length; i++)
            Unsafe.Add(ref first, i) += (byte)((Unsafe.Add(ref first, i - step) + Unsafe.Add(ref up, i)) >> 1);
    }

    static void Paeth(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        step = Math.Min(step, row.Length);
        for (var i = 0; i < step; i++)
            row[i] += above[i];
        ref var first = ref MemoryMarshal.GetReference(row);
        ref var up = ref MemoryMarshal.GetReference(above[..row.Length]);
        if (step == 1)                                      // the most common X-ray: what is known stays in registers
        {
            int left = first, corner = up;
            for (var i = 1; i < row.Length; i++)
            {
                int top = Unsafe.Add(ref up, i);
                left = (byte)(Unsafe.Add(ref first, i) + Predict(left, top, corner));
                Unsafe.Add(ref first, i) = (byte)left;
                corner = top;
            }
            return;
        }
        for (var i = step; i < row.Length; i++)
            Unsafe.Add(ref first, i) += (byte)Predict(Unsafe.Add(ref first, i - step), Unsafe.Add(ref up, i), Unsafe.Add(ref up, i - step));
    }

    /// <summary>
    /// Of left, up and corner the nearest to left + up - corner, the first of equals. Noise would mislead branches; masks do without.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Predict(int left, int up, int corner)
    {
        var (toLeft, toUp) = (Magnitude(up - corner), Magnitude(left - corner));
        var toCorner = Magnitude(left + up - 2 * corner);
        var upLoses = (toCorner - toUp) >> 31;              // all ones where the corner is nearer
        var best = up ^ ((up ^ corner) & upLoses);
        var near = toUp ^ ((toUp ^ toCorner) & upLoses);
        return left ^ ((left ^ best) & ((near - toLeft) >> 31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Magnitude(int value) => (value ^ (value >> 31)) - (value >> 31);
}
