using System.Globalization;
using RadZ.Evaluation.Intervals;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports.Drawing;

/// <summary>A line of a forest plot.</summary>
/// <param name="Label">What was measured.</param>
/// <param name="Figure">With its interval; not drawn where it is not defined.</param>
/// <param name="Count">What it rests on.</param>
/// <param name="Mean">Drawn as a diamond.</param>
sealed record ForestRow(string Label, Figure Figure, string Count, bool Mean = false);

/// <summary>Figures with their intervals below each other.</summary>
static class ForestPlot
{
    const double Width = 720, From = 190, To = 470, Row = 20, Top = 12;

    /// <summary>Draws it.</summary>
    /// <param name="title">What the picture shows.</param>
    /// <param name="axis">The name of the axis.</param>
    /// <param name="reference">A dashed line: what guessing or all together would give.</param>
    /// <param name="rows">From above.</param>
    public static string Draw(string title, string axis, double reference, IReadOnlyList<ForestRow> rows)
    {
        double[] ends = [reference, .. rows.SelectMany(r => (double?[])[r.Figure.Value, r.Figure.Low, r.Figure.High]).OfType<double>()];
        var (low, high) = (Math.Floor(ends.Min() * 10 + 1e-9) / 10, Math.Ceiling(ends.Max() * 10 - 1e-9) / 10);
        if (low >= high) (low, high) = (low - 0.1, high + 0.1);
        double At(double value) => From + (value - low) / (high - low) * (To - From);
        var bottom = Top + rows.Count * Row + 4;
        var page = new SvgPage(Width, bottom + 36, title);
        var steps = (int)Math.Round((high - low) * 10);
        for (var t = 0; t <= steps; t++)
        {
            var value = low + t / 10.0;
            page.Line(At(value), Top - 6, At(value), bottom, "#ddd", 0.7);
            if (steps <= 6 || t % 2 == 0) page.Text(At(value), bottom + 12, Number(value, "0.0"), 9, "middle");
        }
        page.Line(From, bottom, To, bottom, SvgPage.Gray);
        page.Line(At(reference), Top - 6, At(reference), bottom, SvgPage.Ink, 1, Stroke.Dashed);
        page.Text((From + To) / 2, bottom + 27, axis, 9.5, "middle");
        foreach (var (i, row) in rows.Index())
        {
            var y = Top + i * Row + Row / 2;
            page.Text(From - 12, y + 3, row.Label, 10.5, "end", bold: row.Mean);
            page.Text(Width - 4, y + 3, row.Count, 9.5, "end", color: SvgPage.Gray);
            page.Text(To + 12, y + 3, ReportTables.Text(row.Figure), 10, bold: row.Mean);
            if (row.Figure is not { Value: { } value }) continue;
            if (row.Figure is { Low: { } from, High: { } to })
            {
                page.Line(At(from), y, At(to), y, thickness: 1.3);
                page.Line(At(from), y - 3, At(from), y + 3);
                page.Line(At(to), y - 3, At(to), y + 3);
            }
            page.Mark(row.Mean ? Marker.Diamond : Marker.Square, At(value), y);
        }
        return page.ToString();
    }

    static string Number(double value, string form) => (Math.Abs(value) < 1e-9 ? 0 : value).ToString(form, CultureInfo.InvariantCulture);
}
