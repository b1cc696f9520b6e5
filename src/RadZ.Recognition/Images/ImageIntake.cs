using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Preparation;
using RadZ.Imaging.Reading;

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
sealed class ImageIntake(ClipPreparation preparation, GatePolicy policy, Deidentification deidentification, bool identified = false,
    DicomView? view = null)
{
    /// <summary>What came of one file.</summary>
    /// <param name="Pixels">[3, S, S]; null where there is an error.</param>
    /// <param name="Source">What is known of it.</param>
    /// <param name="Error">Why there are no pixels; its message may be shown.</param>
    internal sealed record Taken(float[]? Pixels, SourceImage Source, InvalidInputException? Error);

    /// <summary>Opens a file.</summary>
    public Taken Take(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var path = file.Path;
        DicomFile? header = null;
        try
        {
            if (file.Fault is not null) throw file.Fault;
            if (Directory.Exists(path)) throw InputFiles.NoImages(path);
            if (!InputFiles.IsDicom(path)) return TakePicture(path);
            header = DicomFile.Read(path);
            return TakeDicom(path, header);
        }
        catch (InvalidInputException e)
        {
            return Failed(path, header, e);
        }
        catch (Exception e)
        {
            // a fault that no check foresaw is one file's, too: it must not end a run over 100,000, and its text may quote the file
            return Failed(path, header,
                new(path, "corrupt", $"the file could not be read ({e.GetType().Name}); export it anew, and please report it.", e));
        }
    }

    /// <summary>What outputs call a file, without its pixels: the same as <see cref="Take"/> calls it.</summary>
    public string NameOf(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return identified ? file.Path : ShownFile.Of(file.Path, deidentification.Pseudonyms).Shown;
    }

    Taken TakePicture(string path)
    {
        var raster = ImageFile.Read(path, ImageLimits.Radiograph);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Of(null, raster);
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        return new(Prepared(raster), new(path, path, null, null, reasons), null);
    }

    Taken TakeDicom(string path, DicomFile header)
    {
        if (policy == GatePolicy.Refuse && InputGate.Of(header.Dataset, null) is { Count: > 0 } said) throw InputGate.Refusal(path, said);
        var image = DicomImage.Read(path, view, ImageLimits.Radiograph);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Of(header.Dataset, image.Display());
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        var shown = ShownFile.Of(path, header.Dataset, deidentification.Pseudonyms);
        return new(image.Precise() is { } precise ? preparation.Prepare(precise) : Prepared(image.Display()),
            Source(path, shown, header, reasons), null);
    }

    float[] Prepared(Raster raster) => preparation.Normalise(preparation.Resize(preparation.Square(raster)));

    SourceImage Source(string path, ShownFile shown, DicomFile? header, IReadOnlyList<GateReason> gate) =>
        new(path, identified ? path : shown.Shown,
        header is null ? null : deidentification.Record(header.Dataset), header is null ? null : ImageIdentity.Of(header.Dataset), gate);

    Taken Failed(string path, DicomFile? header, InvalidInputException e)
    {
        var shown = header is null ? ShownFile.Of(path, deidentification.Pseudonyms)
            : ShownFile.Of(path, header.Dataset, deidentification.Pseudonyms);
        var message = e.Message.StartsWith(e.Path + ": ", StringComparison.Ordinal) ? e.Message[(e.Path.Length + 2)..] : e.Message;
        return new(null, Source(path, shown, header, []),
            new(identified ? path : shown.Shown, e.Kind, identified ? message : shown.Tell(message)));
    }
}
