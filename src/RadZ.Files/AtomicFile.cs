namespace RadZ.Files;

/// <summary>Files appear whole or not at all: they are written beside their place, flushed to the disk, and moved there.</summary>
static class AtomicFile
{
    /// <summary>
    /// Writes <paramref name="path"/> through <paramref name="write"/>; after an exception or a kill the old file is as it was.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="flush">
    /// Waits for the disk, so that the file is whole after a loss of power, too. Of many small files, which a run can make again, false: a
    /// kill of the process still leaves each whole or not there.
    /// </param>
    public static void Write(string path, Action<Stream> write, bool flush = true)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var partial = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                if (flush) stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Writes text (UTF-8, no byte order mark).</summary>
    public static void WriteText(string path, string text) => Write(path, s => s.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
