namespace RadZ.Tests.Imaging;

/// <summary>A file for one test, gone with it.</summary>
sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(ReadOnlySpan<byte> content, string extension = ".png")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString("N") + extension);
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
