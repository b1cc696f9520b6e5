namespace RadZ.Files;

/// <summary>Lets one process at a time work in a folder. The lock goes with the process, however it ends; its file stays.</summary>
static class FolderLock
{
    /// <summary>Takes the lock that a file stands for, in a folder that is made if need be.</summary>
    /// <returns>Held until it is disposed; null where another holds it.</returns>
    public static IDisposable? TryTake(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
