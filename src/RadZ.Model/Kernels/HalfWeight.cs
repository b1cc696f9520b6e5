using System.Runtime.Intrinsics;

namespace RadZ.Model.Kernels;

// O outputs, I inputs, R rows of inputs

/// <summary>
/// Products of float16 weights, as LLaVA-1.5 is published, and bfloat16 activations: a processor multiplies bfloat16 fast and float16
/// slowly. The weights stay as they are stored; a piece that fits in the cache is turned into bfloat16, multiplied, and forgotten. A copy
/// of the whole matrix would be written to memory and read again in every layer.
/// </summary>
static unsafe class HalfWeight
{
    /// <summary>Numbers of a piece: 4 MB.</summary>
    const long Piece = 1 << 21;

    /// <summary>Whether W is float16 on the CPU and lies by rows or, turned, by columns.</summary>
    public static bool Supports(Tensor weight_OI) => weight_OI.dtype == ScalarType.Float16 && weight_OI.device_type == DeviceType.CPU
        && (weight_OI.is_contiguous() || IsTransposed(weight_OI)) && weight_OI.shape[1] <= Piece;

    static bool IsTransposed(Tensor weight_OI) => weight_OI.stride()[0] == 1 && weight_OI.stride()[1] == weight_OI.shape[0];

    /// <summary>W x^T, [O, R] in bfloat16.</summary>
    public static Tensor Product(Tensor weight_OI, Tensor x_IR)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var (outputs, inputs, turned) = (weight_OI.shape[0], weight_OI.shape[1], !weight_OI.is_contiguous());
        var stored = turned ? weight_OI.t() : weight_OI;
        var from = (nint)NativeData.PointerTo<ushort>(stored);
        var step = Math.Min(outputs, Math.Max(16, Piece / inputs));
        var (y_OR, room) = (empty([outputs, x_IR.shape[1]], ScalarType.BFloat16), empty([step * inputs], ScalarType.BFloat16));
        var to = (nint)NativeData.PointerTo<ushort>(room);
        for (var o = 0L; o < outputs; o += step)
        {
            using var piece = NewDisposeScope();
            var count = Math.Min(step, outputs - o);
            var (lines, length, stride, begin) = turned ? (inputs, count, outputs, o) : (count, inputs, inputs, o * inputs);
            ParallelRows.Run((int)lines, 1, (first, end) =>
            {
                for (var line = (long)first; line < end; line++)
                    Convert((ushort*)from + begin + line * stride, (ushort*)to + line * length, (int)length);
            });
            var part = room.narrow(0, 0, count * inputs).view(lines, length);
            y_OR.narrow(0, o, count).addmm_(turned ? part.t() : part, x_IR, 0, 1);
        }
        GC.KeepAlive(stored);
        return y_OR.MoveToOuterDisposeScope();
    }

    /// <summary>float16 numbers as bfloat16, rounded as torch rounds them; infinities and NaN stay what they are.</summary>
    public static void Convert(ushort* from, ushort* to, int count)
    {
        for (var i = 0; i < count; i += Lanes.Count)
        {
            // widened by a shift, a bfloat16's bits are a float32's: the same bits, read as integers
            var word = Lanes.Load(from + i, count - i).AsUInt32() >>> 16;
            var rest = word & Vector512.Create(0x7FFFu);
            // 2^112 makes up for the exponents' different zero
            var value = ((rest << 13).AsSingle() * Vector512.Create(BitConverter.UInt32BitsToSingle(0x7780_0000))).AsUInt32();
            value = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(rest, Vector512.Create(0x7C00u)),
                (rest << 13) | Vector512.Create(0x7F80_0000u), value);
            Lanes.Store((value | ((word & Vector512.Create(0x8000u)) << 16)).AsSingle(), to + i, count - i);
        }
    }
}
