namespace RadZ.Files;

/// <summary>How long files are.</summary>
static class FileSize
{
    /// <summary>Bytes of a file's content; of a link (the hub's cache is made of them) the content it leads to, not the link.</summary>
    public static long Get(string path)
    {
        using var handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }
}
