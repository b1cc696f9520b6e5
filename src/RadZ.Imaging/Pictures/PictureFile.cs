using RadZ.Files;
using SkiaSharp;

namespace RadZ.Imaging.Pictures;

/// <summary>Pictures for people: 8-bit PNG, grey or RGB, without profile or gamma.</summary>
public static class PictureFile
{
    /// <summary>Writes a picture whole or not at all.</summary>
    /// <param name="raster">1 or 3 channels.</param>
    /// <param name="path">A .png file; its folder is made.</param>
    public static void Write(Raster raster, string path) => AtomicFile.Write(path, file => Write(raster, file));

    /// <summary>Writes a picture into a stream.</summary>
    public static unsafe void Write(Raster raster, Stream file)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using var bitmap = new SKBitmap(new SKImageInfo(raster.Width, raster.Height,
            raster.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgb888x, SKAlphaType.Opaque));
        for (var y = 0; y < raster.Height; y++)
        {
            var row = raster.Levels.AsSpan(y * raster.Width * raster.Channels, raster.Width * raster.Channels);
            var into = new Span<byte>((byte*)bitmap.GetPixels() + (nint)y * bitmap.RowBytes, raster.Width * bitmap.BytesPerPixel);
            if (raster.Channels == 1) row.CopyTo(into);
            else
                for (int from = 0, to = 0; from < row.Length; from += 3, to += 4)
                    (into[to], into[to + 1], into[to + 2], into[to + 3]) = (row[from], row[from + 1], row[from + 2], 255);
        }
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6))
            ?? throw new IOException("the PNG could not be encoded");
        data.SaveTo(file);
    }
}
