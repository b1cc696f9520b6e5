using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace RadZ.Model.Runtime;

/// <summary>
/// Normal numbers by counter: number i of a weight is a function of (seed, name, i) alone, so that any part of any weight can be made
/// on any thread. Sixteen hashed bits pick one of 65,536 quantiles of the normal distribution, already in the weight's dtype: a number
/// costs a shift and a look-up, and a 7B checkpoint is written as fast as the disk takes it.
/// </summary>
sealed class RandomNumbers
{
    const ulong Golden = 0x9E37_79B9_7F4A_7C15;
    readonly int _size;
    readonly ushort[] _half = [];
    readonly float[] _whole = [];

    /// <param name="type">float32, float16 or bfloat16.</param>
    /// <param name="deviation">Standard deviation.</param>
    public RandomNumbers(ScalarType type, double deviation)
    {
        float[] quantiles = [.. Quantiles().Select(q => (float)(q * deviation))];
        _size = type == ScalarType.Float32 ? 4 : 2;
        if (type == ScalarType.Float32) _whole = quantiles;
        else _half = [.. quantiles.Select(q => Bits(type, q))];
    }

    /// <summary>The key of one weight's numbers.</summary>
    public static ulong Key(int seed, string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{name}")));

    /// <summary>Bits of a number in a 16-bit dtype, rounded to nearest even.</summary>
    public static ushort Bits(ScalarType type, float value) => type == ScalarType.Float16
        ? BitConverter.HalfToUInt16Bits((Half)value)
        : (ushort)((BitConverter.SingleToUInt32Bits(value) + 0x7FFF + ((BitConverter.SingleToUInt32Bits(value) >> 16) & 1)) >> 16);

    /// <summary>Fills bytes with the numbers from <paramref name="first"/> on, which is a multiple of four.</summary>
    public void Fill(Span<byte> bytes, ulong key, long first)
    {
        var counter = key + (ulong)(first / 4) * Golden;
        if (_size == 4) Fill(MemoryMarshal.Cast<byte, float>(bytes), counter, _whole);
        else Fill(MemoryMarshal.Cast<byte, ushort>(bytes), counter, _half);
    }

    static void Fill<T>(Span<T> numbers, ulong counter, T[] quantiles)
    {
        var whole = numbers.Length & ~3;
        for (var i = 0; i < whole; i += 4, counter += Golden)
        {
            var bits = Mixed(counter);
            numbers[i] = quantiles[(ushort)bits];
            numbers[i + 1] = quantiles[(ushort)(bits >> 16)];
            numbers[i + 2] = quantiles[(ushort)(bits >> 32)];
            numbers[i + 3] = quantiles[bits >> 48];
        }
        var last = Mixed(counter);
        for (var i = whole; i < numbers.Length; i++, last >>= 16) numbers[i] = quantiles[(ushort)last];
    }

    /// <summary>SplitMix64's finaliser (Steele, Lea and Flood 2014).</summary>
    static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>Quantiles of the normal distribution at (i + 1/2) / 65,536.</summary>
    static double[] Quantiles()
    {
        using var _ = NewDisposeScope();
        var half = (arange(32_768, ScalarType.Float64).Plus(0.5).Over(32_768)).erfinv().Times(Math.Sqrt(2)).data<double>().ToArray();
        return [.. half.Reverse().Select(q => -q), .. half];
    }
}
