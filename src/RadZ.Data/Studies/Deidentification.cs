using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>Makes the record that outputs may show from a data set that they may not.</summary>
/// <param name="pseudonyms">The key.</param>
sealed class Deidentification(Pseudonyms pseudonyms)
{
    const int OldestTold = 1900;

    /// <summary>The pseudonyms.</summary>
    public Pseudonyms Pseudonyms => pseudonyms;

    /// <summary>The record of a data set.</summary>
    public ImageRecord Record(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (identity, texts) = (ImageIdentity.Read(dataset), IdentifyingTexts.Collect(dataset));
        string? Word(DicomTag tag) => dataset.Text(tag) is { } text && Views.Word(text) is { } word && !texts.OccursIn(word) ? word : null;
        var maker = dataset.Text(DicomTag.Manufacturer);
        return new()
        {
            Modality = Word(DicomTag.Modality),
            BodyPart = Word(DicomTag.BodyPartExamined),
            View = Views.Read(dataset) is { } view && !texts.OccursIn(view) ? view : null,
            Laterality = KeepIfAllowed(Word(DicomTag.ImageLaterality) ?? Word(DicomTag.Laterality), "L", "R", "B", "U"),
            Sex = KeepIfAllowed(Word(DicomTag.PatientSex), "M", "F", "O"),
            Age = ImageRecord.AgeOf(dataset.Text(DicomTag.PatientAge)) ?? AgeByDates(dataset),
            Spacing = Spacing(dataset, DicomTag.PixelSpacing) ?? Spacing(dataset, DicomTag.ImagerPixelSpacing),
            Manufacturer = maker is { Length: <= 64 } && !texts.OccursIn(maker) && !maker.Any(char.IsControl) ? maker : null,
            Year = Year(ImageIdentity.Date(dataset)),
            Patient = identity.PatientKey.Length > 0 ? pseudonyms.PseudonymFor("patient", identity.PatientKey) : null,
            Study = Uid(identity.Study),
            Series = Uid(identity.Series),
            Instance = Uid(identity.Instance),
        };
    }

    string? Uid(string uid) => uid.Length > 0 ? pseudonyms.Uid(uid) : null;

    static string? KeepIfAllowed(string? word, params string[] allowed) => allowed.Contains(word) ? word : null;

    static IReadOnlyList<double>? Spacing(DicomDataset dataset, DicomTag tag) =>
        dataset.Numbers(tag) is [var rows, var columns] && double.IsFinite(rows) && double.IsFinite(columns) && rows > 0 && columns > 0
            ? [rows, columns] : null;

    static int? Year(string? date) => date is { Length: >= 4 }
        && int.TryParse(date.AsSpan(0, 4), System.Globalization.NumberStyles.None, null, out var year) && year is >= OldestTold and < 2200
            ? year : null;

    static string? AgeByDates(DicomDataset dataset) =>
        Year(dataset.Text(DicomTag.PatientBirthDate)) is { } born && Year(ImageIdentity.Date(dataset)) is { } then
            && then - born is >= 0 and var years
            ? years > 89 ? "90+" : $"{years}" : null;
}
