using RadZ.Files;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>
/// All that can be wrong with a DICOM file, in words. Texts from the file never enter: only tags, representations, lengths, and
/// values that are numbers or UIDs.
/// </summary>
static class DicomErrors
{
    const string Again = "copy or export the file again";

    public static InvalidInputException Missing(string path) =>
        new(path, "missing", "there is no such file, expected a DICOM file; check the path.");

    public static InvalidInputException Unreadable(string path, Exception cause) =>
        new(path, "unreadable", $"the file cannot be read ({cause.Message}); check its permissions and that no other program holds it.",
            cause);

    public static InvalidInputException Empty(string path) =>
        new(path, "empty", $"empty file: it has 0 bytes, expected a DICOM file; {Again}.");

    public static InvalidInputException NotDicom(string path) =>
        new(path, "not-dicom", "not DICOM: no DICM prefix at byte 128; check that it is the file you meant.");

    public static InvalidInputException TooLarge(string path, string found, string limit) =>
        new(path, "too-large", $"{found}, expected at most {limit}; export it smaller.");

    public static InvalidInputException Truncated(string path, string where) => new(path, "truncated", $"{where}; {Again}.");

    public static InvalidInputException Corrupt(string path, string found, Exception? cause = null) =>
        new(path, "corrupt", $"{found}; {Again}.", cause);

    public static InvalidInputException Unsupported(string path, string found, string next) =>
        new(path, "unsupported", $"{found}; {next}.");

    public static InvalidInputException NoPixels(string path, string found) =>
        new(path, "no-pixels", $"{found}; give the image that it belongs to.");

    /// <summary>
    /// A number from the file as it may be shown: at most 16 characters, digits, letters of hexadecimal, signs; else its length.
    /// </summary>
    public static string Quote(string value) =>
        value.Length is > 0 and <= 16 && value.Any(char.IsAsciiDigit)
            && value.All(c => char.IsAsciiHexDigit(c) || c is '+' or '-' or '.' or ' ') ? value : $"a text of {value.Length} characters";
}
