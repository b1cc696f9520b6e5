using System.Runtime.InteropServices;
using RadZ.Model.Runtime;

namespace RadZ.Model.Kernels;

/// <summary>How many bits a weight takes in decoding.</summary>
enum DecodeBits
{
    /// <summary>As stored, read where the file is mapped.</summary>
    Stored,

    /// <summary>8 bits and a bfloat16 scale for 32 numbers: 8.5 bits.</summary>
    Int8,

    /// <summary>4 bits and a bfloat16 scale for 32 numbers: 4.5 bits.</summary>
    Int4,
}

/// <summary>
/// A copy of a weight matrix in 8 or 4 bits. Each group of 32 numbers of a row shares a scale, rounded to bfloat16 before the numbers are
/// divided by it, so that the scale itself adds no error.
/// </summary>
sealed unsafe class QuantizedWeight : DecodeWeight
{
    readonly bool _four;
    readonly byte* _data;
    readonly ushort* _scales;
    readonly int _rowBytes, _rowScales;

    public QuantizedWeight(Tensor weight_OI, DecodeBits bits) : base(weight_OI.shape[0], weight_OI.shape[1])
    {
        if (!Fits(weight_OI))
            throw new ArgumentException(
                $"A weight of {Inputs} inputs cannot be held in {bits}: expected a multiple of {DecodeKernel.Block}.", nameof(weight_OI));
        _four = bits == DecodeBits.Int4;
        _rowBytes = _four ? Inputs / 2 : Inputs;
        _rowScales = Inputs / DecodeKernel.Group;
        _data = (byte*)NativeMemory.AlignedAlloc((nuint)((long)Outputs * _rowBytes), 64);
        _scales = (ushort*)NativeMemory.AlignedAlloc((nuint)((long)Outputs * _rowScales * 2), 64);
        Fill(weight_OI);
    }

    public override long Bytes => (long)Outputs * (_rowBytes + 2 * _rowScales);

    protected override bool Pairs => false;

    protected override float Row(int output, float* x) => _four
        ? DecodeKernel.Int4((uint*)(_data + (long)output * _rowBytes), _scales + (long)output * _rowScales, x, Inputs)
        : DecodeKernel.Int8((sbyte*)(_data + (long)output * _rowBytes), _scales + (long)output * _rowScales, x, Inputs);

    void Fill(Tensor weight_OI)
    {
        const int Chunk = 512;
        for (var from = 0; from < Outputs; from += Chunk)
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            var rows = Math.Min(Chunk, Outputs - from);
            var part = weight_OI.narrow(0, from, rows).to(ScalarType.Float32).contiguous();
            var numbers = NativeData.PointerTo<float>(part);
            var start = from;
            ParallelRows.Run(rows, 8, (first, end) =>
            {
                for (var o = first; o < end; o++) FillRow(new(numbers + (long)o * Inputs, Inputs), start + o);
            });
            GC.KeepAlive(part);
        }
    }

    void FillRow(ReadOnlySpan<float> row, int output)
    {
        var scales = new Span<ushort>(_scales + (long)output * _rowScales, _rowScales);
        var words = new Span<uint>(_data + (long)output * _rowBytes, _rowBytes / 4);
        if (_four) words.Clear();
        for (var g = 0; g < _rowScales; g++)
        {
            var group = row.Slice(g * DecodeKernel.Group, DecodeKernel.Group);
            var extreme = 0f;
            foreach (var w in group)
                if (Math.Abs(w) > Math.Abs(extreme)) extreme = w;
            // 4 bits: the extreme becomes -8, the one level that only one side has
            scales[g] = RandomNumbers.Bits(ScalarType.BFloat16, _four ? extreme / -8 : extreme / 127);
            var scale = BitConverter.Int32BitsToSingle(scales[g] << 16);
            var over = scale == 0 ? 0 : 1 / scale;
            for (var i = 0; i < group.Length; i++)
            {
                var level = (int)MathF.Round(group[i] * over);
                if (_four) Put4(words, g * DecodeKernel.Group + i, Math.Clamp(level, -8, 7));
                else _data[(long)output * _rowBytes + g * DecodeKernel.Group + i] = (byte)(sbyte)Math.Clamp(level, -127, 127);
            }
        }
    }

    /// <summary>Number 16 j + l of each 128 goes into bits 4 j.. of word l, see <see cref="DecodeKernel.Int4"/>.</summary>
    static void Put4(Span<uint> words, int i, int level)
    {
        var (block, within) = (i / DecodeKernel.Block, i % DecodeKernel.Block);
        words[block * 16 + within % 16] |= (uint)(level + 8) << (4 * (within / 16));
    }

    bool _disposed;

    ~QuantizedWeight() => Free();

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.AlignedFree(_data);
        NativeMemory.AlignedFree(_scales);
    }
}
