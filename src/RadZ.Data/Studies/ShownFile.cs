using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>A file as outputs and messages may call it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Shown">Its path, without what says who the patient is.</param>
/// <param name="Texts">The patient's texts in it.</param>
sealed record ShownFile(string Path, string Shown, IdentifyingTexts Texts)
{
    /// <summary>Looks into the file as far as it can be read; a picture by its ending that is no DICOM holds nobody's texts.</summary>
    public static ShownFile Create(string path, Pseudonyms pseudonyms) =>
        path.Length == 0 ? new(path, path, IdentifyingTexts.None) : Create(ImageSource.OfFile(path), pseudonyms);

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static ShownFile Create(ImageSource source, Pseudonyms pseudonyms)
    {
        var texts = TextsOf(source);
        return new(source.Name, texts.ShownPath(source.Name, pseudonyms), texts);
    }

    /// <summary>The same of a header that was read already.</summary>
    public static ShownFile Create(string path, DicomDataset dataset, Pseudonyms pseudonyms)
    {
        var texts = IdentifyingTexts.Collect(dataset);
        return new(path, texts.ShownPath(path, pseudonyms), texts);
    }

    /// <summary>A message about the file, as it may be shown.</summary>
    public string Redact(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Texts.Scrub(message.Replace(Path, Shown, StringComparison.Ordinal));
    }

    static IdentifyingTexts TextsOf(ImageSource source)
    {
        if (source.IsFile && !File.Exists(source.Name)) return IdentifyingTexts.None;
        if (!InputFiles.IsDicom(source))
            return !source.IsFile || MayBeDamagedDicom(source.Name) ? IdentifyingTexts.CollectFromDamaged(source) : IdentifyingTexts.None;
        try { return IdentifyingTexts.Collect(DicomFile.Read(source).Dataset); }
        catch (InvalidInputException) { return IdentifyingTexts.CollectFromDamaged(source); }
    }

    static bool MayBeDamagedDicom(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is "" or ".dcm" or ".dicom"
        || System.IO.Path.GetExtension(path).Any(char.IsAsciiDigit);
}
