using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace RadZ.Hub;

/// <summary>
/// A file on its way: its bytes in a partial file of full length, and beside it a journal with a line for each part that is whole, so
/// that a killed pull goes on. Safe for several threads that write different parts.
/// </summary>
sealed class Transfer : IDisposable
{
    readonly string _partial;
    readonly string _journalPath;
    readonly long _partSize;
    readonly bool[] _done;
    readonly SafeFileHandle _bytes;
    readonly StreamWriter _journal;
    readonly Lock _lock = new();
    int _fetching;
    bool _claimed;

    /// <param name="file">What is fetched.</param>
    /// <param name="partial">Where its bytes gather.</param>
    /// <param name="partSize">Bytes of a part.</param>
    public Transfer(HubFile file, string partial, long partSize)
    {
        (File, _partial, _journalPath, _partSize) = (file, partial, partial + ".parts", partSize);
        _done = new bool[(file.Size + partSize - 1) / partSize];
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        var header = string.Create(CultureInfo.InvariantCulture, $"radz-parts 1 {file.Size} {partSize}");
        var goesOn = System.IO.File.Exists(partial) && new FileInfo(partial).Length == file.Size && ReadJournal(header);
        _bytes = System.IO.File.OpenHandle(partial, goesOn ? FileMode.Open : FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        if (!goesOn) RandomAccess.SetLength(_bytes, file.Size);
        var journal = new FileStream(_journalPath, goesOn ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read);
        journal.Seek(0, SeekOrigin.End);
        _journal = new(journal) { AutoFlush = true };
        // a line that a kill cut short must not run into the next
        if (goesOn) _journal.WriteLine();
        else _journal.WriteLine(header);
    }

    /// <summary>What is fetched.</summary>
    public HubFile File { get; }

    /// <summary>Held by the one that takes the whole file where the server knows no ranges.</summary>
    public SemaphoreSlim Whole { get; } = new(1);

    /// <summary>Number of parts.</summary>
    public int Parts => _done.Length;

    /// <summary>Bytes of parts that are whole.</summary>
    public long Received => Enumerable.Range(0, Parts).Where(IsDone).Sum(p => End(p) - Start(p));

    /// <summary>True when every part is whole.</summary>
    public bool IsComplete { get { lock (_lock) return Array.TrueForAll(_done, d => d); } }

    /// <summary>First byte of a part.</summary>
    public long Start(int part) => part * _partSize;

    /// <summary>One behind the last byte of a part.</summary>
    public long End(int part) => Math.Min(File.Size, (part + 1) * _partSize);

    /// <summary>True when the part is whole.</summary>
    public bool IsDone(int part) { lock (_lock) return _done[part]; }

    /// <summary>Puts bytes in their place.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_bytes, bytes, offset);

    /// <summary>A connection sets out for a part; false where there is nothing left to do.</summary>
    public bool Enter(int part)
    {
        lock (_lock)
        {
            if (_claimed || _done[part]) return false;
            _fetching++;
            return true;
        }
    }

    /// <summary>A connection has done with its part; true for the one that leaves last and finds the file complete: it publishes.</summary>
    public bool Abandon()
    {
        lock (_lock) return --_fetching == 0 && !_claimed && (_claimed = Array.TrueForAll(_done, d => d));
    }

    /// <summary>Notes that a part is whole.</summary>
    public void Finish(int part)
    {
        lock (_lock)
        {
            if (!_done[part]) _journal.WriteLine(part.ToString(CultureInfo.InvariantCulture));
            _done[part] = true;
        }
    }

    /// <summary>True when the bytes have the hash that the hub lists.</summary>
    public bool HasRightHash(CancellationToken cancel)
    {
        RandomAccess.FlushToDisk(_bytes);
        return ContentHash.Compute(_partial, File, cancel) == File.Hash;
    }

    /// <summary>Forgets all that came.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Array.Clear(_done);
            _journal.BaseStream.SetLength(0);
            _journal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"radz-parts 1 {File.Size} {_partSize}"));
        }
    }

    /// <summary>Gives the whole file its name.</summary>
    public void MoveTo(string path)
    {
        Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.Move(_partial, path, overwrite: true);
        System.IO.File.Delete(_journalPath);
    }

    bool ReadJournal(string header)
    {
        if (!System.IO.File.Exists(_journalPath)) return false;
        string[] lines = System.IO.File.ReadAllLines(_journalPath);
        if (lines.Length == 0 || lines[0] != header) return false;
        foreach (var line in lines.Skip(1))
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var part) && part < Parts) _done[part] = true;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _bytes.Dispose();
    }
}

/// <summary>The two hashes that a hub lists.</summary>
static class ContentHash
{
    /// <summary>SHA-256 of the content where the file lists one of 64 digits, else Git's SHA-1 of the blob; lower-case hex.</summary>
    public static string Compute(string path, HubFile file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(file.Hash.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (file.Hash.Length == 40) hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"blob {file.Size}\0"));
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var buffer = new byte[1 << 20];
        while (stream.Read(buffer) is > 0 and var count)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
