using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RadZ.Evaluation.Projection;

/// <summary>
/// Rows of unit length, and their cosines. Sums have one order on every machine, so that the same features give the same picture.
/// </summary>
static class UnitRows
{
    /// <summary>The rows divided by their lengths.</summary>
    /// <exception cref="ArgumentException">A row has another width, is not finite, or is zero: it has no direction.</exception>
    public static float[][] Normalize(IReadOnlyList<float[]> rows) => [.. rows.Select((row, i) =>
    {
        if (row.Length != rows[0].Length)
            throw new ArgumentException($"row {i} has {row.Length} numbers, row 0 has {rows[0].Length}; features of one model have one " +
                "width.");
        var length = Math.Sqrt(row.Sum(v => (double)v * v));
        if (!(length > 0) || !double.IsFinite(length)) throw new ArgumentException($"row {i} has length {length}; it has no direction.");
        return Array.ConvertAll(row, v => (float)(v / length));
    })];

    /// <summary>The scalar product of two rows.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector256<float>.Zero;
        ReadOnlySpan<Vector256<float>> lanesA = MemoryMarshal.Cast<float, Vector256<float>>(a),
        lanesB = MemoryMarshal.Cast<float, Vector256<float>>(b);
        for (var i = 0; i < lanesA.Length; i++) sum += lanesA[i] * lanesB[i];
        var total = Sum(sum);
        for (var i = lanesA.Length * Vector256<float>.Count; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    /// <summary>The eight lanes, first to last.</summary>
    public static float Sum(Vector256<float> lanes)
    {
        var total = 0f;
        for (var i = 0; i < Vector256<float>.Count; i++) total += lanes[i];
        return total;
    }

    /// <summary>The mean row.</summary>
    public static double[] Mean(IReadOnlyList<float[]> rows)
    {
        var mean = new double[rows[0].Length];
        foreach (var row in rows)
            for (var d = 0; d < mean.Length; d++) mean[d] += row[d] / rows.Count;
        return mean;
    }
}
