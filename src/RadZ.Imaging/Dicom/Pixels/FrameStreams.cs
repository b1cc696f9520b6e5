using System.Buffers.Binary;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>
/// Which fragments make up a frame (PS3.5 A.4): by the offset table where there is one, else by their number or their beginnings.
/// </summary>
static class FrameStreams
{
    /// <summary>More than any frame's compressed pixels: 256 MiB.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>The compressed stream of a frame, its fragments put together.</summary>
    /// <exception cref="InvalidInputException">Kinds: truncated, corrupt, too-large.</exception>
    public static byte[] Read(string path, DicomSource source, DicomElement pixels, PixelFormat format, PixelCoding coding, int frame)
    {
        var fragments = pixels.Fragments.Skip(1).ToArray();
        if (fragments.Length == 0) throw DicomErrors.Truncated(path, "Pixel Data has no fragment of compressed pixels");
        if (fragments.Length < format.Frames)
            throw DicomErrors.Truncated(path,
                $"Pixel Data has {fragments.Length} fragments, {format.Frames} frames need that many at least");
        var part = format.Frames == 1 ? fragments
            : fragments.Length == format.Frames ? fragments.AsSpan(frame, 1)
            : ByTable(path, source, pixels, fragments, format.Frames, frame) is { IsEmpty: false } found ? found
            : ByBeginning(path, source, fragments, format.Frames, coding, frame);
        return Join(path, source, part);
    }

    /// <summary>The offset table is the first fragment; its numbers count from behind itself and point at item tags.</summary>
    static Span<DicomFragment> ByTable(string path, DicomSource source, DicomElement pixels, DicomFragment[] fragments, int frames,
        int frame)
    {
        var table = pixels.Fragments[0];
        if (table.Length < 4L * frames) return [];
        var offsets = new byte[8];
        source.Read(table.Offset + 4 * frame, offsets);
        long Place(int at) => table.Offset + table.Length + 8 + BinaryPrimitives.ReadUInt32LittleEndian(offsets.AsSpan(at));
        var first = Array.FindIndex(fragments, f => f.Offset == Place(0));
        var end = frame == frames - 1 ? fragments.Length : Array.FindIndex(fragments, f => f.Offset == Place(4));
        return first >= 0 && end > first ? fragments.AsSpan(first, end - first)
            : throw DicomErrors.Corrupt(path, $"the offset table of Pixel Data does not point at the fragments of frame {frame}");
    }

    /// <summary>Every codec's stream has a beginning that its middle cannot have at the start of a fragment but by chance.</summary>
    static Span<DicomFragment> ByBeginning(string path, DicomSource source, DicomFragment[] fragments, int frames, PixelCoding coding,
        int frame)
    {
        byte[] beginning = coding == PixelCoding.Jpeg2000 ? [0xFF, 0x4F, 0xFF, 0x51] : [0xFF, 0xD8, 0xFF];
        var start = new byte[beginning.Length];
        var starts = new List<int>();
        for (var i = 0; i < fragments.Length; i++)
            if (source.Read(fragments[i].Offset, start) == start.Length && start.AsSpan().SequenceEqual(beginning)) starts.Add(i);
        if (starts.Count != frames || starts[0] != 0)
            throw DicomErrors.Corrupt(path,
                $"Pixel Data has {fragments.Length} fragments and no offset table, which of the {frames} frames they belong to cannot be " +
                "told");
        return fragments.AsSpan(starts[frame], (frame == frames - 1 ? fragments.Length : starts[frame + 1]) - starts[frame]);
    }

    static byte[] Join(string path, DicomSource source, ReadOnlySpan<DicomFragment> part)
    {
        long length = 0;
        foreach (var fragment in part) length += fragment.Length;
        if (length > MaxBytes)
            throw DicomErrors.TooLarge(path, $"the compressed pixels of a frame have {length:N0} bytes", $"{MaxBytes:N0}");
        var stream = GC.AllocateUninitializedArray<byte>((int)length);
        var at = 0;
        foreach (var fragment in part)
        {
            if (source.Read(fragment.Offset, stream.AsSpan(at, (int)fragment.Length)) < fragment.Length)
                throw DicomErrors.Truncated(path, "the file ends inside the compressed stream of Pixel Data");
            at += (int)fragment.Length;
        }
        return stream;
    }
}
