using System.Net;
using System.Text;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Figures;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports;

/// <summary>The report of a protocol: one page over its members, each of which has its own.</summary>
static class ProtocolReport
{
    /// <summary>The page, and the figure with its data, by name below the folder.</summary>
    public static IReadOnlyDictionary<string, string> Files(string folder, ProtocolRecord record, ProtocolFigures figures)
    {
        static Figure Bar(SeedFigure f) => new(f.Mean, f.Low, f.High);
        List<ForestRow> rows = [.. figures.Fractions.SelectMany(f =>
            f.Classes.Select(c => new ForestRow($"{ProtocolText.Name(f)}: {c.Class}", Bar(c.Auc), Seeds(c.Auc)))
            .Append(new($"{ProtocolText.Name(f)}: mean", Bar(f.Mean.Auc), Seeds(f.Mean.Auc), Mean: true)))];
        var svg = ForestPlot.Draw("AUC by share of the training patients", "area under the ROC curve", 0.5, rows);
        var csv = RunFigure.Table(["percent", "patients", "class", "auc", "auc deviation", "auc low", "auc high", "ap", "ap deviation",
            "ap low", "ap high", "seeds"],
            figures.Fractions.SelectMany(f => f.Classes.Append(f.Mean)
                .Select(c => (object?[])[f.Percent, f.Patients, c.Class, c.Auc.Mean, c.Auc.Deviation, c.Auc.Low, c.Auc.High,
                c.AveragePrecision.Mean, c.AveragePrecision.Deviation, c.AveragePrecision.Low, c.AveragePrecision.High, c.Auc.Seeds])));
        var seal = File.Exists(Path.Combine(folder, Seal.FileName)) ? Seal.Read(folder).Value : null;
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [RunReport.PageFile] = Page(record, figures, svg, seal),
            ["figures/fractions.svg"] = svg,
            ["figures/fractions.csv"] = csv,
        };
    }

    /// <summary>Writes them, and each member's own report.</summary>
    /// <param name="folder">The protocol's folder.</param>
    /// <param name="done">Told the name of every member whose report is written.</param>
    /// <param name="cancel">Stops between two.</param>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Write(string folder, Action<string>? done = null, CancellationToken cancel = default)
    {
        var record = ProtocolRun.Read(folder);
        List<string> names = [];
        foreach (var member in record.Members)
        {
            names.AddRange(RunReport.Write(StoredRun.Read(Path.Combine(folder, member.Folder)),
                cancel).Select(n => $"{member.Folder}/{n}"));
            done?.Invoke(member.Folder);
        }
        foreach (var (name, text) in Files(folder, record, ProtocolFigures.Compute(ProtocolRun.Members(folder, record))))
        {
            AtomicFile.WriteText(Path.Combine(folder, name), text);
            names.Add(name);
        }
        return names;
    }

    static string Seeds(SeedFigure f) => f.Deviation is { } d
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{f.Seeds} seeds, +- {d:0.000}") : $"{f.Seeds} seed";

    static string Page(ProtocolRecord record, ProtocolFigures figures, string svg, string? seal)
    {
        var page = new StringBuilder(HtmlReport.Head(record.Title)).Append($"<h1>{Html(record.Title)}</h1>\n<p " +
            $"class=\"research\">{Html(RunReport.ResearchUse)}</p>\n");
        foreach (var alarm in record.Notices.Where(HtmlReport.IsAlarm)) page.Append($"<p class=\"alarm\">{Html(alarm.Text)}</p>\n");
        page.Append("<h2>What was run</h2>\n<table class=\"facts\">\n");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("begun",
            record.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)),
                ("program", $"radz {record.Radz}, .NET {record.Dotnet}"),
            ("command", "radz " + string.Join(' ', record.Arguments.Select(a => a.Contains(' ') ? $"\"{a}\"" : a))),
            ("learnt from", $"'{record.Training.Name}': {ReportTables.Count(record.Training.Images)} images of " +
                $"{ReportTables.Count(record.Training.Patients)} patients"),
            ("seal of the run", seal ?? "none")]) page.Append($"<tr><th>{Html(name)}</th><td>{Html(value)}</td></tr>\n");
        page.Append("</table>\n");
        foreach (var (title, of) in (ReadOnlySpan<(string, Func<SeededClass, SeedFigure>)>)[("AUC", c => c.Auc),
            ("Average precision", c => c.AveragePrecision)])
        {
            page.Append($"<h2>{title}</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>class</th>" +
                $"{string.Concat(figures.Fractions.Select(f => $"<th>{ProtocolText.Name(f)} of the patients</th>"))}</tr></thead>\n" +
                "<tbody>\n");
            foreach (var (c, one) in figures.Fractions[0].Classes.Index())
                page.Append($"<tr><td>{Html(one.Class)}</td>" +
                    $"{string.Concat(figures.Fractions.Select(f => $"<td>{ProtocolText.Text(of(f.Classes[c]))}</td>"))}</tr>\n");
            page.Append($"<tr class=\"mean\"><td>mean</td>" +
                $"{string.Concat(figures.Fractions.Select(f => $"<td>{ProtocolText.Text(of(f.Mean))}</td>"))}</tr>\n</tbody>\n" +
                "</table></div>\n");
        }
        foreach (var note in ProtocolText.Notes(record, figures)) page.Append($"<p class=\"note\">{Html(note)}</p>\n");
        page.Append($"<figure>\n{svg}<figcaption><b>AUC by share of the training patients.</b> Intervals by test patients of the mean " +
            "over seeds. Data: figures/fractions.csv.</figcaption>\n</figure>\n<h2>To beware of</h2>\n<ul>\n");
        foreach (var notice in record.Notices.Where(n => !HtmlReport.IsAlarm(n))) page.Append($"<li>{Html(notice.Text)}</li>\n");
        page.Append("</ul>\n<h2>Members</h2>\n<table class=\"facts\">\n");
        foreach (var m in record.Members)
            page.Append($"<tr><th><a href=\"{Html(m.Folder)}/{RunReport.PageFile}\">{Html(m.Folder)}</a></th><td>seal " +
                $"<code>{Html(m.Seal)}</code></td></tr>\n");
        return page.Append($"</table>\n<p class=\"research\">{Html(RunReport.ResearchUse)}</p>\n</body>\n</html>\n").ToString();
    }

    static string Html(string text) => WebUtility.HtmlEncode(text);
}
