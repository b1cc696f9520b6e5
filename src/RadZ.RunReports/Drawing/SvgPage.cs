using System.Globalization;
using System.Net;
using System.Text;

namespace RadZ.RunReports.Drawing;

/// <summary>How a line is drawn; told apart without colours.</summary>
enum Stroke
{
    None,
    Solid,
    Dashed,
    Dotted,
}

/// <summary>How a point is drawn.</summary>
enum Marker
{
    None,
    Circle,
    OpenCircle,
    Square,
    OpenTriangle,
    Diamond,
    OpenSquare,
    Cross,
    Plus,
    Dot,
}

/// <summary>A picture as SVG text: lines, markers and words in black and grey, with no font or file of its own.</summary>
sealed class SvgPage(double width, double height, string title)
{
    /// <summary>Text and lines that matter.</summary>
    public const string Ink = "#000";

    /// <summary>Axes and second lines.</summary>
    public const string Gray = "#666";

    readonly StringBuilder _body = new();

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string color = Ink, double thickness = 1, Stroke stroke = Stroke.Solid) =>
        Add($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{color}\" " +
            $"stroke-width=\"{N(thickness)}\"{Dash(stroke)}/>");

    /// <summary>A line through points.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string color, double thickness, Stroke stroke) =>
        Add($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{N(thickness)}\" " +
            $"stroke-linejoin=\"round\"{Dash(stroke)} points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\"/>");

    /// <summary>A rectangle.</summary>
    public void Box(double x, double y, double w, double h, string fill, string? edge = null) =>
        Add($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\" fill=\"{fill}\"" +
            $"{(edge is null ? "" : $" stroke=\"{edge}\"")}/>");

    /// <summary>Words.</summary>
    public void Text(double x, double y, string text, double size = 10, string anchor = "start", bool bold = false, string color = Ink,
        bool upwards = false) =>
        Add($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\"{(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"")}" +
            $"{(bold ? " font-weight=\"bold\"" : "")}{(color == Ink ? "" : $" fill=\"{color}\"")}"
            + $"{(upwards ? $" transform=\"rotate(-90 {N(x)} {N(y)})\"" : "")}>{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>A marker of 7 units.</summary>
    public void Mark(Marker marker, double x, double y)
    {
        switch (marker)
        {
            case Marker.Circle: Add($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"3\"/>"); break;
            case Marker.OpenCircle:
                Add($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"3.5\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"1.3\"/>"); break;
            case Marker.Square: Box(x - 3, y - 3, 6, 6, Ink); break;
            case Marker.OpenTriangle:
                Add($"<polygon points=\"{N(x)},{N(y - 4)} {N(x + 3.6)},{N(y + 3)} {N(x - 3.6)},{N(y + 3)}\" fill=\"#fff\" " +
                    $"stroke=\"#000\" stroke-width=\"1.2\"/>"); break;
            case Marker.Diamond:
                Add($"<polygon points=\"{N(x)},{N(y - 5)} {N(x + 5)},{N(y)} {N(x)},{N(y + 5)} {N(x - 5)},{N(y)}\"/>");
                break;
            case Marker.OpenSquare: Box(x - 2.8, y - 2.8, 5.6, 5.6, "#fff", Ink); break;
            case Marker.Cross:
                Add($"<path d=\"M{N(x - 2.8)} {N(y - 2.8)}L{N(x + 2.8)} {N(y + 2.8)}M{N(x - 2.8)} {N(y + 2.8)}L{N(x + 2.8)} " +
                    $"{N(y - 2.8)}\" stroke=\"#000\" stroke-width=\"1.2\"/>"); break;
            case Marker.Plus:
                Add($"<path d=\"M{N(x - 3.2)} {N(y)}H{N(x + 3.2)}M{N(x)} {N(y - 3.2)}V{N(y + 3.2)}\" stroke=\"#000\" " +
                    $"stroke-width=\"1.2\"/>"); break;
            case Marker.Dot: Add($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"1.6\" fill=\"#aaa\"/>"); break;
        }
    }

    /// <summary>The same marker at another size.</summary>
    public void MarkScaled(Marker marker, double x, double y, double scale)
    {
        Add($"<g transform=\"translate({N(x)} {N(y)}) scale({N(scale)})\">");
        Mark(marker, 0, 0);
        Add("</g>");
    }

    /// <summary>The whole picture; it scales to its place.</summary>
    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"" +
        $"{N(height)}\" font-family=\"Helvetica, Arial, sans-serif\" role=\"img\">\n"
        + $"<title>{WebUtility.HtmlEncode(title)}</title>\n<rect width=\"{N(width)}\" height=\"{N(height)}\" " +
            $"fill=\"#fff\"/>\n{_body}</svg>\n";

    void Add(string element) => _body.Append(element).Append('\n');

    static string Dash(Stroke stroke) =>
        stroke switch { Stroke.Dashed => " stroke-dasharray=\"6 3\"", Stroke.Dotted => " stroke-dasharray=\"1.5 2.5\"", _ => "" };

    static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
