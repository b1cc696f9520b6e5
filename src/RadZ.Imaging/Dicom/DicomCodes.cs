using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom;

/// <summary>Words of a header that may be shown, whoever is imaged.</summary>
static class DicomCodes
{
    const int Longest = 16;

    /// <summary>
    /// The modality, where it is a code of the standard (capitals, digits, underscores); anything else may be someone's text: null.
    /// </summary>
    public static string? Modality(this DicomImage image) => image.File.Dataset.Text(DicomTag.Modality) is { Length: <= Longest } text
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '_' or ' ') ? text : null;
}
