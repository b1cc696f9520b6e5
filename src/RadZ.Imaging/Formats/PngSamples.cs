using System.Buffers.Binary;

namespace RadZ.Imaging.Formats;

/// <summary>
/// Makes 8-bit levels of a row's packed samples: depth scaled to 0..255, palette looked up, alpha kept only to be dropped.
/// </summary>
sealed class PngSamples(string path, PngHeader header, byte[]? palette)
{
    readonly byte[] _levels =
        header.Bits == 8 && palette is null ? [] : new byte[header.Width * Math.Max(header.Channels, header.ColorType == 3 ? 3 : 1)];

    readonly byte[] _gray = header.Channels == 2 ? new byte[header.Width] : [];

    /// <summary>Levels a pixel after <see cref="Expand"/>.</summary>
    public int Channels => header.ColorType == 3 ? 3 : header.Channels;

    /// <summary>Expands a full row (with its filter byte in front) and adds it.</summary>
    public void Add(RasterBuilder builder, int y, byte[] row) => AddExpanded(builder, y, Expand(row, header.Width));

    /// <summary>Adds a row of <see cref="Channels"/> levels a pixel.</summary>
    public void AddExpanded(RasterBuilder builder, int y, Span<byte> levels)
    {
        if (Channels >= 3)
        {
            builder.AddColor(y, levels, Channels);
            return;
        }
        if (Channels == 2)                                  // not in place: the next row is filtered against this one
        {
            for (var x = 0; x < _gray.Length; x++)
                _gray[x] = levels[2 * x];
            levels = _gray;
        }
        builder.AddGray(y, levels);
    }

    /// <summary>The levels of <paramref name="width"/> pixels; valid until the next call.</summary>
    public Span<byte> Expand(byte[] row, int width)
    {
        var packed = row.AsSpan(1);
        if (header.ColorType == 3)
            return LookUp(packed, width);
        var count = width * header.Channels;
        if (header.Bits == 8)
            return packed[..count];
        if (header.Bits == 16)
            for (var i = 0; i < count; i++)
                // floor(v * 255 / 65535 + 0.5)
                _levels[i] = (byte)((BinaryPrimitives.ReadUInt16BigEndian(packed[(2 * i)..]) + 128) / 257);
        else
            for (var i = 0; i < count; i++)
                _levels[i] = (byte)(Sample(packed, i) * 255 / ((1 << header.Bits) - 1));
        return _levels.AsSpan(0, count);
    }

    Span<byte> LookUp(ReadOnlySpan<byte> packed, int width)
    {
        for (var x = 0; x < width; x++)
        {
            var entry = Sample(packed, x);
            if (entry * 3 >= palette!.Length)
                throw ImageErrors.Corrupt(path, ImageFormat.Png,
                    $"a pixel asks for palette entry {entry}, the palette has {palette.Length / 3}");
            palette.AsSpan(entry * 3, 3).CopyTo(_levels.AsSpan(x * 3));
        }
        return _levels.AsSpan(0, width * 3);
    }

    int Sample(ReadOnlySpan<byte> packed, int index)
    {
        var bit = index * header.Bits;
        return packed[bit >> 3] >> 8 - header.Bits - (bit & 7) & (1 << header.Bits) - 1;
    }
}
