using RadZ.Dicom;
using RadZ.Gate;
using RadZ.Imaging;
using RadZ.Studies;

namespace RadZ.Recognition;

/// <summary>
/// The door through which files come in: it opens a file, takes from its header what may be told, looks at the gate, and prepares the
/// pixels. Whatever is wrong is an error with a name in place of the path where the path says who the patient is.
/// </summary>
/// <param name="preparation">What the model wants.</param>
/// <param name="policy">What is done with doubted pictures.</param>
/// <param name="deidentification">The key.</param>
/// <param name="identified">True shows paths as they are.</param>
public sealed class ImageIntake(ClipPreparation preparation, GatePolicy policy, Deidentification deidentification, bool identified = false)
{
    /// <summary>What came of one file.</summary>
    /// <param name="Pixels">[3, S, S]; null where there is an error.</param>
    /// <param name="Source">What is known of it.</param>
    /// <param name="Error">Why there are no pixels; its message may be shown.</param>
    public sealed record Taken(float[]? Pixels, SourceImage Source, InvalidInputException? Error);

    /// <summary>Opens a file.</summary>
    public Taken Take(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var path = file.Path;
        IdentifyingTexts? texts = null;
        DicomFile? header = null;
        try
        {
            if (file.Fault is not null) throw file.Fault;
            if (Directory.Exists(path)) throw InputFiles.NoImages(path);
            return InputFiles.IsDicom(path) ? TakeDicom(path, ref texts, ref header) : TakePicture(path);
        }
        catch (InvalidInputException e)
        {
            texts ??= Damaged(path);
            return Failed(path, texts, header, e);
        }
        catch (Exception e)
        {
            // a fault that no check foresaw is one file's, too: it must not end a run over 100,000, and its text may quote the file
            return Failed(path, texts ?? Damaged(path), header, new(path, "corrupt", $"the file could not be read ({e.GetType().Name}); export it anew, and please report it.", e));
        }
    }

    /// <summary>What outputs call a file, without its pixels: the same as <see cref="Take"/> calls it.</summary>
    public string NameOf(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (identified || !File.Exists(file.Path)) return file.Path;
        if (!InputFiles.IsDicom(file.Path)) return Shown(file.Path, Damaged(file.Path));
        try { return Shown(file.Path, IdentifyingTexts.Of(DicomFile.Read(file.Path).Dataset)); }
        catch (InvalidInputException) { return Shown(file.Path, Damaged(file.Path)); }
    }

    static IdentifyingTexts Damaged(string path) => !File.Exists(path) || (InputFiles.IsNamedPicture(path) && !InputFiles.IsDicom(path)) ? IdentifyingTexts.None : IdentifyingTexts.OfDamaged(path);

    Taken TakePicture(string path)
    {
        var raster = ImageFile.Read(path, ImageLimits.Radiograph);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Of(null, raster);
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        return new(Prepared(raster), new(path, path, null, null, reasons), null);
    }

    Taken TakeDicom(string path, ref IdentifyingTexts? texts, ref DicomFile? header)
    {
        header = DicomFile.Read(path);
        texts = IdentifyingTexts.Of(header.Dataset);
        var source = Source(path, texts, header, []);
        if (policy == GatePolicy.Refuse && InputGate.Of(header.Dataset, null) is { Count: > 0 } said) throw InputGate.Refusal(path, said);
        var image = DicomImage.Read(path, limits: ImageLimits.Radiograph);
        IReadOnlyList<GateReason> reasons = policy == GatePolicy.Pass ? [] : InputGate.Of(header.Dataset, image.Display());
        if (policy == GatePolicy.Refuse && reasons.Count > 0) throw InputGate.Refusal(path, reasons);
        return new(image.Precise() is { } precise ? preparation.Prepare(precise) : Prepared(image.Display()), source with { Gate = reasons }, null);
    }

    float[] Prepared(Raster raster) => preparation.Normalise(preparation.Resize(preparation.Square(raster)));

    SourceImage Source(string path, IdentifyingTexts texts, DicomFile? header, IReadOnlyList<GateReason> gate) => new(path, Shown(path, texts),
        header is null ? null : deidentification.Record(header.Dataset), header is null ? null : ImageIdentity.Of(header.Dataset), gate);

    string Shown(string path, IdentifyingTexts texts) => identified ? path : texts.ShownPath(path, deidentification.Pseudonyms);

    Taken Failed(string path, IdentifyingTexts texts, DicomFile? header, InvalidInputException e)
    {
        var shown = Shown(path, texts);
        var message = e.Message.StartsWith(e.Path + ": ", StringComparison.Ordinal) ? e.Message[(e.Path.Length + 2)..] : e.Message;
        if (!identified) message = texts.Scrub(message.Replace(path, shown, StringComparison.Ordinal));
        return new(null, Source(path, texts, header, []), new(shown, e.Kind, message));
    }
}
