namespace RadZ.Recognition;

/// <summary>The images that paths mean: a file is itself, whatever its name; a folder is walked for files with an image's ending.</summary>
public static class ImageFiles
{
    static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>Files in a stable order; folders are walked downwards by name.</summary>
    /// <exception cref="InvalidInputException">A path does not exist, or a folder holds no image.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }
            var found = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                .Where(f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
            if (found.Count == 0) throw new InvalidInputException(path, "no-images", $"holds no image ({string.Join(", ", Endings)}).");
            files.AddRange(found);
        }
        return files;
    }
}
