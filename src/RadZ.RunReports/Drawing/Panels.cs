using System.Globalization;

namespace RadZ.RunReports.Drawing;

/// <summary>A point, with the interval of its height where it has one.</summary>
readonly record struct PlotPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>A line, markers, or both.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">In the units of the axes.</param>
/// <param name="Stroke">Of the line.</param>
/// <param name="Marker">Of the points.</param>
/// <param name="IsGray">A line that is only there to compare with.</param>
sealed record Trace(string Name, IReadOnlyList<PlotPoint> Points, Stroke Stroke, Marker Marker = Marker.None, bool IsGray = false);

/// <summary>The plot of one class.</summary>
sealed record Panel(string Title, string Note, IReadOnlyList<Trace> Traces);

/// <summary>
/// Small plots side by side with the same axes, one for each class: fifteen lines in one plot cannot be told apart in grey.
/// </summary>
static class Panels
{
    const double Width = 720, Left = 36, Right = 10, Top = 34, Bottom = 36;

    /// <summary>Draws them.</summary>
    /// <param name="title">What the picture shows.</param>
    /// <param name="horizontal">Name of the horizontal axis, from 0 to 1.</param>
    /// <param name="vertical">Name of the vertical axis.</param>
    /// <param name="top">Its upper end; it begins at 0.</param>
    /// <param name="panels">The plots.</param>
    public static string Draw(string title, string horizontal, string vertical, double top, IReadOnlyList<Panel> panels)
    {
        var columns = panels.Count <= 2 ? Math.Max(1, panels.Count) : panels.Count <= 6 ? 3 : 4;
        var size = Math.Min(320, Width / columns);
        var side = size - Left - Right;
        var (high, rows) = (Top + side + Bottom, (panels.Count + columns - 1) / columns);
        var entries = panels.SelectMany(p => p.Traces).DistinctBy(t => t.Name).ToList();
        var lines = Legend(entries);
        var page = new SvgPage(Width, rows * high + 16 * lines.Count + 6, title);
        for (var p = 0; p < panels.Count; p++)
            Draw(page, panels[p], p % columns * size + Left, p / columns * high + Top, side, horizontal, vertical, top);
        for (var l = 0; l < lines.Count; l++)
            foreach (var (trace, x) in lines[l]) Entry(page, trace, x, rows * high + 16 * l + 8);
        return page.ToString();
    }

    static void Draw(SvgPage page, Panel panel, double x, double y, double side, string horizontal, string vertical, double top)
    {
        page.Text(x, y - 20, panel.Title, 11, bold: true);
        page.Text(x, y - 7, panel.Note, 9, color: SvgPage.Gray);
        for (var t = 0; t <= 4; t++)
        {
            var at = side * t / 4;
            page.Line(x + at, y, x + at, y + side, t is 0 or 4 ? SvgPage.Gray : "#ddd", 0.7);
            page.Line(x, y + at, x + side, y + at, t is 0 or 4 ? SvgPage.Gray : "#ddd", 0.7);
            if (t % 2 == 1) continue;
            page.Text(x + at, y + side + 11, Number(t / 4.0), 9, "middle");
            page.Text(x - 4, y + side - at + 3, Number(top * t / 4), 9, "end");
        }
        page.Text(x + side / 2, y + side + 23, horizontal, 9.5, "middle");
        page.Text(x - 25, y + side / 2, vertical, 9.5, "middle", upwards: true);
        (double X, double Y) At(double px, double py) => (x + px * side, y + side - Math.Clamp(py / top, 0, 1) * side);
        foreach (var trace in panel.Traces)
        {
            if (trace.Stroke != Stroke.None && trace.Points.Count > 1)
                page.Path(trace.Points.Select(p => At(p.X, p.Y)), trace.IsGray ? SvgPage.Gray : SvgPage.Ink, trace.IsGray ? 1 : 1.4,
                    trace.Stroke);
            foreach (var point in trace.Points)
            {
                var (px, py) = At(point.X, point.Y);
                if (point.Low is { } low && point.High is { } high) page.Line(px, At(point.X, low).Y, px, At(point.X, high).Y, "#999", 0.9);
                page.Mark(trace.Marker, px, py);
            }
        }
    }

    static List<List<(Trace, double)>> Legend(IReadOnlyList<Trace> entries)
    {
        List<List<(Trace, double)>> lines = [[]];
        var x = Left;
        foreach (var trace in entries)
        {
            var length = 40 + 5.2 * trace.Name.Length;
            if (lines[^1].Count > 0 && x + length > Width)
            {
                lines.Add([]);
                x = Left;
            }
            lines[^1].Add((trace, x));
            x += length;
        }
        return lines;
    }

    static void Entry(SvgPage page, Trace trace, double x, double y)
    {
        if (trace.Stroke != Stroke.None)
            page.Line(x, y - 3, x + 24, y - 3, trace.IsGray ? SvgPage.Gray : SvgPage.Ink, trace.IsGray ? 1 : 1.4, trace.Stroke);
        page.Mark(trace.Marker, x + 12, y - 3);
        page.Text(x + 29, y, trace.Name, 9.5);
    }

    static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
