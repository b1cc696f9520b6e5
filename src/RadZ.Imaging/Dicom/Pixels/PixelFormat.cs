using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>How pixels lie in the file: the Image Pixel module (PS3.3 C.7.6.3), checked before anything is decoded.</summary>
public sealed record PixelFormat
{
    /// <summary>Rows, 1 to 65,535.</summary>
    public required int Rows { get; init; }

    /// <summary>Pixels a row, 1 to 65,535.</summary>
    public required int Columns { get; init; }

    /// <summary>Pictures in the file, at least 1.</summary>
    public required int Frames { get; init; }

    /// <summary>What samples mean, as the file says.</summary>
    public required Photometric Photometric { get; init; }

    /// <summary>1 or 3.</summary>
    public required int Samples { get; init; }

    /// <summary>Samples of one kind lie together: all red, all green, all blue.</summary>
    public required bool IsPlanar { get; init; }

    /// <summary>1, 8, 16 or 32.</summary>
    public required int BitsAllocated { get; init; }

    /// <summary>1 to <see cref="BitsAllocated"/>.</summary>
    public required int BitsStored { get; init; }

    /// <summary>The place of the highest bit.</summary>
    public required int HighBit { get; init; }

    /// <summary>The highest bit is a sign.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>Bytes a sample once decoded: a single bit takes one.</summary>
    public int BytesPerSample => Math.Max(1, BitsAllocated / 8);

    /// <summary>Pixels of a frame.</summary>
    public int Pixels => checked(Rows * Columns);

    /// <summary>Bytes of a decoded frame, samples interleaved and differences at full width.</summary>
    public long FrameBytes => (long)Rows * Columns * Samples * BytesPerSample;

    /// <summary>Bits of a frame as it lies uncompressed in a file.</summary>
    public long NativeBits =>
        (long)Rows * Columns * BitsAllocated * (Photometric is Photometric.YbrFull422 or Photometric.YbrPartial422 ? 2 : Samples);

    /// <summary>"64 x 64 x 16 bits", and frames and samples where there are several.</summary>
    public string Sizes =>
        $"{(Frames > 1 ? $"{Frames} x " : "")}{Rows} x {Columns}{(Samples > 1 ? $" x {Samples}" : "")} x {BitsAllocated} bits";

    /// <summary>Reads and checks the module.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="warnings">Takes what is not as it should be.</param>
    /// <exception cref="InvalidInputException">Kinds: no-pixels, corrupt, unsupported.</exception>
    public static PixelFormat Read(DicomDataset dataset, ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(warnings);
        var path = dataset.Path;
        RequirePixels(dataset);
        var frames = dataset.Integer(DicomTag.NumberOfFrames) ?? 1;
        var (rows, columns) = (Side(dataset, DicomTag.Rows), Side(dataset, DicomTag.Columns));
        var photometric = PhotometricOf(dataset);
        var samples = Required(dataset, DicomTag.SamplesPerPixel);
        var (allocated, stored) = (Required(dataset, DicomTag.BitsAllocated), Required(dataset, DicomTag.BitsStored));
        if (frames is < 0 or > int.MaxValue) throw DicomErrors.Corrupt(path, $"Number of Frames is {frames}, expected at least 1");
        if (frames == 0) warnings.Add("Number of Frames is 0, taken as 1");
        if (samples != photometric.Samples())
            throw DicomErrors.Corrupt(path, $"Samples per Pixel is {samples}, {photometric.Name()} has {photometric.Samples()}");
        if (allocated is not (1 or 8 or 16 or 32))
            throw DicomErrors.Unsupported(path, $"Bits Allocated is {allocated}, expected 1, 8, 16 or 32", "export the image anew");
        if (stored > allocated) throw DicomErrors.Corrupt(path, $"Bits Stored {stored} is more than Bits Allocated {allocated}");
        if (stored < 1) throw DicomErrors.Corrupt(path, $"Bits Stored is {stored}, expected at least 1");
        var representation = dataset.Integer(DicomTag.PixelRepresentation);
        if (representation is null) warnings.Add("Pixel Representation is missing, taken as unsigned");
        if (representation is not (null or 0 or 1))
            throw DicomErrors.Corrupt(path, $"Pixel Representation is {representation}, expected 0 or 1");
        var high = dataset.Integer(DicomTag.HighBit) ?? stored - 1;
        if (high >= allocated || high < 0)
            throw DicomErrors.Corrupt(path, $"High Bit is {high}, expected less than Bits Allocated {allocated}");
        if (high != stored - 1) warnings.Add($"High Bit is {high}, expected {stored - 1}: one less than Bits Stored");
        return new()
        {
            Rows = rows,
            Columns = columns,
            Frames = (int)Math.Max(1, frames),
            Photometric = photometric,
            Samples = (int)samples,
            IsPlanar = samples > 1 && dataset.Integer(DicomTag.PlanarConfiguration) == 1,
            BitsAllocated = (int)allocated,
            BitsStored = (int)stored,
            HighBit = (int)high,
            IsSigned = representation == 1,
        };
    }

    static void RequirePixels(DicomDataset dataset)
    {
        if (dataset.Has(DicomTag.PixelData)) return;
        if (dataset.Has(DicomTag.FloatPixelData) || dataset.Has(DicomTag.DoubleFloatPixelData))
            throw DicomErrors.Unsupported(dataset.Path, "the pixels are floating-point numbers (Float Pixel Data), expected whole ones",
                "give the image that the map was computed from");
        throw DicomErrors.NoPixels(dataset.Path, dataset.Has(DicomTag.Rows)
            ? "no Pixel Data, though Rows are given: the pixels were left out"
            : "no Pixel Data: SOP class is not an image");
    }

    static Photometric PhotometricOf(DicomDataset dataset)
    {
        if (dataset.Text(DicomTag.PhotometricInterpretation)?.ToUpperInvariant() is not { } name)
            throw DicomErrors.Corrupt(dataset.Path, "Photometric Interpretation is missing");
        if (PhotometricNames.Parse(name) is { } known) return known;
        var shown = name is "HSV" or "ARGB" or "CMYK" or "YBR_PARTIAL_420" or "XYB" ? name : $"a word of {name.Length} letters";
        throw DicomErrors.Unsupported(dataset.Path, $"Photometric Interpretation is {shown}", "export the image as MONOCHROME2 or RGB");
    }

    static int Side(DicomDataset dataset, DicomTag tag) => Required(dataset, tag) is >= 1 and <= 65535 and var side ? (int)side
        : throw DicomErrors.Corrupt(dataset.Path, $"{tag.Name} is {dataset.Integer(tag)}, expected 1 to 65,535");

    static long Required(DicomDataset dataset, DicomTag tag) => dataset.Integer(tag)
        ?? throw DicomErrors.Corrupt(dataset.Path, $"{tag.Name} {tag.Numbers} is missing");
}
