namespace RadZ.Imaging.Formats;

/// <summary>The compressed bytes of a run of IDAT chunks as one stream; each chunk's checksum is proved when its end is reached.</summary>
sealed class PngPixelStream(string path, Stream file, int firstLength) : Stream
{
    int _left = firstLength;
    PngChecksum _sum = new("IDAT"u8);

    /// <summary>The chunk after the last IDAT, once the run was read to its end.</summary>
    public (int Length, string Type)? Next { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        while (_left == 0 && Next is null)
            NextPart();
        var read = file.Read(buffer[..Math.Min(buffer.Length, _left)]);
        _sum.Append(buffer[..read]);
        _left -= read;
        return read;
    }

    /// <summary>Passes over what the picture did not need, without reading it, to the chunk after the last IDAT.</summary>
    public (int Length, string Type) Skip()
    {
        while (Next is null)
        {
            if (_left > 0)
            {
                file.Seek(_left + 4L, SeekOrigin.Current);
                Advance();
            }
            else
                NextPart();
        }
        return Next.Value;
    }

    void NextPart()
    {
        PngFile.CheckSum(path, file, "IDAT", _sum.Value);
        Advance();
    }

    void Advance()
    {
        var chunk = PngFile.NextChunk(path, file);
        if (chunk.Type == "IDAT")
            (_left, _sum) = (chunk.Length, new("IDAT"u8));
        else
            (_left, Next) = (0, chunk);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
