using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>
/// A DICOMDIR (PS3.3 annex F): its records are followed from patient to image by their offsets. A record whose file lies outside the
/// folder, by its name or by a link, is an error in its place and is never opened.
/// </summary>
static class DicomDirectory
{
    /// <summary>Media Storage Directory Storage.</summary>
    public const string SopClass = "1.2.840.10008.1.3.10";

    static readonly DicomTag s_first = new(0x00041200), s_records = new(0x00041220), s_next = new(0x00041400), s_inUse = new(0x00041410),
        s_lower = new(0x00041420),
        s_type = new(0x00041430), s_file = new(0x00041500);

    /// <summary>True where the file is one.</summary>
    public static bool Is(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Meta.Uid(DicomTag.MediaStorageSOPClassUID) == SopClass;
    }

    /// <summary>The images of a directory, in its order.</summary>
    /// <exception cref="InvalidInputException">As <see cref="DicomFile.Read(string, DicomLimits?)"/>; <c>not-a-directory</c>;
    /// <c>corrupt</c> where records point in circles or nowhere; <c>no-images</c>.</exception>
    public static IReadOnlyList<InputFile> Read(string path)
    {
        var file = DicomFile.Read(path);
        if (!Is(file)) throw new InvalidInputException(path, "not-a-directory", "this DICOM file is no DICOMDIR; give it as an image.");
        var records = file.Dataset.Items(s_records);
        // offsets count from the start of the file to an item's tag: 8 bytes of item, 8 of the first element before its value
        var byOffset = records.Where(r => r.Elements.Count > 0).GroupBy(r => r.Elements[0].Offset - 16).ToDictionary(g => g.Key,
            g => g.First());
        var (found, seen) = (new List<InputFile>(), new HashSet<DicomDataset>());
        Follow(file.Dataset.Integer(s_first) ?? 0, 0);
        if (found.Count == 0)
            throw new InvalidInputException(path, "no-images",
                $"the DICOMDIR has {records.Count} records, and none of an image; check the path.");
        return found;

        void Follow(long offset, int depth)
        {
            if (depth > 8)
                throw new InvalidInputException(path, "corrupt",
                    "records of the DICOMDIR lie more than 8 levels deep; copy the medium again, or give its folder.");
            while (offset != 0)
            {
                if (!byOffset.TryGetValue(offset, out var record))
                    throw new InvalidInputException(path, "corrupt",
                        $"a record of the DICOMDIR points to byte {offset}, where no record begins; give the folder in its place.");
                if (!seen.Add(record))
                    throw new InvalidInputException(path, "corrupt",
                        "records of the DICOMDIR point in circles; give the folder in its place.");
                if (record.Integer(s_inUse) != 0)
                {
                    if (record.Text(s_type) == "IMAGE") found.Add(Image(path, record.Texts(s_file)));
                    Follow(record.Integer(s_lower) ?? 0, depth + 1);
                }
                offset = record.Integer(s_next) ?? 0;
            }
        }
    }

    static InputFile Image(string directory, IReadOnlyList<string> parts)
    {
        var folder = Path.GetDirectoryName(directory) ?? "";
        InputFile Fault(string kind, string message) => new(directory, new(directory, kind, message));
        if (parts.Count == 0 || parts.Any(p => p.Length == 0))
            return Fault("corrupt", "an image record of the DICOMDIR names no file; give the folder in its place.");
        if (parts.Any(p => p is "." or ".." || p.IndexOfAny(['/', '\\', '\0', ':']) >= 0))
            return Fault("outside", "an image record of the DICOMDIR points outside its folder, and was not opened; check where this " +
                "medium comes from.");
        var at = folder;
        foreach (var part in parts) at = Exact(at, part);
        if (!File.Exists(at))
            return new(at, new(at, "missing", "there is no such file, though the DICOMDIR lists it; copy the medium again."));
        if (!IsWithin(Real(folder.Length == 0 ? "." : folder), Real(at)))
            return Fault("outside", "an image record of the DICOMDIR leads by a link outside its folder, and was not opened; check where " +
                "this medium comes from.");
        return new(at, null);
    }

    /// <summary>A name as the folder has it: records are in capitals, files on a copy of the medium often are not.</summary>
    static string Exact(string folder, string name)
    {
        var exact = Path.Combine(folder, name);
        if (Path.Exists(exact) || !Directory.Exists(folder.Length == 0 ? "." : folder)) return exact;
        return Directory.EnumerateFileSystemEntries(folder.Length == 0 ? "." : folder)
            .FirstOrDefault(e => string.Equals(Path.GetFileName(e), name, StringComparison.OrdinalIgnoreCase))
            is { } other ? Path.Combine(folder, Path.GetFileName(other)) : exact;
    }

    /// <summary>The path with every link in it followed.</summary>
    static string Real(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        foreach (var part in Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            real = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
        }
        return real;
    }

    static bool IsWithin(string folder, string path) => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
