using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Pictures;
using RadZ.Imaging.Preparation;

namespace RadZ.Recognition.Images;

/// <summary>
/// The door through which files come in: it opens a file, takes from its header what may be told, looks at the gate, and prepares the
/// pixels. Whatever is wrong is an error with a name in place of the path where the path says who the patient is.
/// </summary>
/// <param name="preparation">What the model wants.</param>
/// <param name="policy">What is done with doubted pictures.</param>
/// <param name="deidentification">The key.</param>
/// <param name="identified">True shows paths as they are.</param>
/// <param name="view">Window and frame of DICOM files; their own when null.</param>
/// <param name="limits">What a picture may cost; those of a radiograph when null.</param>
sealed class ImageIntake(ClipPreparation preparation, GatePolicy policy, Deidentification deidentification, bool identified = false,
    DicomView? view = null, ImageLimits? limits = null)
{
    readonly ImageLimits _limits = limits ?? ImageLimits.Radiograph;

    /// <summary>What came of one file.</summary>
    /// <param name="Pixels">[3, S, S]; null where there is an error.</param>
    /// <param name="Source">What is known of it.</param>
    /// <param name="Error">Why there are no pixels; its message may be shown.</param>
    internal sealed record IntakeResult(float[]? Pixels, SourceImage Source, InvalidInputException? Error);

    /// <summary>Opens a file.</summary>
    public IntakeResult Open(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var path = file.Path;
        DicomFile? header = null;
        try
        {
            if (file.Fault is not null) throw file.Fault;
            var source = file.Content;
            if (source.IsFile && Directory.Exists(path)) throw InputFiles.NoImages(path);
            if (!InputFiles.IsDicom(source)) return TakePicture(source);
            header = DicomFile.Read(source);
            return TakeDicom(source, header);
        }
        catch (InvalidInputException e)
        {
            return Failed(file, header, e);
        }
        catch (Exception e)
        {
            // a fault that no check foresaw is one file's, too: it must not end a run over 100,000, and its text may quote the file
            return Failed(file, header,
                new(path, "corrupt", $"the file could not be read ({e.GetType().Name}); export it anew, and please report it.", e));
        }
    }

    /// <summary>What outputs call a file, without its pixels: the same as <see cref="Open"/> calls it.</summary>
    public string NameOf(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return identified ? file.Path : Shown(file, null).Shown;
    }

    ShownFile Shown(InputFile file, DicomFile? header) =>
        header is not null ? ShownFile.Create(file.Path, header.Dataset, deidentification.Pseudonyms)
        : file.Path.Length == 0 ? ShownFile.Create("", deidentification.Pseudonyms)
        : ShownFile.Create(file.Content, deidentification.Pseudonyms);

    IntakeResult TakePicture(ImageSource source)
    {
        var path = source.Name;
        var raster = ImageFile.Read(source, _limits);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Check(null, raster);
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        return new(Prepared(raster), new(path, path, null, null, reasons) { Content = source }, null);
    }

    IntakeResult TakeDicom(ImageSource from, DicomFile header)
    {
        var path = from.Name;
        if (policy == GatePolicy.Refuse && InputGate.Check(header.Dataset, null) is { Count: > 0 } said)
            throw InputGate.Refusal(path, said);
        var image = DicomImage.Read(from, view, _limits);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Check(header.Dataset, image.Display());
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        var shown = ShownFile.Create(path, header.Dataset, deidentification.Pseudonyms);
        return new(image.Precise() is { } precise ? preparation.Prepare(precise) : Prepared(image.Display()),
            Source(from, shown, header, reasons), null);
    }

    float[] Prepared(Raster raster) => preparation.Normalize(preparation.Resize(preparation.Square(raster)));

    SourceImage Source(ImageSource from, ShownFile shown, DicomFile? header, IReadOnlyList<GateReason> gate) =>
        new(from.Name, identified ? from.Name : shown.Shown, header is null ? null : deidentification.Record(header.Dataset),
            header is null ? null : ImageIdentity.Read(header.Dataset), gate)
        { Content = from };

    IntakeResult Failed(InputFile file, DicomFile? header, InvalidInputException e)
    {
        var (path, shown) = (file.Path, Shown(file, header));
        var source = path.Length > 0 ? Source(file.Content, shown, header, []) : new(path, path, null, null, []);
        return new(null, source, new(identified ? path : shown.Shown, e.Kind, identified ? e.Told : shown.Redact(e.Told)));
    }
}
