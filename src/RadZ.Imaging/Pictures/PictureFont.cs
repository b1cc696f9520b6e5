using SkiaSharp;

namespace RadZ.Imaging.Pictures;

/// <summary>
/// The letters that are written on pictures: DejaVu Sans, Latin, carried along, so that words and their sizes do not depend on the system's
/// fonts, or on there being any.
/// </summary>
static class PictureFont
{
    static readonly Lazy<SKTypeface> s_typeface = new(() =>
    {
        using var stream = typeof(PictureFont).Assembly.GetManifestResourceStream("DejaVuSans-Latin.ttf")!;
        return SKTypeface.FromStream(stream);
    });

    /// <summary>The typeface; shared, not to be disposed.</summary>
    public static SKTypeface Typeface => s_typeface.Value;
}
