using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using SkiaSharp;

namespace RadZ.Export.Pictures;

/// <summary>
/// A radiograph with its ranked findings beside it, and what marks a finding over it where there is such a picture: what a Secondary
/// Capture shows. The radiograph is scaled as a whole, and nothing but the overlay is drawn on it.
/// </summary>
static class AnnotatedPicture
{
    const int Least = 640, Most = 1400, Panel = 460, Margin = 24, Rows = 16;

    /// <summary>Draws it.</summary>
    /// <param name="picture">The radiograph at 8 bits.</param>
    /// <param name="report">The findings.</param>
    /// <param name="overlay">Colours to lay over the radiograph, at any size, as a heat map; null for none.</param>
    /// <param name="opacity">Of the overlay, 0..1.</param>
    /// <returns>RGB, the radiograph's longer side at 640 to 1400 pixels.</returns>
    public static Raster Draw(Raster picture, StudyReport report, Raster? overlay = null, float opacity = 0.4f)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(report);
        var longer = Math.Max(picture.Width, picture.Height);
        var scale = Math.Clamp(longer, Least, Most) / (float)longer;
        var (width, height) = ((int)Math.Round(picture.Width * scale), (int)Math.Round(picture.Height * scale));
        using var bitmap = new SKBitmap(width + Panel, Math.Max(height, Least), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.Black);
            Place(canvas, picture, width, height, 1);
            if (overlay is not null) Place(canvas, overlay, width, height, opacity);
            Findings(canvas, report, width + Margin, bitmap.Height);
        }
        return Rgb(bitmap);
    }

    static void Place(SKCanvas canvas, Raster raster, int width, int height, float opacity)
    {
        using var bitmap = new SKBitmap(raster.Width, raster.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = bitmap.GetPixelSpan();
        unsafe
        {
            fixed (byte* start = pixels)
                for (int i = 0, from = 0; i < raster.Width * raster.Height; i++, from += raster.Channels)
                    for (var c = 0; c < 4; c++)
                        start[4 * i + c] = c == 3 ? (byte)255 : raster.Levels[from + (raster.Channels == 1 ? 0 : c)];
        }
        using var paint = new SKPaint
        {
            FilterQuality = SKFilterQuality.High,
            Color = SKColors.White.WithAlpha((byte)(255 * Math.Clamp(opacity, 0, 1))),
        };
        canvas.DrawBitmap(bitmap, new SKRect(0, 0, width, height), paint);
    }

    static void Findings(SKCanvas canvas, StudyReport report, int x, int height)
    {
        float y = 44;
        Line("Findings by a program", 22, SKColors.White, 34);
        foreach (var finding in report.Findings.Take(Rows))
        {
            using var bar = new SKPaint { Color = new(0x30, 0x60, 0x90) };
            canvas.DrawRect(x, y - 15, (float)(Math.Clamp(finding.Probability, 0, 1) * (Panel - 2 * Margin)), 20, bar);
            using var number = Text(15, SKColors.White);
            canvas.DrawText($"{finding.Probability * 100:0.0} %", x + Panel - 2 * Margin - 60, y, number);
            Line(finding.Disease + Calibrated(finding), 15, SKColors.White, 25);
        }
        if (report.Findings.Count > Rows) Line($"and {report.Findings.Count - Rows} more", 13, SKColors.Gray, 22);
        y = Math.Max(y + 10, height - (report.Calibration is null ? 112 : 130));
        Line($"Model {report.Model.Name} {report.Model.Hash[..Math.Min(12, report.Model.Hash.Length)]}, {report.Model.ScoreKind} score", 12,
            SKColors.LightGray, 18);
        Line($"share of a softmax over {report.Findings.Count} findings, not calibrated", 12, SKColors.LightGray, 18);
        if (report.Calibration is not null)
            Line("in brackets: calibrated probability, and the answer where asked", 12, SKColors.LightGray, 18);
        if (report.Lead.Gate.Count > 0)
            Line($"doubted: {string.Join(", ", report.Lead.Gate.Select(g => g.Reason))}", 12, SKColors.Orange, 18);
        Line("RESEARCH USE ONLY. NOT A MEDICAL DEVICE.", 14, SKColors.Orange, 18);

        void Line(string text, float size, SKColor color, float step)
        {
            using var paint = Text(size, color);
            canvas.DrawText(Fitting(text, paint), x, y, paint);
            y += step;
        }
    }

    static string Calibrated(ReportedFinding finding) => finding switch
    {
        { Calibrated: { } p, Answer: { } answer } =>
            FormattableString.Invariant($" ({p * 100:0.0} %, {answer.ToString().ToLowerInvariant()})"),
        { Calibrated: { } p } => FormattableString.Invariant($" ({p * 100:0.0} %)"),
        { Answer: { } answer } => $" ({answer.ToString().ToLowerInvariant()})",
        _ => "",
    };

    static string Fitting(string text, SKPaint paint)
    {
        var room = Panel - 2 * Margin - 66;
        if (paint.TextSize <= 14) room += 66;
        var count = (int)paint.BreakText(text, room);
        return count >= text.Length ? text : text[..Math.Max(0, count - 1)] + "…";
    }

    static SKPaint Text(float size, SKColor color) =>
        new() { Typeface = PictureFont.Typeface, TextSize = size, Color = color, IsAntialias = true };

    static Raster Rgb(SKBitmap bitmap)
    {
        var from = bitmap.GetPixelSpan();
        var levels = new byte[bitmap.Width * bitmap.Height * 3];
        for (var i = 0; i < bitmap.Width * bitmap.Height; i++) from.Slice(4 * i, 3).CopyTo(levels.AsSpan(3 * i));
        return new(bitmap.Width, bitmap.Height, 3, levels);
    }
}
