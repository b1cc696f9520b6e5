using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>
/// Uncompressed frames (PS3.5 8.1 and 8.2): read in one go, turned to little endian, interleaved, differences at full width.
/// </summary>
static class NativeFrames
{
    /// <summary>Holds the length of the pixels against what the header promises, before anything is taken.</summary>
    public static PixelFormat Require(string path, PixelFormat format, long bytes, ICollection<string> warnings)
    {
        var needed = (format.NativeBits * format.Frames + 7) / 8;
        if (format.NativeBits > 0 && format.Frames > (long.MaxValue - 7) / format.NativeBits || bytes < needed)
            throw DicomErrors.Truncated(path,
                "Pixel Data has " +
                $"{bytes} bytes, {format.Sizes} need {needed}{(needed > 1000 * Math.Max(1, bytes) ? ": it is far too short" : "")}");
        if (format.Photometric is Photometric.YbrFull422 or Photometric.YbrPartial422)
        {
            if (bytes >= (long)format.Rows * format.Columns * 3 * format.BytesPerSample * format.Frames)
            {
                warnings.Add($"{format.Photometric.Name()} has all its differences, as YBR_FULL has them");
                return format with { Photometric = Photometric.YbrFull };
            }
            if (format.Columns % 2 == 1)
                throw DicomErrors.Corrupt(path, $"Columns is {format.Columns}, {format.Photometric.Name()} needs an even number");
            if (format.BitsAllocated != 8)
                throw DicomErrors.Unsupported(path, $"{format.Photometric.Name()} of {format.BitsAllocated} bits",
                    "export the image as RGB");
        }
        if (bytes > needed + 1) warnings.Add($"Pixel Data has {bytes} bytes, {format.Sizes} need {needed}: the rest was left out");
        return format;
    }

    /// <summary>A frame's samples.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="source">The file.</param>
    /// <param name="offset">The place of the first frame.</param>
    /// <param name="format">Checked by <see cref="Require"/>.</param>
    /// <param name="frame">From 0.</param>
    /// <param name="swap">Bytes of the unit that is in big endian; 1 where nothing is to be turned.</param>
    public static byte[] Read(string path, DicomSource source, long offset, PixelFormat format, int frame, int swap)
    {
        var firstBit = format.NativeBits * frame;
        var (first, end) = (firstBit / 8, (firstBit + format.NativeBits + 7) / 8);
        // words of 16 bits that hold two small samples each are turned whole, wherever the frame begins
        var paired = swap == 2 && format.BitsAllocated <= 8;
        var lead = paired ? (int)(first % 2) : 0;
        var length = checked((int)(end - first) + lead);
        var needed = length;
        if (paired) length += length % 2;
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        var read = source.Read(offset + first - lead, bytes);
        if (read < needed)
            throw DicomErrors.Truncated(path, $"Pixel Data became shorter while it was read: {read} of {needed} bytes of frame {frame}");
        bytes.AsSpan(read).Clear();                                          // the padding of the last word
        SwapBytes(bytes, swap);
        return Arrange(lead == 0 ? bytes : bytes[lead..], format, (int)(firstBit % 8));
    }

    /// <summary>From the order of the file to pixel by pixel.</summary>
    public static byte[] Arrange(byte[] bytes, PixelFormat format, int firstBit = 0)
    {
        if (format.BitsAllocated == 1) return Bits(bytes, format.Pixels * format.Samples, firstBit);
        if (format.Photometric is Photometric.YbrFull422 or Photometric.YbrPartial422) return FullWidth(bytes, format.Pixels);
        if (format.IsPlanar) return Interleave(bytes, format);
        return bytes.LongLength == format.FrameBytes ? bytes : bytes[..checked((int)format.FrameBytes)];
    }

    static byte[] Bits(byte[] packed, int count, int first)
    {
        var bits = new byte[count];
        // PS3.5 8.1.1: the lowest bit first
        for (var i = 0; i < count; i++) bits[i] = (byte)(packed[(first + i) >> 3] >> ((first + i) & 7) & 1);
        return bits;
    }

    /// <summary>Two luminances and their shared differences become two pixels (PS3.3 C.7.6.3.1.2).</summary>
    static byte[] FullWidth(byte[] pairs, int pixels)
    {
        var full = new byte[checked(pixels * 3)];
        for (int from = 0, to = 0; to < full.Length; from += 4, to += 6)
        {
            (full[to], full[to + 3]) = (pairs[from], pairs[from + 1]);
            full[to + 1] = full[to + 4] = pairs[from + 2];
            full[to + 2] = full[to + 5] = pairs[from + 3];
        }
        return full;
    }

    static byte[] Interleave(byte[] planes, PixelFormat format)
    {
        var (width, pixels, samples) = (format.BytesPerSample, format.Pixels, format.Samples);
        var pixelwise = GC.AllocateUninitializedArray<byte>(checked((int)format.FrameBytes));
        for (var sample = 0; sample < samples; sample++)
            for (var i = 0; i < pixels; i++)
                planes.AsSpan((sample * pixels + i) * width, width).CopyTo(pixelwise.AsSpan((i * samples + sample) * width));
        return pixelwise;
    }

    static void SwapBytes(Span<byte> bytes, int unit)
    {
        if (unit == 2)
        {
            var words = MemoryMarshal.Cast<byte, ushort>(bytes);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else if (unit == 4)
        {
            var words = MemoryMarshal.Cast<byte, uint>(bytes);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
