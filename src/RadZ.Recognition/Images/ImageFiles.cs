namespace RadZ.Recognition;

/// <summary>The images that paths mean: a file is itself, whatever its name; a folder is walked for files with an image's ending.</summary>
public static class ImageFiles
{
    static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>
    /// Files in a stable order; folders are walked downwards by name. A path that does not exist, and a folder without an image, stand
    /// for themselves: reading them fails, and one bad path ends no run.
    /// </summary>
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
            if (found.Count == 0) files.Add(path);
            else files.AddRange(found);
        }
        return files;
    }

    /// <summary>What is wrong with a folder that stands for itself.</summary>
    internal static InvalidInputException NoImages(string folder) =>
        new(folder, "no-images", $"the folder holds no image ({string.Join(", ", Endings)}); check the path.");
}
