using System.Buffers.Binary;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>
/// What a compressed stream says of itself, read without decoding: it must agree with the data set, and go on to its end. A decoder
/// would fill the rest of a cut picture with grey.
/// </summary>
/// <param name="Rows">Of the stream.</param>
/// <param name="Columns">Of the stream.</param>
/// <param name="Samples">Components.</param>
/// <param name="Precision">Bits a sample.</param>
/// <param name="Color">What markers say of the colours; null when they say nothing.</param>
/// <param name="ColorMarker">Which ones.</param>
sealed record CodecStream(int Rows, int Columns, int Samples, int Precision, Photometric? Color = null, string? ColorMarker = null)
{
    /// <summary>Reads the headers, and holds them against the format.</summary>
    /// <exception cref="InvalidInputException">Kinds: truncated, corrupt.</exception>
    public static CodecStream Read(string path, ReadOnlySpan<byte> stream, PixelFormat format, PixelCoding coding)
    {
        var read = coding == PixelCoding.Jpeg2000 ? Jpeg2000Stream.Read(path, stream) : JpegStream.Read(path, stream);
        if (read.Rows != format.Rows || read.Columns != format.Columns || read.Samples != format.Samples)
            throw DicomErrors.Corrupt(path,
                $"the compressed stream has {read.Rows} x {read.Columns} pixels of {read.Samples} samples, the data set says " +
                $"{format.Rows} x {format.Columns} of {format.Samples}");
        if (read.Precision > Math.Max(8, format.BitsAllocated))
            throw DicomErrors.Corrupt(path,
                $"the compressed stream has {read.Precision} bits a sample, the data set allocates {format.BitsAllocated}");
        return read;
    }
}

/// <summary>Markers of JPEG (ITU T.81 annex B) and JPEG-LS (ITU T.87 annex C).</summary>
static class JpegStream
{
    public static CodecStream Read(string path, ReadOnlySpan<byte> stream)
    {
        if (!stream.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            throw DicomErrors.Corrupt(path, "the compressed stream does not begin as a JPEG does");
        CodecStream? frame = null;
        Photometric? color = null;
        string? marked = null;
        for (var at = 2; ;)
        {
            while (at < stream.Length && stream[at] == 0xFF) at++;           // fill bytes
            if (at + 3 > stream.Length || stream[at - 1] != 0xFF) throw Ends(path, stream.Length);
            var marker = stream[at++];
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8)) continue;
            var length = BinaryPrimitives.ReadUInt16BigEndian(stream[at..]);
            if (length < 2 || at + length > stream.Length) throw Ends(path, stream.Length);
            var segment = stream.Slice(at + 2, length - 2);
            at += length;
            if (marker == 0xDA) break;
            if (marker == 0xD9) throw DicomErrors.Corrupt(path, "the JPEG stream ends before its pixels");
            if (marker is 0xF7 or (>= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))) frame = Frame(path, segment);
            if (color is null) (color, marked) = Color(marker, segment);
        }
        if (frame is null) throw DicomErrors.Corrupt(path, "the JPEG stream has no frame header before its pixels");
        RequireEnd(path, stream);
        return frame with { Color = frame.Color ?? color, ColorMarker = frame.Color is null ? marked : "component names" };
    }

    static CodecStream Frame(string path, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment.Length < 6 + 3 * segment[5])
            throw DicomErrors.Corrupt(path, "the JPEG frame header is too short");
        var ids = segment[5] == 3 ? (segment[6], segment[9], segment[12]) : default;
        var rgb = ids is ((byte)'R', (byte)'G', (byte)'B') or ((byte)'r', (byte)'g', (byte)'b');
        return new(BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), segment[5],
            segment[0], rgb ? Photometric.Rgb : null);
    }

    /// <summary>JFIF knows only luminance and differences; Adobe's marker names the transform (ITU T.872 6.5.3).</summary>
    static (Photometric?, string?) Color(byte marker, ReadOnlySpan<byte> segment) =>
        marker == 0xE0 && segment.StartsWith("JFIF"u8) ? (Photometric.YbrFull, "a JFIF marker")
        : marker == 0xEE && segment.Length >= 12 && segment.StartsWith("Adobe"u8) && segment[11] is 0 or 1
            ? (segment[11] == 0 ? Photometric.Rgb : Photometric.YbrFull, "an Adobe marker")
        : (null, null);

    /// <summary>The end marker stands in the last bytes: padding may follow it.</summary>
    static void RequireEnd(string path, ReadOnlySpan<byte> stream)
    {
        var tail = stream[^Math.Min(stream.Length, 64)..];
        if (tail.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0) throw Ends(path, stream.Length);
    }

    static InvalidInputException Ends(string path, int length) =>
        DicomErrors.Truncated(path, $"the JPEG stream of {length:N0} bytes has no end marker: a part of the picture is missing");
}

/// <summary>Markers of a JPEG 2000 codestream (ITU T.800 annex A), bare or in a JP2 file's boxes.</summary>
static class Jpeg2000Stream
{
    public static CodecStream Read(string path, ReadOnlySpan<byte> stream)
    {
        stream = Bare(path, stream);
        if (stream.Length < 51 || !stream.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]))
            throw DicomErrors.Corrupt(path, "the compressed stream does not begin as a JPEG 2000 does");
        uint At(ReadOnlySpan<byte> from, int place) => BinaryPrimitives.ReadUInt32BigEndian(from[(4 + place)..]);
        var (width, height) = ((long)At(stream, 4) - At(stream, 12), (long)At(stream, 8) - At(stream, 16));
        if (width is < 1 or > 65535 || height is < 1 or > 65535)
            throw DicomErrors.Corrupt(path, $"the JPEG 2000 header says {height} x {width} pixels");
        RequireTiles(path, stream);
        var samples = BinaryPrimitives.ReadUInt16BigEndian(stream[40..]);
        return new((int)height, (int)width, samples, (stream[42] & 0x7F) + 1);
    }

    /// <summary>The codestream without boxes around it, which DICOM does not want (PS3.5 8.2.4).</summary>
    public static ReadOnlySpan<byte> Bare(string path, ReadOnlySpan<byte> stream)
    {
        if (!stream.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P'])) return stream;
        var at = stream.IndexOf("jp2c"u8);
        return at >= 0 ? stream[(at + 4)..] : throw DicomErrors.Corrupt(path, "the JP2 boxes hold no codestream");
    }

    /// <summary>Walks from tile-part to tile-part: each says how long it is, and the last must end in the stream.</summary>
    static void RequireTiles(string path, ReadOnlySpan<byte> stream)
    {
        var parts = 0;
        for (long at = 2; ;)
        {
            if (at + 4 > stream.Length)
            {
                if (at == stream.Length && parts > 0) return;                // the end marker was left off: all tile-parts are there
                if (at + 2 <= stream.Length && stream[(int)at..].StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD9])) return;
                throw Ends(path, stream.Length);
            }
            var here = stream[(int)at..];
            var marker = BinaryPrimitives.ReadUInt16BigEndian(here);
            if (marker == 0xFFD9) return;
            if (marker < 0xFF00)
            {
                if (parts > 0) return;                                       // padding behind the last tile-part
                throw DicomErrors.Corrupt(path, $"no marker stands at byte {at} of the JPEG 2000 stream");
            }
            if (marker != 0xFF90)
            {
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(here[2..]);
                continue;
            }
            if (here.Length < 12) throw Ends(path, stream.Length);
            var length = BinaryPrimitives.ReadUInt32BigEndian(here[6..]);
            if (length == 0)                                                 // up to the end marker
            {
                if (stream[^Math.Min(stream.Length, 64)..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0)
                    throw Ends(path, stream.Length);
                return;
            }
            if (length < 14 || at + length > stream.Length) throw Ends(path, stream.Length);
            at += length;
            parts++;
        }
    }

    static InvalidInputException Ends(string path, int length) =>
        DicomErrors.Truncated(path, $"the JPEG 2000 stream of {length:N0} bytes ends inside a tile: a part of the picture is missing");
}
