using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>
/// Numbers of many images while they are being made: rows of a fixed width in one growing file, and beside it what makes them and the
/// images that failed. A work that was killed goes on after the last whole batch, so that every later batch holds the same images as
/// without the kill, and gives the same bits.
/// </summary>
sealed class RowJournal : IDisposable
{
    readonly FileStream _rows, _failures;
    readonly int _rowBytes;
    readonly Dictionary<int, string> _failed = [];

    RowJournal(FileStream rows, FileStream failures, int rowBytes) => (_rows, _failures, _rowBytes) = (rows, failures, rowBytes);

    /// <summary>Rows that are there, failed ones among them.</summary>
    public int Count { get; private set; }

    /// <summary>The reason of each failed row.</summary>
    public IReadOnlyDictionary<int, string> Failed => _failed;

    /// <summary>Opens a journal.</summary>
    /// <param name="path">Its file; <c>.json</c> and <c>.failed</c> are added for the other two.</param>
    /// <param name="identity">All that the rows depend on.</param>
    /// <param name="rowBytes">Bytes a row.</param>
    /// <param name="batch">Images a batch: a batch that is not whole is taken back.</param>
    /// <param name="resume">True: go on where it was left.</param>
    /// <exception cref="InvalidInputException">It was begun with another identity.</exception>
    public static RowJournal Open(string path, string identity, int rowBytes, int batch, bool resume)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var going = resume && File.Exists(path + ".json") && File.Exists(path);
        if (going && File.ReadAllText(path + ".json") != identity)
            throw new InvalidInputException(path, "other-run",
                $"was begun in another way ({Path.GetFileName(path)}.json says how: model, descriptions, images, arguments), and rows of " +
                $"both must not mix; use the same again, or start without ‹resume›.");
        if (!going)
        {
            File.Delete(path);
            File.Delete(path + ".failed");
            AtomicFile.WriteText(path + ".json", identity);
        }
        var rows = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var failures = new FileStream(path + ".failed", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var journal = new RowJournal(rows, failures, rowBytes);
        if (going) journal.Continue(batch);
        return journal;
    }

    void Continue(int batch)
    {
        Count = (int)(_rows.Length / _rowBytes) / batch * batch;
        _rows.SetLength((long)Count * _rowBytes);
        _rows.Position = _rows.Length;
        using var reader = new StreamReader(_failures, Encoding.UTF8, leaveOpen: true);
        List<string> kept = [];
        foreach (var line in reader.ReadToEnd().Split('\n'))
        {
            Failure? failure = null;
            try { failure = line.Length == 0 ? null : JsonSerializer.Deserialize<Failure>(line); }
            catch (JsonException) { }                                   // the line at which it was killed; its batch is not whole
            if (failure is null || failure.Row >= Count) continue;
            _failed[failure.Row] = failure.Reason;
            kept.Add(line + "\n");
        }
        _failures.SetLength(0);
        _failures.Write(Encoding.UTF8.GetBytes(string.Concat(kept)));
        _failures.Flush();
    }

    /// <summary>One row.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public void Add<T>(ReadOnlySpan<T> row) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(row);
        if (bytes.Length != _rowBytes) throw new ArgumentException($"a row of {bytes.Length} bytes, expected {_rowBytes}.", nameof(row));
        _rows.Write(bytes);
        Count++;
    }

    /// <summary>A row that is none.</summary>
    public void Fail(string reason)
    {
        _failures.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Failure(Count, reason)) + "\n"));
        _failures.Flush();                                              // before its row: none stands without its reason
        _failed[Count] = reason;
        Add<byte>(new byte[_rowBytes]);
    }

    /// <summary>Hands what was added to the system; to be called after each batch.</summary>
    public void Flush() => _rows.Flush();

    /// <summary>All rows, zeros where one failed.</summary>
    /// <typeparam name="T">As they were added.</typeparam>
    public T[] Read<T>() where T : unmanaged
    {
        Flush();
        var all = new T[(long)Count * _rowBytes / Marshal.SizeOf<T>()];
        _rows.Position = 0;
        if (all.LongLength * Marshal.SizeOf<T>() <= int.MaxValue) _rows.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan()));
        else
            for (var (row, width) = (0, _rowBytes / Marshal.SizeOf<T>()); row < Count; row++)
                _rows.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan(row * width, width)));
        _rows.Position = _rows.Length;
        return all;
    }

    /// <summary>Takes the files away: what they held is kept elsewhere.</summary>
    public static void Delete(string path)
    {
        foreach (var file in (string[])[path, path + ".json", path + ".failed"]) File.Delete(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _failures.Dispose();
    }

    sealed record Failure(int Row, string Reason);
}
