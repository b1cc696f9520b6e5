using System.IO.Compression;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;
using RadZ.Imaging.Formats;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>From a frame's place in the file to its stored values, whatever the transfer syntax.</summary>
sealed class FrameDecoder(DicomFile file, DicomSource source, PixelFormat format, CodecPrograms programs, ICollection<string> warnings)
{
    /// <summary>
    /// Decoded samples of a frame may take 256 MiB, and be of 100 million pixels: thrice the largest radiograph, and all of its copies stay
    /// below 1 GiB.
    /// </summary>
    public const long MaxFrameBytes = 256L << 20, MaxFramePixels = 100_000_000;

    string Path => file.Path;

    /// <summary>Decodes a frame.</summary>
    /// <param name="frame">From 0.</param>
    public StoredFrame Decode(int frame)
    {
        var pixels = file.Dataset.Find(DicomTag.PixelData)!;
        if (!file.Syntax.IsEncapsulated) return Native(pixels, frame);
        if (pixels.Fragments.Count == 0)
            throw DicomErrors.Corrupt(Path, $"Pixel Data is not compressed, Transfer Syntax says {file.Syntax.Name}");
        var stream = FrameStreams.Read(Path, source, pixels, format, file.Syntax.Pixels, frame);
        return file.Syntax.Pixels switch
        {
            PixelCoding.Rle => Aligned(format.BitsAllocated == 1 ? NativeFrames.Arrange(RleDecoder.Decode(Path, stream, format), format)
                : RleDecoder.Decode(Path, stream, format)),
            PixelCoding.DeflatedFrame => Inflated(stream),
            _ => Compressed(stream),
        };
    }

    StoredFrame Native(DicomElement pixels, int frame)
    {
        if (pixels.Fragments.Count > 0) throw DicomErrors.Corrupt(Path, "Pixel Data is compressed, Transfer Syntax says it is not");
        var actual = NativeFrames.Require(Path, format, pixels.Length, warnings);
        var swap = !file.Syntax.IsBigEndian ? 1 : format.BitsAllocated > 8 ? format.BytesPerSample : pixels.Vr == Vr.OW ? 2 : 1;
        return Aligned(NativeFrames.Read(Path, source, pixels.Offset, actual, frame, swap), actual.Photometric);
    }

    StoredFrame Inflated(byte[] stream)
    {
        var bytes = new byte[checked((int)((format.NativeBits + 7) / 8))];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(stream), CompressionMode.Decompress);
            if (inflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) is var count && count < bytes.Length)
                throw DicomErrors.Truncated(Path, $"the deflated frame gives {count} of {bytes.Length} bytes");
        }
        catch (InvalidDataException e)
        {
            throw DicomErrors.Corrupt(Path, "the deflated frame cannot be inflated", e);
        }
        return Aligned(NativeFrames.Arrange(bytes, format));
    }

    StoredFrame Compressed(byte[] stream)
    {
        var header = CodecStream.Read(Path, stream, format, file.Syntax.Pixels);
        if (file.Syntax.Pixels == PixelCoding.Jpeg && header is { Samples: 1, Precision: 8 } && format.BitsAllocated == 8)
        {
            var size = new ImageHeader(ImageFormat.Jpeg, format.Columns, format.Rows, 1, 8);
            return new(format, format.Photometric, SkiaDecoder.Decode(Path, stream, size).Levels);
        }
        if (file.Syntax.Pixels == PixelCoding.Jpeg2000) stream = Jpeg2000Stream.Bare(Path, stream).ToArray();
        var decoded = programs.Decode(Path, stream, file.Syntax, format);
        return Marked(decoded, header);
    }

    /// <summary>
    /// Where the stream's own markers contradict the data set, they are right: the encoder wrote them, someone else the data set.
    /// </summary>
    StoredFrame Marked(StoredFrame decoded, CodecStream header)
    {
        if (header is not { Samples: 3, Color: { } color } || color == decoded.Photometric) return decoded;
        warnings.Add($"Photometric Interpretation is {format.Photometric.Name()}, {header.ColorMarker} of the compressed stream says " +
            $"{color.Name()}, which was believed");
        return new(format, color, decoded.Bytes.ToArray());
    }

    StoredFrame Aligned(byte[] samples, Photometric? photometric = null)
    {
        HighBits.Align(format, samples, warnings);
        var known = photometric ?? format.Photometric;
        return new(format, known == Photometric.YbrFull422 ? Photometric.YbrFull : known, samples);
    }
}
