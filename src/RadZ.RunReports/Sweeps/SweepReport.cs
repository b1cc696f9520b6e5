using System.Text;
using RadZ.Evaluation.Comparisons;
using RadZ.RunReports.Drawing;

namespace RadZ.RunReports.Sweeps;

/// <summary>The report of a sweep: its table and a forest plot on one page.</summary>
static class SweepReport
{
    /// <summary>What must be said of models that were trained for minutes.</summary>
    public const string ResearchUse = "Research use only. Not a medical device. Small models trained for minutes: these figures say " +
        "something of the method's parts, and nothing of the care of a patient.";

    /// <summary>The page.</summary>
    /// <param name="title">What was run.</param>
    /// <param name="facts">How.</param>
    /// <param name="table">All arms.</param>
    /// <param name="failed">Runs that failed, a sentence each.</param>
    public static string Page(string title, IReadOnlyList<(string Name, string Value)> facts, ArmTable table, IReadOnlyList<string> failed)
    {
        var page = new StringBuilder(HtmlReport.Head(title)).Append($"<h1>{HtmlReport.Html(title)}</h1>\n<p " +
            $"class=\"research\">{HtmlReport.Html(ResearchUse)}</p>\n");
        HtmlReport.Facts(page, "What was run", facts);
        Arms(page, table, $"Holm's correction goes over this table. Data: {SweepTable.CsvFile}.", SweepTable.CsvFile);
        Failed(page, failed);
        return page.Append($"<p class=\"research\">{HtmlReport.Html(ResearchUse)}</p>\n</body>\n</html>\n").ToString();
    }

    internal static void Arms(StringBuilder page, ArmTable table, string note, string data)
    {
        HtmlReport.Table(page, new("All arms",
            ["arm", "seeds", "mean", "deviation", "against", "difference", "p", "p Holm", "p seeds", "p patients"],
            [.. table.Rows.Select(r => { var cells = SweepTable.Cells(r);
            return (string[])[(r.Group.Length > 0 ? $"{r.Group}: " : "") + cells[0], .. cells[1..]]; })],
            [.. SweepTable.Notes(table), note]));
        List<ForestRow> arms = [.. table.Rows.Where(r => r.Comparison is not null)
            .Select(r => new ForestRow(r.Group.Length > 0 ? $"{r.Group}: {r.Name}" : r.Name,
                new(r.Comparison!.Difference, r.Comparison.Interval?.Low, r.Comparison.Interval?.High), $"against {r.Comparison.B}"))];
        if (arms.Count > 0)
            page.Append("<figure>\n")
                .Append(ForestPlot.Draw("Each arm less the one it is compared with",
                    "difference in mean AUC; left of the dashed line the change does harm", 0, arms))
                .Append("<figcaption><b>Each arm less the one it is compared with.</b> Data: ")
                .Append($"{HtmlReport.Html(data)}.</figcaption>\n</figure>\n");
    }

    internal static void Failed(StringBuilder page, IReadOnlyList<string> failed)
    {
        if (failed.Count > 0) page.Append($"<p class=\"alarm\">Runs that failed: {HtmlReport.Html(string.Join(" ", failed))}</p>\n");
    }
}
