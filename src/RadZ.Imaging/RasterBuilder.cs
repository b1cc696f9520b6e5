namespace RadZ.Imaging;

/// <summary>
/// Collects decoded rows in any order. It stays grey until the first pixel of colour comes, so a grey picture stored as RGB
/// never takes three bytes a pixel.
/// </summary>
sealed class RasterBuilder(int width, int height)
{
    byte[] _levels = GC.AllocateUninitializedArray<byte>(checked(width * height));
    int _channels = 1;

    /// <summary>Adds a row of grey levels.</summary>
    public void AddGray(int y, ReadOnlySpan<byte> gray)
    {
        var row = Row(y);
        if (_channels == 1)
            gray[..width].CopyTo(row);
        else
            Spread(gray[..width], row);
    }

    /// <summary>Adds a row of pixels of <paramref name="stride"/> bytes that begin with red, green, blue.</summary>
    public void AddColor(int y, ReadOnlySpan<byte> pixels, int stride)
    {
        pixels = pixels[..(width * stride)];
        if (_channels == 1)
        {
            if (TryAddAsGray(Row(y), pixels, stride))
                return;
            var gray = _levels;
            _levels = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
            _channels = 3;
            Spread(gray, _levels);
        }
        var row = Row(y);
        if (stride == 3)
            pixels.CopyTo(row);
        else
            for (int from = 0, to = 0; to < row.Length; from += stride, to += 3)
                (row[to], row[to + 1], row[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
    }

    /// <summary>The picture; the builder is done.</summary>
    public Raster Build() => new(width, height, _channels, _levels);

    Span<byte> Row(int y) => _levels.AsSpan(y * width * _channels, width * _channels);

    static bool TryAddAsGray(Span<byte> row, ReadOnlySpan<byte> pixels, int stride)
    {
        for (int x = 0, from = 0; x < row.Length; x++, from += stride)
        {
            var level = pixels[from];
            if (level != pixels[from + 1] || level != pixels[from + 2])
                return false;
            row[x] = level;
        }
        return true;
    }

    static void Spread(ReadOnlySpan<byte> gray, Span<byte> color)
    {
        for (int x = 0, to = 0; x < gray.Length; x++, to += 3)
            color[to] = color[to + 1] = color[to + 2] = gray[x];
    }
}
