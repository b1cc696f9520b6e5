using System.Buffers.Binary;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>
/// Run lengths (PS3.5 annex G): a header of 16 numbers, then a segment for each byte of a sample, the highest first, each packed for
/// itself.
/// </summary>
static class RleDecoder
{
    const int HeaderBytes = 64;

    /// <summary>A frame's samples, interleaved and little-endian; a packed frame of single bits stays packed.</summary>
    /// <exception cref="InvalidInputException">Kinds: corrupt, truncated.</exception>
    public static byte[] Decode(string path, ReadOnlySpan<byte> stream, PixelFormat format)
    {
        if (stream.Length < HeaderBytes)
            throw DicomErrors.Truncated(path, $"the RLE stream has {stream.Length} bytes, its header alone has {HeaderBytes}");
        var (samples, width) = (format.Samples, format.BytesPerSample);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(stream);
        if (count != samples * width)
            throw DicomErrors.Corrupt(path, $"the RLE stream has {count} segments, {format.Sizes} need {samples * width}");
        var plane = format.BitsAllocated == 1 ? (format.Pixels + 7) / 8 : format.Pixels;
        var decoded = new byte[checked(plane * samples * width)];
        for (var segment = 0; segment < count; segment++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(stream[(4 + 4 * segment)..]);
            var end = segment + 1 < count ? BinaryPrimitives.ReadUInt32LittleEndian(stream[(8 + 4 * segment)..]) : (uint)stream.Length;
            if (start < HeaderBytes || end < start || end > stream.Length)
                throw DicomErrors.Corrupt(path,
                    $"RLE segment {segment + 1} goes from byte {start} to {end} of a stream of {stream.Length}");
            var (sample, octet) = Math.DivRem(segment, width);
            // the highest byte of a sample comes first; in memory it is the last
            var done = Unpack(stream[(int)start..(int)end], decoded, sample * width + width - 1 - octet, samples * width, plane);
            if (done < plane) throw DicomErrors.Truncated(path, $"RLE segment {segment + 1} gives {done} of {plane} bytes");
        }
        return decoded;
    }

    /// <summary>Unpacks into every <paramref name="step"/>-th byte; returns how many came.</summary>
    static int Unpack(ReadOnlySpan<byte> packed, Span<byte> into, int first, int step, int count)
    {
        var (at, done, to) = (0, 0, first);
        while (done < count && at < packed.Length)
        {
            var control = (sbyte)packed[at++];
            if (control == -128) continue;
            if (control >= 0)
            {
                var length = Math.Min(Math.Min(control + 1, count - done), packed.Length - at);
                for (var i = 0; i < length; i++, to += step) into[to] = packed[at + i];
                at += length;
                done += length;
                continue;
            }
            if (at == packed.Length) break;
            var value = packed[at++];
            var run = Math.Min(1 - control, count - done);
            for (var i = 0; i < run; i++, to += step) into[to] = value;
            done += run;
        }
        return done;
    }
}
