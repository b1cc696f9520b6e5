using System.Runtime.InteropServices;

namespace RadZ.Imaging;

/// <summary>
/// Where a picture's bytes are: in a file, or in memory under a name. Both are read by the same code, so that a picture gives the same
/// pixels and the same errors wherever it lies. Safe to share: every opening is of its own.
/// </summary>
sealed class ImageSource
{
    readonly byte[]? _bytes;
    readonly int _offset;

    ImageSource(string name, byte[]? bytes, int offset, int count)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, _bytes, _offset, Length) = (name, bytes, offset, count);
    }

    /// <summary>What errors call it: a file's path, or the name that was given with the bytes.</summary>
    public string Name { get; }

    /// <summary>True where it is a file.</summary>
    public bool IsFile => _bytes is null;

    /// <summary>Bytes in memory; 0 of a file.</summary>
    public int Length { get; }

    /// <summary>The bytes in memory; none of a file.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes is null ? default : _bytes.AsMemory(_offset, Length);

    /// <summary>A file.</summary>
    public static ImageSource OfFile(string path) => new(path, null, 0, 0);

    /// <summary>Bytes in memory; they are not copied where they lie in an array, and must not change.</summary>
    public static ImageSource OfBytes(ReadOnlyMemory<byte> bytes, string name) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) ? new(name, segment.Array!, segment.Offset, segment.Count)
            : new(name, bytes.ToArray(), 0, bytes.Length);

    /// <summary>A stream at the first byte, which can seek and knows its length.</summary>
    /// <exception cref="IOException">As the system says of a file.</exception>
    public Stream Open() => _bytes is null
        ? new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 65536, FileOptions.SequentialScan)
        : new MemoryStream(_bytes, _offset, Length, writable: false);

    /// <summary>The first bytes, as many as there are.</summary>
    /// <exception cref="IOException">As the system says of a file.</exception>
    public int ReadStart(Span<byte> into)
    {
        if (_bytes is not null)
        {
            var count = Math.Min(into.Length, Length);
            _bytes.AsSpan(_offset, count).CopyTo(into);
            return count;
        }
        using var file = File.OpenHandle(Name);
        return RandomAccess.Read(file, into, 0);
    }
}
