using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RadZ.Imaging;

/// <summary>Turns a matrix of bytes on its side, in tiles of 8 x 8.</summary>
static class Transposition
{
    /// <summary>into[x * stride + y] = from[y * columns + x].</summary>
    public static void Transpose(ReadOnlySpan<byte> from, int rows, int columns, Span<byte> into, int stride) =>
        Turn(from, rows, columns, columns, into, stride);

    /// <summary>into[y * columns + x] = from[x * stride + y].</summary>
    public static void Back(ReadOnlySpan<byte> from, int stride, int columns, Span<byte> into, int rows) =>
        Turn(from, columns, rows, stride, into, columns);

    static void Turn(ReadOnlySpan<byte> from, int rows, int columns, int fromStride, Span<byte> into, int intoStride)
    {
        var (wholeRows, wholeColumns) = (rows & ~7, columns & ~7);
        ref var source = ref MemoryMarshal.GetReference(from[..((rows - 1) * fromStride + columns)]);
        ref var target = ref MemoryMarshal.GetReference(into[..((columns - 1) * intoStride + rows)]);
        for (var y = 0; y < wholeRows; y += 8)
            for (var x = 0; x < wholeColumns; x += 8)
                Tile(ref Unsafe.Add(ref source, y * fromStride + x), fromStride, ref Unsafe.Add(ref target, x * intoStride + y),
                    intoStride);
        for (var y = 0; y < rows; y++)
            for (var x = y < wholeRows ? wholeColumns : 0; x < columns; x++)
                into[x * intoStride + y] = from[y * fromStride + x];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Tile(ref byte from, int fromStride, ref byte into, int intoStride)
    {
        // rows 0-7 -> pairs of bytes -> quads -> columns 0-7
        var a = Interleave(Row(ref from, 0), Row(ref from, fromStride));
        var b = Interleave(Row(ref from, 2 * fromStride), Row(ref from, 3 * fromStride));
        var c = Interleave(Row(ref from, 4 * fromStride), Row(ref from, 5 * fromStride));
        var d = Interleave(Row(ref from, 6 * fromStride), Row(ref from, 7 * fromStride));
        var (ab0, ab4) = (Low16(a, b), High16(a, b));
        var (cd0, cd4) = (Low16(c, d), High16(c, d));
        Store(Low32(ab0, cd0), ref into, 0, intoStride);
        Store(High32(ab0, cd0), ref into, 2, intoStride);
        Store(Low32(ab4, cd4), ref into, 4, intoStride);
        Store(High32(ab4, cd4), ref into, 6, intoStride);
    }

    static ulong Row(ref byte from, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, offset));

    static Vector128<byte> Interleave(ulong a, ulong b) =>
        Vector128.Shuffle(Vector128.Create(a, b).AsByte(), Vector128.Create((byte)0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));

    static Vector128<uint> Low16(Vector128<byte> a, Vector128<byte> b) => Weave16(a.AsUInt64()[0], b.AsUInt64()[0]);

    static Vector128<uint> High16(Vector128<byte> a, Vector128<byte> b) => Weave16(a.AsUInt64()[1], b.AsUInt64()[1]);

    static Vector128<uint> Weave16(ulong a, ulong b) =>
        Vector128.Shuffle(Vector128.Create(a, b).AsByte(), Vector128.Create((byte)0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15))
            .AsUInt32();

    static Vector128<ulong> Low32(Vector128<uint> a, Vector128<uint> b) => Vector128.Create(a[0], b[0], a[1], b[1]).AsUInt64();

    static Vector128<ulong> High32(Vector128<uint> a, Vector128<uint> b) => Vector128.Create(a[2], b[2], a[3], b[3]).AsUInt64();

    static void Store(Vector128<ulong> two, ref byte into, int column, int stride)
    {
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref into, column * stride), two[0]);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref into, (column + 1) * stride), two[1]);
    }
}
