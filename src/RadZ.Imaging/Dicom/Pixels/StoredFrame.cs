using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>One frame's stored values, as they come out of the file or its codec, before any look-up.</summary>
public sealed class StoredFrame
{
    readonly byte[] _samples;

    /// <param name="format">The file's; the samples are as wide as it allocates, a single bit takes a byte.</param>
    /// <param name="photometric">What the samples mean now: a codec may have turned the file's into RGB.</param>
    /// <param name="samples">Little-endian samples, interleaved, differences at full width; bits above <see cref="PixelFormat.BitsStored"/>
    /// may be anything.</param>
    internal StoredFrame(PixelFormat format, Photometric photometric, byte[] samples)
    {
        if (samples.LongLength != format.FrameBytes)
            throw new ArgumentException($"{samples.LongLength} bytes, expected {format.FrameBytes}", nameof(samples));
        (Format, Photometric, _samples) = (format, photometric, samples);
        Mask = format.BitsStored == 32 ? uint.MaxValue : (1u << format.BitsStored) - 1;
    }

    /// <summary>The file's.</summary>
    public PixelFormat Format { get; }

    /// <summary>What the samples mean.</summary>
    public Photometric Photometric { get; }

    /// <summary>The bits that count.</summary>
    internal uint Mask { get; }

    /// <summary>Samples: pixels times samples a pixel.</summary>
    public int Count => _samples.Length / Format.BytesPerSample;

    /// <summary>A value: bits above the stored ones cut, the sign extended.</summary>
    public long this[int index] => ValueOf(Word(index));

    /// <summary>The bytes of 8-bit samples.</summary>
    internal ReadOnlySpan<byte> Bytes => _samples;

    /// <summary>The words of 16-bit samples.</summary>
    internal ReadOnlySpan<ushort> Words => MemoryMarshal.Cast<byte, ushort>(_samples);

    /// <summary>All values, little-endian and as wide as allocated (a single bit: one byte): [row, column(, sample)].</summary>
    public byte[] Values()
    {
        var values = (byte[])_samples.Clone();
        for (var i = 0; i < Count; i++)
        {
            var value = this[i];
            switch (Format.BytesPerSample)
            {
                case 1: values[i] = (byte)value; break;
                case 2: BinaryPrimitives.WriteInt16LittleEndian(values.AsSpan(i * 2), (short)value); break;
                default: BinaryPrimitives.WriteInt32LittleEndian(values.AsSpan(i * 4), (int)value); break;
            }
        }
        return values;
    }

    /// <summary>A sample's bits as they lie there.</summary>
    internal uint Word(int index) => Format.BytesPerSample switch
    {
        1 => _samples[index],
        2 => Words[index],
        _ => MemoryMarshal.Cast<byte, uint>(_samples)[index],
    };

    /// <summary>The value of a sample's bits.</summary>
    internal long ValueOf(uint word)
    {
        var value = (long)(word & Mask);
        return Format.IsSigned && value >> (Format.BitsStored - 1) != 0 ? value - (1L << Format.BitsStored) : value;
    }
}
