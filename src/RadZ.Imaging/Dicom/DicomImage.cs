using RadZ.Files;
using RadZ.Imaging.Dicom.Codecs;
using RadZ.Imaging.Dicom.Color;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom;

/// <summary>One frame of a DICOM file, decoded: its stored values, and the picture that a radiologist sees.</summary>
public sealed class DicomImage
{
    readonly GrayRendering? _gray;
    readonly Raster? _color;

    DicomImage(DicomFile file, PixelFormat format, StoredFrame stored, DicomView view, List<string> warnings)
    {
        (File, Format, Stored, Warnings) = (file, format, stored, warnings);
        if (stored.Photometric.IsGray()) _gray = new(stored, file.Dataset, view, warnings);
        else if (view.Window is null) _color = ColorRendering.Render(stored, file.Dataset, warnings);
        else
            throw new InvalidInputException(file.Path, "no-such-window",
                $"a window was asked for, {stored.Photometric.Name()} has no greys to see through it; leave it out.");
    }

    /// <summary>The file's elements.</summary>
    public DicomFile File { get; }

    /// <summary>How its pixels lie in the file.</summary>
    public PixelFormat Format { get; }

    /// <summary>The frame's values, as stored.</summary>
    public StoredFrame Stored { get; }

    /// <summary>
    /// How greys became brightness: LINEAR, LINEAR_EXACT, SIGMOID, VOI LUT, min-max, percentiles; <c>colour</c> of a colour picture.
    /// </summary>
    public string Mapping => _gray?.Mapping ?? "colour";

    /// <summary>What is not as it should be and was decided by a rule: ignored windows, contradictions.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The picture as a screen shows it, 8 bits: grey has one channel, colour three.</summary>
    public Raster Display() => _color ?? _gray!.Display();

    /// <summary>
    /// The grey picture before its levels are rounded; null of a colour picture, and of one of 8 bits whose levels are whole: there
    /// <see cref="Display"/> has lost nothing.
    /// </summary>
    public GrayRaster? Precise() => _gray is null || _gray.IsWhole ? null : _gray.Precise();

    /// <summary>Reads and decodes one frame.</summary>
    /// <param name="path">A DICOM file, whatever its name.</param>
    /// <param name="view">Frame and window; <see cref="DicomView.Default"/> when null.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">Kinds: those of <see cref="DicomFile.Read(string, DicomLimits?)"/>, and no-pixels,
    /// no-such-frame, no-such-window, missing-program, too-small, too-narrow.</exception>
    public static DicomImage Read(string path, DicomView? view = null, ImageLimits? limits = null) =>
        Read(ImageSource.OfFile(path), view, limits);

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static DicomImage Read(ImageSource source, DicomView? view = null, ImageLimits? limits = null) =>
        Read(source, view ?? DicomView.Default, limits ?? ImageLimits.Default, CodecPrograms.Installed);

    /// <summary>What the header says of the pixels, without decoding; the limits hold here too.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Read(string, DicomView?, ImageLimits?)"/>; damage within compressed pixels is
    /// not seen.</exception>
    public static (DicomFile File, PixelFormat Format) Inspect(string path, ImageLimits? limits = null) =>
        DicomFile.Open(ImageSource.OfFile(path), DicomLimits.Default, (file, _) =>
        (file, FormatOf(file, limits ?? ImageLimits.Default, [])));

    internal static DicomImage Read(string path, DicomView view, ImageLimits limits, CodecPrograms programs) =>
        Read(ImageSource.OfFile(path), view, limits, programs);

    static DicomImage Read(ImageSource from, DicomView view, ImageLimits limits, CodecPrograms programs) =>
        DicomFile.Open(from, DicomLimits.Default, (file, source) =>
    {
        var warnings = new List<string>(file.Warnings);
        var format = FormatOf(file, limits, warnings);
        if (view.Frame < 0 || view.Frame >= format.Frames)
            throw new InvalidInputException(from.Name, "no-such-frame",
                $"frame {view.Frame} was asked for, the file has {format.Frames}, counted from 0.");
        var stored = new FrameDecoder(file, source, format, programs, warnings).Decode(view.Frame);
        return new DicomImage(file, format, stored, view, warnings);
    });

    static PixelFormat FormatOf(DicomFile file, ImageLimits limits, List<string> warnings)
    {
        file.Syntax.RequireSupported(file.Path);
        var format = PixelFormat.Read(file.Dataset, warnings);
        if (file.Dataset.Find(DicomTag.PixelData) is { Fragments.Count: 0 } native && !file.Syntax.IsEncapsulated)
            NativeFrames.Require(file.Path, format, native.Length, []);
        ImageErrors.Require(file.Path, new(ImageFormat.Dicom, format.Columns, format.Rows, format.Samples, format.BitsStored), limits);
        if (format.FrameBytes > FrameDecoder.MaxFrameBytes || (long)format.Rows * format.Columns > FrameDecoder.MaxFramePixels)
            throw DicomErrors.TooLarge(file.Path, $"a frame of {format.Rows} x {format.Columns} pixels takes {format.FrameBytes:N0} bytes",
                $"{FrameDecoder.MaxFrameBytes:N0} bytes and {FrameDecoder.MaxFramePixels:N0} pixels");
        return format;
    }
}
