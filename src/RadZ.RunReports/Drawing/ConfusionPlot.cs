using System.Globalization;
using RadZ.Evaluation.Binary;

namespace RadZ.RunReports.Drawing;

/// <summary>Two by two tables side by side; the shade is the share of the row.</summary>
static class ConfusionPlot
{
    const double Width = 720, Cell = 52;

    /// <summary>Draws them.</summary>
    public static string Draw(string title, IReadOnlyList<(string Class, string Note, Confusion Counts)> classes)
    {
        const double wide = 180, high = 168;
        var rows = (classes.Count + 3) / 4;
        var page = new SvgPage(Width, rows * high + 4, title);
        foreach (var (i, (name, note, counts)) in classes.Index())
        {
            var (x, y) = (i % 4 * wide + 60, i / 4 * high + 48);
            page.Text(x - 54, y - 32, name, 11, bold: true);
            page.Text(x - 54, y - 19, note, 9, color: SvgPage.Gray);
            page.Text(x + Cell / 2, y - 5, "found", 9, "middle");
            page.Text(x + Cell * 1.5, y - 5, "not found", 9, "middle");
            page.Text(x - 4, y + Cell / 2 + 3, "present", 9, "end");
            page.Text(x - 4, y + Cell * 1.5 + 3, "absent", 9, "end");
            Draw(page, x, y, counts.TruePositives, counts.TruePositives + counts.FalseNegatives);
            Draw(page, x + Cell, y, counts.FalseNegatives, counts.TruePositives + counts.FalseNegatives);
            Draw(page, x, y + Cell, counts.FalsePositives, counts.FalsePositives + counts.TrueNegatives);
            Draw(page, x + Cell, y + Cell, counts.TrueNegatives, counts.FalsePositives + counts.TrueNegatives);
        }
        return page.ToString();
    }

    static void Draw(SvgPage page, double x, double y, int count, int row)
    {
        var share = row == 0 ? 0 : (double)count / row;
        var level = (int)Math.Round(255 - 95 * share);
        page.Box(x, y, Cell, Cell, $"#{level:x2}{level:x2}{level:x2}", SvgPage.Gray);
        page.Text(x + Cell / 2, y + Cell / 2, count.ToString("N0", CultureInfo.InvariantCulture), 11.5, "middle", bold: true);
        page.Text(x + Cell / 2, y + Cell / 2 + 13, row == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %"), 9,
            "middle");
    }
}
