using System.Globalization;

namespace RadZ.RunReports.Drawing;

/// <summary>A named point, told beside the plot with a line to it.</summary>
readonly record struct NamedPoint(string Name, double X, double Y);

/// <summary>A map of points: groups by marker, rare ones and those of no group as grey dots, named points as diamonds.</summary>
sealed record ScatterPanel(string Title, IReadOnlyList<string> Notes, IReadOnlyList<(string? Group, double X, double Y)> Points,
    IReadOnlyList<NamedPoint> Named);

/// <summary>Maps side by side. Axes have no numbers: places on a map of neighbours mean nothing by themselves.</summary>
static class ScatterPanels
{
    const double Width = 720, Side = 252, NameGap = 14, Top = 24, Note = 11, NameStep = 9.5;

    static readonly Marker[] s_markers =
        [Marker.Circle, Marker.OpenCircle, Marker.Cross, Marker.OpenTriangle, Marker.Square, Marker.Plus, Marker.OpenSquare];

    /// <summary>How many groups have a marker of their own.</summary>
    public static int Groups => s_markers.Length;

    /// <summary>Draws them, two beside each other.</summary>
    /// <param name="title">What the picture shows.</param>
    /// <param name="panels">The maps.</param>
    /// <param name="groups">Names of the groups that are told apart, in the order of the legend; at most <see cref="Groups"/>.</param>
    /// <param name="named">What the diamonds are.</param>
    public static string Draw(string title, IReadOnlyList<ScatterPanel> panels, IReadOnlyList<string> groups, string named)
    {
        var (cell, columns) = (Width / 2, Math.Min(2, panels.Count));
        var high = Top + Side + 12 + Note * panels.Max(p => p.Notes.Count) + 14;
        List<(Marker Marker, string Name)> legend = [.. groups.Select((g, i) => (s_markers[i], g))];
        if (panels.Any(p => p.Points.Any(q => q.Group is null || !groups.Contains(q.Group)))) legend.Add((Marker.Dot, "other or several"));
        if (panels.Any(p => p.Named.Count > 0)) legend.Add((Marker.Diamond, named));
        var lines = Lines(legend);
        var page = new SvgPage(columns * cell, (panels.Count + 1) / 2 * high + 16 * lines.Count + 8, title);
        foreach (var (i, panel) in panels.Index()) Draw(page, panel, groups, i % 2 * cell + 6, i / 2 * high + Top);
        foreach (var (l, line) in lines.Index())
            foreach (var (marker, name, x) in line)
            {
                var y = (panels.Count + 1) / 2 * high + 16 * l + 8;
                page.Mark(marker, x, y - 3);
                page.Text(x + 9, y, name, 9.5);
            }
        return page.ToString();
    }

    static void Draw(SvgPage page, ScatterPanel panel, IReadOnlyList<string> groups, double x, double y)
    {
        page.Text(x, y - 9, panel.Title, 11, bold: true);
        page.Box(x, y, Side, Side, "#fff", SvgPage.Gray);
        var all = panel.Points.Select(p => (p.X, p.Y)).Concat(panel.Named.Select(n => (n.X, n.Y))).ToList();
        var (left, right, low, up) = (all.Min(p => p.X), all.Max(p => p.X), all.Min(p => p.Y), all.Max(p => p.Y));
        var scale = (Side - 14) / Math.Max(Math.Max(right - left, up - low), 1e-9);
        (double X, double Y) At(double px, double py) =>
            (x + Side / 2 + (px - (left + right) / 2) * scale, y + Side / 2 - (py - (low + up) / 2) * scale);
        var size = panel.Points.Count > 150 ? 0.7 : 1;
        foreach (var gray in (bool[])[true, false])                                          // what is told apart lies on top
            foreach (var (group, px, py) in panel.Points)
            {
                var place = group is null ? -1 : groups.ToList().IndexOf(group);
                if (place < 0 != gray) continue;
                var (atX, atY) = At(px, py);
                if (gray) page.Mark(Marker.Dot, atX, atY);
                else page.MarkScaled(s_markers[place], atX, atY, size);
            }
        var named = panel.Named.Select(n => (n.Name, At: At(n.X, n.Y))).OrderBy(n => n.At.Y).ThenBy(n => n.At.X).ToList();
        var lines = Spread([.. named.Select(n => n.At.Y)], y + 4, y + Side - 2);
        foreach (var ((name, at), line) in named.Zip(lines))
        {
            page.Path([at, (x + Side, line), (x + Side + NameGap - 3, line)], "#aaa", 0.5, Stroke.Solid);
            page.MarkScaled(Marker.Diamond, at.X, at.Y, 0.9);
            page.Text(x + Side + NameGap, line + 3, name, 8.5);
        }
        foreach (var (i, note) in panel.Notes.Index()) page.Text(x, y + Side + 12 + Note * i, note, 9, color: SvgPage.Gray);
    }

    /// <summary>Heights for the names: as near to their points as they can be without lying over each other.</summary>
    static double[] Spread(double[] wanted, double top, double bottom)
    {
        if (wanted.Length == 0) return [];
        var step = Math.Min(NameStep, (bottom - top) / Math.Max(1, wanted.Length - 1));
        var at = new double[wanted.Length];
        for (var i = 0; i < at.Length; i++) at[i] = Math.Max(wanted[i], i == 0 ? top : at[i - 1] + step);
        for (var i = at.Length - 1; i >= 0; i--) at[i] = Math.Min(at[i], i == at.Length - 1 ? bottom : at[i + 1] - step);
        return at;
    }

    static List<List<(Marker, string, double)>> Lines(List<(Marker Marker, string Name)> entries)
    {
        List<List<(Marker, string, double)>> lines = [[]];
        var x = 14.0;
        foreach (var (marker, name) in entries)
        {
            var length = 24 + 5.2 * name.Length;
            if (lines[^1].Count > 0 && x + length > Width) (lines, x) = ([.. lines, []], 14);
            lines[^1].Add((marker, name, x));
            x += length;
        }
        return lines;
    }

    /// <summary>A number of the notes.</summary>
    public static string Number(double? value) => value is { } v ? v.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
