using Microsoft.Win32.SafeHandles;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>Bytes at places: of a file, or of what a deflated one became.</summary>
abstract class DicomSource : IDisposable
{
    /// <summary>All of them.</summary>
    public abstract long Length { get; }

    /// <summary>Fills <paramref name="into"/> from a place; fewer bytes come only at the end.</summary>
    public abstract int Read(long at, Span<byte> into);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>
/// A file, read where it is asked for: nothing is mapped, so a file that shrinks meanwhile ends in an error and not in a signal.
/// </summary>
sealed class FileSource(SafeFileHandle handle) : DicomSource
{
    /// <inheritdoc/>
    public override long Length { get; } = RandomAccess.GetLength(handle);

    /// <inheritdoc/>
    public override int Read(long at, Span<byte> into)
    {
        var done = 0;
        while (done < into.Length && RandomAccess.Read(handle, into[done..], at + done) is > 0 and var count) done += count;
        return done;
    }

    /// <inheritdoc/>
    public override void Dispose() => handle.Dispose();
}

/// <summary>Bytes that lie in memory as a whole.</summary>
sealed class BytesSource(ReadOnlyMemory<byte> bytes) : DicomSource
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override int Read(long at, Span<byte> into)
    {
        var count = (int)Math.Clamp(bytes.Length - at, 0, into.Length);
        if (count > 0) bytes.Span.Slice((int)at, count).CopyTo(into);
        return count;
    }

    /// <inheritdoc/>
    public override void Dispose() { }
}

/// <summary>Bytes in memory, in pieces of 1 MiB: growing copies nothing.</summary>
sealed class MemorySource : DicomSource
{
    const int Piece = 1 << 20;

    readonly List<byte[]> _pieces = [];
    long _length;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <summary>All that a stream gives, or false once it exceeds <paramref name="limit"/>.</summary>
    public static bool TryFill(Stream from, long limit, out MemorySource source)
    {
        source = new();
        while (source._length <= limit)
        {
            var piece = GC.AllocateUninitializedArray<byte>(Piece);
            var count = from.ReadAtLeast(piece, Piece, throwOnEndOfStream: false);
            source._pieces.Add(piece);
            source._length += count;
            if (count < Piece) return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public override int Read(long at, Span<byte> into)
    {
        var count = (int)Math.Clamp(_length - at, 0, into.Length);
        for (var done = 0; done < count;)
        {
            var from = _pieces[(int)((at + done) / Piece)].AsSpan((int)((at + done) % Piece));
            var part = Math.Min(from.Length, count - done);
            from[..part].CopyTo(into[done..]);
            done += part;
        }
        return count;
    }

    /// <inheritdoc/>
    public override void Dispose() => _pieces.Clear();
}

/// <summary>A reader's place in a source, with a buffer: headers are a few bytes each.</summary>
sealed class DicomCursor(DicomSource source, long at)
{
    const int Buffered = 1 << 14;

    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Buffered, Math.Max(64, source.Length)));
    long _start = -1;
    int _count;

    /// <summary>The next byte's place.</summary>
    public long Position { get; set; } = at;

    /// <summary>Where the source ends.</summary>
    public long End => source.Length;

    /// <summary>The next bytes, at most 64, or an empty span at the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_start < 0 || Position < _start || Position + count > _start + _count)
        {
            _start = Position;
            _count = source.Read(Position, _buffer);
            if (_count < count) return [];
        }
        return _buffer.AsSpan((int)(Position - _start), count);
    }

    /// <summary>Copies the next bytes out and goes on behind them; false at the end.</summary>
    public bool TryRead(Span<byte> into)
    {
        if (into.Length <= 64 && Peek(into.Length) is { IsEmpty: false } near) near.CopyTo(into);
        else if (source.Read(Position, into) < into.Length) return false;
        Position += into.Length;
        return true;
    }
}
