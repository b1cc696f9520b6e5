using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>One file to recognise, or why it will not be opened.</summary>
/// <param name="Path">The file; of a record that points nowhere, the directory that holds it.</param>
/// <param name="Fault">What is wrong with it already; null of a file to open.</param>
sealed record InputFile(string Path, InvalidInputException? Fault)
{
    /// <summary>Where its bytes are: the file, unless they are in memory.</summary>
    internal ImageSource Content { get => field ?? ImageSource.OfFile(Path); init; }

    /// <summary>Bytes in memory as a file of that name.</summary>
    internal static InputFile InMemory(ReadOnlyMemory<byte> bytes, string name) =>
        new(name, null) { Content = ImageSource.OfBytes(bytes, name) };
}

/// <summary>
/// The images that paths mean: a file is itself, whatever its name; a DICOMDIR is the files of its records; a folder is walked downwards
/// for files with a picture's ending and for DICOM files, which are known by content whatever they are called.
/// </summary>
static class InputFiles
{
    static readonly string[] s_endings = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>
    /// Files in a stable order, folders by name. A path that does not exist, and a folder without an image, stand for themselves: reading
    /// them fails, and one bad path ends no run.
    /// </summary>
    public static IReadOnlyList<InputFile> Find(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.SelectMany(One)];
    }

    static IEnumerable<InputFile> One(string path)
    {
        if (Directory.Exists(path))
        {
            var found = Walk(path).Order(StringComparer.Ordinal).Select(f => new InputFile(f, null)).ToList();
            return found.Count > 0 ? found : [new(path, NoImages(path))];
        }
        if (!Path.GetFileName(path).StartsWith("DICOMDIR", StringComparison.OrdinalIgnoreCase) || !IsDicom(path)) return [new(path, null)];
        try
        {
            return DicomDirectory.Read(path);
        }
        catch (InvalidInputException e) when (e.Kind == "not-a-directory")
        {
            return [new(path, null)];
        }
        catch (InvalidInputException e)
        {
            return [new(path, e)];
        }
    }

    static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(f => IsNamedPicture(f)
                || (!Path.GetFileName(f).Equals("DICOMDIR", StringComparison.OrdinalIgnoreCase) && (IsNamedDicom(f) || IsDicom(f))));

    /// <summary>True of a picture's ending.</summary>
    public static bool IsNamedPicture(string path) => s_endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>A damaged .dcm is reported, not passed over.</summary>
    static bool IsNamedDicom(string path) => Path.GetExtension(path).ToLowerInvariant() is ".dcm" or ".dicom";

    /// <summary>True where the file has the prefix of DICOM; false of one that cannot be read.</summary>
    public static bool IsDicom(string path)
    {
        try { return IsDicom(ImageSource.OfFile(path)); }
        catch (ArgumentException) { return false; }
    }

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static bool IsDicom(ImageSource source)
    {
        try
        {
            Span<byte> start = stackalloc byte[DicomFile.PrefixEnd];
            return source.ReadStart(start) == start.Length && DicomFile.HasPrefix(start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>What is wrong with a folder that stands for itself.</summary>
    public static InvalidInputException NoImages(string folder) =>
        new(folder, "no-images", $"the folder holds no image ({string.Join(", ", s_endings)}, DICOM); check the path.");
}
