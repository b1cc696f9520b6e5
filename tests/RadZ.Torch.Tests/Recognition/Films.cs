using RadZ.TestKit;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>Films and streams of them, as callers have them.</summary>
static class Films
{
    /// <summary>The committed samples, by name.</summary>
    public static string[] Samples { get; } = [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "samples", "images"))
        .Where(f => Path.GetExtension(f) is ".png" or ".jpeg").Order(StringComparer.Ordinal)];

    /// <summary>The committed model.</summary>
    public static string Model { get; } = Path.Combine(Fixtures.Repository, "models", "radz-small");
}

/// <summary>A stream that cannot seek, knows no length, and gives a few bytes at a time.</summary>
sealed class Dribble(byte[] bytes, int most = 7) : Stream
{
    int _at;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(buffer.Length, 1 + _at % most), bytes.Length - _at);
        bytes.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A stream that never ends, and counts what was taken of it.</summary>
sealed class Endless : Stream
{
    public long Taken { get; private set; }
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Taken += count;
        return count;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
