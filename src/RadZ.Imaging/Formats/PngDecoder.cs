using System.IO.Compression;

namespace RadZ.Imaging.Formats;

/// <summary>
/// Decodes a PNG exactly. Own, because no library served here keeps 16 bits or the colours below alpha 0, and because it takes
/// no byte more than the header promises: a deflate bomb ends where the picture does.
/// </summary>
static class PngDecoder
{
    /// <summary>Adam7: first column and row of a pass, steps across and down (PNG specification 8.2).</summary>
    static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static Raster Decode(string path, Stream file)
    {
        var header = PngFile.ReadIhdr(path, file);
        PngFile.RequirePlausible(path, header, file.Length);
        byte[]? palette = null;
        while (true)
        {
            var (length, type) = PngFile.NextChunk(path, file);
            if (type == "PLTE")
                palette = ReadPalette(path, file, length);
            else if (type == "IDAT")
                return DecodePixels(path, file, header, palette, length);
            else
                SkipChunk(path, file, length, type);
        }
    }

    static Raster DecodePixels(string path, Stream file, PngHeader header, byte[]? palette, int firstLength)
    {
        if (header.ColorType == 3 && palette is null)
            throw ImageErrors.Corrupt(path, ImageFormat.Png, "it has no palette before its pixels");
        using var compressed = new PngPixelStream(path, file, firstLength);
        using var rows = new ZLibStream(compressed, CompressionMode.Decompress, leaveOpen: true);
        var samples = new PngSamples(path, header, palette);
        var builder = new RasterBuilder(header.Width, header.Height);
        try
        {
            if (header.Interlaced)
                DecodeInterlaced(path, rows, header, samples, builder);
            else
                foreach (var (y, row) in Rows(path, rows, header, header.Width, header.Height))
                    samples.Add(builder, y, row);
            rows.ReadByte();        // at the end of the data their checksum is proved; more than the picture needs is not read
        }
        catch (InvalidDataException e)
        {
            throw ImageErrors.Corrupt(path, ImageFormat.Png, "its compressed pixels cannot be read", e);
        }
        RequireEnd(path, file, compressed.Skip());
        return builder.Build();
    }

    /// <summary>Unfiltered rows; the memory of one is used again two rows later.</summary>
    static IEnumerable<(int Y, byte[] Row)> Rows(string path, Stream pixels, PngHeader header, int width, int height)
    {
        var bytes = header.RowBytes(width);
        var step = Math.Max(1, header.Channels * header.Bits / 8);
        var (row, above) = (new byte[bytes + 1], new byte[bytes + 1]);
        for (var y = 0; y < height; y++)
        {
            if (pixels.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw ImageErrors.Truncated(path, ImageFormat.Png, $"in row {y} of {height}");
            if (!PngFilter.Reverse(row[0], row.AsSpan(1), above.AsSpan(1), step))
                throw ImageErrors.Corrupt(path, ImageFormat.Png, $"row {y} has filter {row[0]}, expected 0..4");
            yield return (y, row);
            (row, above) = (above, row);
        }
    }

    static void DecodeInterlaced(string path, Stream pixels, PngHeader header, PngSamples samples, RasterBuilder builder)
    {
        var channels = samples.Channels;
        var stride = header.Width * channels;
        var picture = new byte[checked(stride * header.Height)];
        foreach (var (x0, y0, stepX, stepY) in Adam7)
        {
            var (width, height) = ((header.Width - x0 + stepX - 1) / stepX, (header.Height - y0 + stepY - 1) / stepY);
            if (width <= 0 || height <= 0)
                continue;
            foreach (var (y, row) in Rows(path, pixels, header, width, height))
            {
                var levels = samples.Expand(row, width);
                var to = (y0 + y * stepY) * stride + x0 * channels;
                for (var from = 0; from < width * channels; from += channels, to += stepX * channels)
                    levels.Slice(from, channels).CopyTo(picture.AsSpan(to));
            }
        }
        for (var y = 0; y < header.Height; y++)
            samples.AddExpanded(builder, y, picture.AsSpan(y * stride, stride));
    }

    static byte[] ReadPalette(string path, Stream file, int length)
    {
        if (length % 3 != 0 || length is 0 or > 768)
            throw ImageErrors.Corrupt(path, ImageFormat.Png, $"its palette has {length} bytes, expected 3 to 768 in threes");
        var palette = new byte[length];
        file.ReadExactly(palette);
        PngFile.CheckSum(path, file, "PLTE", PngChecksum.Compute("PLTE"u8, palette));
        return palette;
    }

    static void RequireEnd(string path, Stream file, (int Length, string Type) chunk)
    {
        for (; chunk.Type != "IEND"; chunk = PngFile.NextChunk(path, file))
            SkipChunk(path, file, chunk.Length, chunk.Type);
    }

    static void SkipChunk(string path, Stream file, int length, string type)
    {
        if (type == "IEND")
            throw ImageErrors.Truncated(path, ImageFormat.Png, "before its first pixel");
        if (char.IsAsciiLetterUpper(type[0]) && type is not ("PLTE" or "IDAT"))
            throw ImageErrors.Corrupt(path, ImageFormat.Png, $"it has a chunk {type}, which the PNG standard does not know");
        file.Seek(length + 4L, SeekOrigin.Current);
    }
}
