namespace RadZ.Data.Sets;

/// <summary>Where the images of a set lie, by file name, so that parts (<c>images_001</c>...) and repackings are found alike.</summary>
sealed class ImageIndex
{
    static readonly string[] s_endings = [".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".tif", ".tiff", ".bmp"];
    readonly Dictionary<string, string> _byName = new(StringComparer.OrdinalIgnoreCase);

    ImageIndex()
    {
    }

    /// <summary>Walks folders below the root; those that are not there are passed over.</summary>
    /// <param name="root">The set's root.</param>
    /// <param name="folders">Relative folders; the root itself, downwards, when none is given.</param>
    public static ImageIndex Scan(string root, params IEnumerable<string> folders)
    {
        var index = new ImageIndex();
        var any = false;
        foreach (var folder in folders.Select(f => Path.Combine(root, f)).Where(Directory.Exists).Order(StringComparer.Ordinal))
        {
            any = true;
            index.Walk(folder);
        }
        if (!any) index.Walk(root);
        return index;
    }

    /// <summary>The path of a name, as written or without its ending; null where there is none.</summary>
    public string? Find(string name) =>
        _byName.TryGetValue(name, out var path) || _byName.TryGetValue(Path.GetFileName(name), out path) ? path : null;

    void Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*",
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Order(StringComparer.Ordinal))
        {
            if (!s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)) continue;
            _byName.TryAdd(Path.GetFileName(file), file);
            _byName.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        }
    }
}
