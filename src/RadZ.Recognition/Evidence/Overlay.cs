using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Imaging.Preparation;
using SkiaSharp;

namespace RadZ.Recognition.Evidence;

/// <summary>
/// A heat map drawn over its X-ray: warm where the map is high, with a line round what is above half of its highest value, so that it can
/// be read in grey as well. Below stand the finding, how the map was made and that it is for research.
/// </summary>
static class Overlay
{
    const int LongSide = 768;
    const int Caption = 58;

    /// <summary>The picture as PNG.</summary>
    /// <param name="picture">The X-ray.</param>
    /// <param name="map">The map over it.</param>
    /// <param name="title">First line: the finding and its scores.</param>
    /// <param name="note">Second line.</param>
    public static byte[] Png(Raster picture, HeatMap map, string title, string note)
    {
        var scale = LongSide / (double)Math.Max(picture.Width, picture.Height);
        var (width, height) = (Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
        var resized = PillowBicubic.Resize(picture, width, height);
        var heat = map.Over(new(width, height));
        var highest = heat.Max();
        using var bitmap = new SKBitmap(Math.Max(width, 320), height + Caption, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = bitmap.GetPixelSpan();
        Paint(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(pixels),
            pixels.Length), bitmap.RowBytes, resized, heat, highest);
        using var canvas = new SKCanvas(bitmap);
        Write(canvas, title, note, height);
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    static void Paint(Span<byte> rgba, int stride, Raster picture, float[] heat, float highest)
    {
        var (width, height) = (picture.Width, picture.Height);
        for (var i = 3; i < rgba.Length; i += 4) rgba[i] = 255;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                var share = highest > 0 ? Math.Clamp(heat[i] / highest, 0, 1) : 0;
                var edge = highest > 0 && IsEdge(heat, width, height, x, y, highest / 2);
                var alpha = 0.55f * share * share;
                for (var c = 0; c < 3; c++)
                {
                    var level = picture.Levels[i * picture.Channels + (picture.Channels == 3 ? c : 0)];
                    var warm = c switch { 0 => 255f, 1 => 200f * share, _ => 40f };
                    rgba[y * stride + x * 4 + c] = edge ? (byte)((x + y) / 4 % 2 == 0 ? 255 : 0) : (byte)(level + (warm - level) * alpha);
                }
            }
    }

    /// <summary>The line is dashed black and white: it stands out on any ground.</summary>
    static bool IsEdge(float[] heat, int width, int height, int x, int y, float level)
    {
        var i = y * width + x;
        var above = heat[i] > level;
        return (x + 1 < width && heat[i + 1] > level != above) || (y + 1 < height && heat[i + width] > level != above)
            || (x > 0 && heat[i - 1] > level != above && above) || (y > 0 && heat[i - width] > level != above && above);
    }

    static void Write(SKCanvas canvas, string title, string note, int top)
    {
        using var bold = new SKPaint { Typeface = PictureFont.Typeface, IsAntialias = true, TextSize = 17, Color = SKColors.White };
        using var thin = new SKPaint { Typeface = PictureFont.Typeface, IsAntialias = true, TextSize = 13, Color = SKColors.LightGray };
        canvas.DrawText(title, 8, top + 23, bold);
        canvas.DrawText(note, 8, top + 46, thin);
    }
}
