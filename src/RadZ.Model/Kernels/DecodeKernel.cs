using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RadZ.Model.Kernels;

// O outputs, I inputs, g numbers that share a scale

/// <summary>
/// Products of one weight row and one float32 vector, as the weights are stored. A decoded token reads every weight once, so time is
/// bytes over memory bandwidth: the kernels only have to keep up with the memory. 512-bit vectors; where the processor has none, .NET
/// computes the same with narrower ones.
/// </summary>
static unsafe class DecodeKernel
{
    /// <summary>Numbers that share a scale in quantised rows.</summary>
    public const int Group = 32;

    /// <summary>Inputs must be a multiple of this.</summary>
    public const int Block = 128;

    /// <summary>
    /// Sum of w_i x_i over a bfloat16 row. <paramref name="x"/> holds each 32 inputs as 16 even ones, then 16 odd ones
    /// (<see cref="SplitPairs"/>).
    /// </summary>
    public static float Bfloat16(ushort* w, float* x, int inputs)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var odd = Vector512.Create(0xFFFF_0000u);
        for (var i = 0; i < inputs; i += 64)
        {
            var first = Vector512.Load((uint*)(w + i));
            var second = Vector512.Load((uint*)(w + i + 32));
            a = Vector512.FusedMultiplyAdd((first << 16).AsSingle(), Vector512.Load(x + i), a);
            b = Vector512.FusedMultiplyAdd((first & odd).AsSingle(), Vector512.Load(x + i + 16), b);
            c = Vector512.FusedMultiplyAdd((second << 16).AsSingle(), Vector512.Load(x + i + 32), c);
            d = Vector512.FusedMultiplyAdd((second & odd).AsSingle(), Vector512.Load(x + i + 48), d);
        }
        return Vector512.Sum(a + b + (c + d));
    }

    /// <summary>
    /// The same over a float16 row: exponent and mantissa move to float32's places, and 2^112 makes up for the exponents' different zero.
    /// </summary>
    public static float Float16(ushort* w, float* x, int inputs)
    {
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var sign = Vector512.Create(0x8000_0000u);
        var rest = Vector512.Create(0x0FFF_E000u);
        var scale = Vector512.Create(BitConverter.UInt32BitsToSingle(0x7780_0000));         // 2^112
        for (var i = 0; i < inputs; i += 32)
        {
            var both = Vector512.Load((uint*)(w + i));
            var even = both << 16;
            var low = ((even & sign) | ((even >> 3) & rest)).AsSingle() * scale;
            var high = ((both & sign) | ((both >> 3) & rest)).AsSingle() * scale;
            a = Vector512.FusedMultiplyAdd(low, Vector512.Load(x + i), a);
            b = Vector512.FusedMultiplyAdd(high, Vector512.Load(x + i + 16), b);
        }
        return Vector512.Sum(a + b);
    }

    /// <summary>Sum over a row of 8-bit numbers with a bfloat16 scale a group; <paramref name="x"/> in its own order.</summary>
    public static float Int8(sbyte* w, ushort* scales, float* x, int inputs)
    {
        var (sum, other) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (int i = 0, g = 0; i < inputs; i += 2 * Group, g += 2)
        {
            var first = Widened(w + i) * Vector512.Load(x + i);
            var second = Widened(w + i + 32) * Vector512.Load(x + i + 32);
            first = Vector512.FusedMultiplyAdd(Widened(w + i + 16), Vector512.Load(x + i + 16), first);
            second = Vector512.FusedMultiplyAdd(Widened(w + i + 48), Vector512.Load(x + i + 48), second);
            sum = Vector512.FusedMultiplyAdd(first, Scale(scales + g), sum);
            other = Vector512.FusedMultiplyAdd(second, Scale(scales + g + 1), other);
        }
        return Vector512.Sum(sum + other);
    }

    /// <summary>
    /// Sum over a row of 4-bit numbers -8..7. Of 128 numbers, number 16 j + l lies in bits 4 j.. of word l, plus 8: shifted by 4 j, the
    /// words are sixteen indices into a table of sixteen values.
    /// </summary>
    public static float Int4(uint* w, ushort* scales, float* x, int inputs)
    {
        var levels = Vector512.Create(-8f, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);
        var (sum, other) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (int i = 0, g = 0; i < inputs; i += Block, g += 4, w += 16)
        {
            var words = Vector512.Load(w);
            var at = x + i;
            var a = Level(levels, words) * Vector512.Load(at);
            var b = Level(levels, words >>> 8) * Vector512.Load(at + 32);
            var c = Level(levels, words >>> 16) * Vector512.Load(at + 64);
            var d = Level(levels, words >>> 24) * Vector512.Load(at + 96);
            a = Vector512.FusedMultiplyAdd(Level(levels, words >>> 4), Vector512.Load(at + 16), a);
            b = Vector512.FusedMultiplyAdd(Level(levels, words >>> 12), Vector512.Load(at + 48), b);
            c = Vector512.FusedMultiplyAdd(Level(levels, words >>> 20), Vector512.Load(at + 80), c);
            d = Vector512.FusedMultiplyAdd(Level(levels, words >>> 28), Vector512.Load(at + 112), d);
            sum = Vector512.FusedMultiplyAdd(a, Scale(scales + g), sum);
            other = Vector512.FusedMultiplyAdd(b, Scale(scales + g + 1), other);
            sum = Vector512.FusedMultiplyAdd(c, Scale(scales + g + 2), sum);
            other = Vector512.FusedMultiplyAdd(d, Scale(scales + g + 3), other);
        }
        return Vector512.Sum(sum + other);
    }

    /// <summary>Puts each 32 numbers into the order that 16-bit weights are taken apart in: 16 even ones, then 16 odd ones.</summary>
    public static void SplitPairs(ReadOnlySpan<float> x, Span<float> split)
    {
        for (var i = 0; i < x.Length; i += 32)
            for (var l = 0; l < 16; l++)
            {
                split[i + l] = x[i + 2 * l];
                split[i + 16 + l] = x[i + 2 * l + 1];
            }
    }

    static Vector512<float> Widened(sbyte* w) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(w)))
        : Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(Vector128.WidenLower(Vector128.WidenLower(Vector128.Load(w))),
            Vector128.WidenUpper(Vector128.WidenLower(Vector128.Load(w)))),
            Vector256.Create(Vector128.WidenLower(Vector128.WidenUpper(Vector128.Load(w))),
                Vector128.WidenUpper(Vector128.WidenUpper(Vector128.Load(w))))));

    static Vector512<float> Level(Vector512<float> levels, Vector512<uint> words) => Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32(levels, words.AsInt32())
        : Vector512.ConvertToSingle((words & Vector512.Create(15u)).AsInt32()) - Vector512.Create(8f);

    static Vector512<float> Scale(ushort* scale) => Vector512.Create(BitConverter.Int32BitsToSingle(*scale << 16));
}
