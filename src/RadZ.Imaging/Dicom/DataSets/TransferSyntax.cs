namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>How pixels are stored (PS3.5 8.2).</summary>
public enum PixelCoding
{
    /// <summary>Not compressed.</summary>
    Native,

    /// <summary>Run lengths (PS3.5 annex G).</summary>
    Rle,

    /// <summary>JPEG with loss, 8 or 12 bits.</summary>
    Jpeg,

    /// <summary>JPEG without loss (processes 14 and 14 SV1).</summary>
    JpegLossless,

    /// <summary>JPEG-LS, with and without loss.</summary>
    JpegLs,

    /// <summary>JPEG 2000, with and without loss.</summary>
    Jpeg2000,

    /// <summary>Frames deflated each for itself.</summary>
    DeflatedFrame,

    /// <summary>One that we do not read.</summary>
    Unsupported,
}

/// <summary>How a data set and its pixels are written (PS3.5 chapter 10, PS3.6 table A-1).</summary>
/// <param name="Uid">As in (0002,0010).</param>
/// <param name="Name">The registry's name; null where it has none.</param>
/// <param name="Pixels">The coding of pixels.</param>
/// <param name="IsLossy">Decoded pixels may differ from the original's.</param>
public sealed record TransferSyntax(string Uid, string? Name, PixelCoding Pixels, bool IsLossy = false)
{
    const string Root = "1.2.840.10008.1.2";

    static readonly Dictionary<string, TransferSyntax> s_known = Known().ToDictionary(s => s.Uid);

    /// <summary>Elements say their representation.</summary>
    public bool IsExplicit { get; init; } = true;

    /// <summary>Numbers have their high byte first.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>The data set is compressed as a whole (PS3.5 A.5).</summary>
    public bool IsDeflated { get; init; }

    /// <summary>Pixels come in fragments.</summary>
    public bool IsEncapsulated => Pixels != PixelCoding.Native;

    /// <summary>
    /// The syntax of a UID. One that we do not know is unsupported, and taken to be explicit little endian, as all new ones are.
    /// </summary>
    public static TransferSyntax FromUid(string uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        return s_known.TryGetValue(uid, out var known) ? known : new(uid, null, PixelCoding.Unsupported);
    }

    /// <summary>Refuses pixels that we do not read, by the name of their syntax.</summary>
    internal void RequireSupported(string path)
    {
        if (Pixels != PixelCoding.Unsupported) return;
        var shown = Uid.Length <= 64 && Uid.All(c => c == '.' || char.IsAsciiDigit(c)) ? Uid : $"a text of {Uid.Length} characters";
        throw DicomErrors.Unsupported(path, $"Transfer Syntax is not supported: {shown} ({Name ?? "no such UID"})",
            "convert the file to an uncompressed, JPEG, JPEG-LS, JPEG 2000 or RLE one");
    }

    static IEnumerable<TransferSyntax> Known()
    {
        yield return new(Root, "Implicit VR Little Endian", PixelCoding.Native) { IsExplicit = false };
        yield return new(Root + ".1", "Explicit VR Little Endian", PixelCoding.Native);
        yield return new(Root + ".1.99", "Deflated Explicit VR Little Endian", PixelCoding.Native) { IsDeflated = true };
        yield return new(Root + ".2", "Explicit VR Big Endian", PixelCoding.Native) { IsBigEndian = true };
        yield return new(Root + ".5", "RLE Lossless", PixelCoding.Rle);
        yield return new(Root + ".8.1", "Deflated Image Frame Compression", PixelCoding.DeflatedFrame);
        yield return new("1.2.840.113619.5.2", "GE Private Implicit VR Big Endian", PixelCoding.Unsupported) { IsExplicit = false };
        foreach (var (number, name, coding, lossy) in Compressed()) yield return new($"{Root}.4.{number}", name, coding, lossy);
    }

    static (int Number, string Name, PixelCoding Coding, bool Lossy)[] Compressed() =>
    [
        (50, "JPEG Baseline (Process 1)", PixelCoding.Jpeg, true),
        (51, "JPEG Extended (Process 2 and 4)", PixelCoding.Jpeg, true),
        (52, "JPEG Extended (Process 3 and 5), retired", PixelCoding.Unsupported, true),
        (53, "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8), retired", PixelCoding.Jpeg, true),
        (55, "JPEG Full Progression, Non-Hierarchical (Process 10 and 12), retired", PixelCoding.Jpeg, true),
        (57, "JPEG Lossless, Non-Hierarchical (Process 14)", PixelCoding.JpegLossless, false),
        (70, "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])", PixelCoding.JpegLossless, false),
        (80, "JPEG-LS Lossless Image Compression", PixelCoding.JpegLs, false),
        (81, "JPEG-LS Lossy (Near-Lossless) Image Compression", PixelCoding.JpegLs, true),
        (90, "JPEG 2000 Image Compression (Lossless Only)", PixelCoding.Jpeg2000, false),
        (91, "JPEG 2000 Image Compression", PixelCoding.Jpeg2000, true),
        (92, "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)", PixelCoding.Unsupported, false),
        (93, "JPEG 2000 Part 2 Multi-component Image Compression", PixelCoding.Unsupported, true),
        (94, "JPIP Referenced", PixelCoding.Unsupported, true),
        (95, "JPIP Referenced Deflate", PixelCoding.Unsupported, true),
        (100, "MPEG2 Main Profile / Main Level, a video", PixelCoding.Unsupported, true),
        (101, "MPEG2 Main Profile / High Level, a video", PixelCoding.Unsupported, true),
        (102, "MPEG-4 AVC/H.264 High Profile / Level 4.1, a video", PixelCoding.Unsupported, true),
        (103, "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1, a video", PixelCoding.Unsupported, true),
        (104, "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", PixelCoding.Unsupported, true),
        (105, "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", PixelCoding.Unsupported, true),
        (106, "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2, a video", PixelCoding.Unsupported, true),
        (107, "HEVC/H.265 Main Profile / Level 5.1, a video", PixelCoding.Unsupported, true),
        (108, "HEVC/H.265 Main 10 Profile / Level 5.1, a video", PixelCoding.Unsupported, true),
        (110, "JPEG XL Lossless", PixelCoding.Unsupported, false),
        (111, "JPEG XL JPEG Recompression", PixelCoding.Unsupported, true),
        (112, "JPEG XL", PixelCoding.Unsupported, true),
        (201, "High-Throughput JPEG 2000 Image Compression (Lossless Only)", PixelCoding.Unsupported, false),
        (202, "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)", PixelCoding.Unsupported, false),
        (203, "High-Throughput JPEG 2000 Image Compression", PixelCoding.Unsupported, true),
        (204, "JPIP HTJ2K Referenced", PixelCoding.Unsupported, true),
        (205, "JPIP HTJ2K Referenced Deflate", PixelCoding.Unsupported, true),
    ];
}
