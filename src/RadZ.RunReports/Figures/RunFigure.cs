using RadZ.Files;
using RadZ.RunReports.Drawing;

namespace RadZ.RunReports.Figures;

/// <summary>A picture of a run and the numbers that it is drawn from.</summary>
/// <param name="Name">Of its two files, without ending.</param>
/// <param name="Title">A few words.</param>
/// <param name="Caption">How to read it.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Csv">The same data.</param>
sealed record RunFigure(string Name, string Title, string Caption, string Svg, string Csv)
{
    /// <summary>CSV of any cells; numbers with all their digits.</summary>
    public static string Table(IReadOnlyList<string> header, IEnumerable<object?[]> rows) =>
        CsvFile.Text(header, rows.Select(r => r.Select(Cell)));

    /// <summary>The data of panels, a row a point.</summary>
    internal static string Table(IReadOnlyList<Panel> panels, string x, string y) => Table(["class", "series", x, y, "low", "high"],
        panels.SelectMany(p => p.Traces.SelectMany(t => t.Points.Select(q => (object?[])[p.Title, t.Name, q.X, q.Y, q.Low, q.High]))));

    static string Cell(object? value) => value switch
    {
        null => "",
        double number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
