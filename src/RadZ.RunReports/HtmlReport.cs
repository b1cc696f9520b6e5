using System.Net;
using System.Text;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Runs;
using RadZ.RunReports.Figures;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports;

/// <summary>The report as one HTML page: nothing is fetched, pictures stand within it, and it prints on A4.</summary>
static class HtmlReport
{
    internal static readonly string Style = ReadStyle();

    public static string Render(RunAnalysis analysis, IReadOnlyList<RunFigure> figures, Seal? seal)
    {
        var (run, record) = (analysis.Run, analysis.Run.Record);
        var title = $"{Title(record)}, split '{record.Test.Name}'";
        var page = new StringBuilder(Head(title)).Append($"""
            <h1>{Html(title)}</h1>
            <p class="by">{Html(run.Scorer)}; class list '{Html(record.ClassList)}'</p>
            <p class="research">{Html(RunReport.ResearchUse)}</p>

            """);
        foreach (var alarm in record.Notices.Where(IsAlarm)) page.Append($"<p class=\"alarm\">{Html(alarm.Text)}</p>\n");
        Facts(page, "What was run", RunFacts(run));
        page.Append("<h2>To beware of</h2>\n<ul>\n");
        foreach (var notice in record.Notices.Where(n => !IsAlarm(n))) page.Append($"<li>{Html(notice.Text)}</li>\n");
        page.Append("</ul>\n");
        Table(page, ReportTables.Ranking(run), mean: true);
        Figure(page, figures, "forest");
        Table(page, ReportTables.Thresholds(run), mean: true);
        Figure(page, figures, "confusion");
        Table(page, ReportTables.Points(run));
        Figure(page, figures, "roc");
        Figure(page, figures, "precision-recall");
        if (ReportTables.Calibration(analysis) is { } calibration) Table(page, calibration);
        Figure(page, figures, "reliability");
        if (ReportTables.Abstention(analysis) is { } abstention) Table(page, abstention);
        else
            page.Append("<h2>Abstention and conformal sets</h2>\n<p class=\"note\">Not told: both are fitted on a validation split, and " +
                "none was scored (radz evaluate --convention locked).</p>\n");
        Figure(page, figures, "coverage-risk");
        if (ReportTables.Conformal(analysis) is { } conformal) Table(page, conformal);
        if (ReportTables.Subgroups(analysis) is { } subgroups) Table(page, subgroups);
        else
            page.Append("<h2>Subgroups</h2>\n<p class=\"note\">Not told: the set does not say two kinds of sex, age band, view or " +
                "site.</p>\n");
        Figure(page, figures, "subgroups");
        Hashes(page, record, seal);
        return page.Append($"<p class=\"research\">{Html(RunReport.ResearchUse)}</p>\n</body>\n</html>\n").ToString();
    }

    /// <summary>All above the first heading.</summary>
    internal static string Head(string title) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{Html(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>

        """;

    /// <summary>The set's full name; a user's own table is called by its file.</summary>
    internal static string Title(EvaluationRecord record) => record is { Dataset: "manifest", Tables: [var table, ..] } ? table.Path
        : Ontology.Embedded.Sets.FirstOrDefault(s => s.Name == record.Dataset)?.Title ?? record.Dataset;

    /// <summary>What makes the figures themselves doubtful.</summary>
    internal static bool IsAlarm(Notice notice) => notice.Kind is "training-patients" or "contamination" or "not-zero-shot";

    internal static IEnumerable<(string Name, string Value)> RunFacts(StoredRun run)
    {
        var record = run.Record;
        string Split(SplitRecord split) =>
            $"'{split.Name}': {ReportTables.Count(split.Images)} images of {ReportTables.Count(split.Patients)} patients";
        yield return ("begun", record.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'"));
        yield return ("program", $"radz {record.Radz}, .NET {record.Dotnet}");
        yield return ("command", "radz " + string.Join(' ', record.Arguments.Select(a => a.Contains(' ') ? $"\"{a}\"" : a)));
        yield return ("scores", run.Scorer
            + (record.Scores.Probability is { } kind && record.Scores.Name is not null ? $", probability {kind}" : ""));
        yield return ("data set", $"{Title(record)} ({record.Dataset})");
        yield return ("measured", Split(record.Test));
        yield return ("validation", record.Validation is { } validation ? Split(validation) : "none");
        if (record.Learnt is { } learned)
            yield return ("protocol",
                $"{learned.Protocol}: {Split(learned.Training)} drawn ({learned.Percent:R} % of the patients, seed " +
                $"{learned.Seed}), {ReportTables.Count(learned.Used)} images used; {learned.How}");
        if (record.Calibration is { } calibration)
            yield return ("calibration", $"{calibration.ToString().ToLowerInvariant()}, fitted on the validation split");
        yield return ("classes", string.Join("; ", record.Classes));
        yield return ("convention", record.Convention);
        yield return ("scored", $"{ReportTables.Count(run.Figures.Images)} images of {ReportTables.Count(run.Figures.Patients)}" +
            $" patients; {ReportTables.Count(run.Figures.Failed)} failed; {ReportTables.Count(record.Skipped)} rows unusable; " +
            $"{ReportTables.Count(record.LeftOut.Values.Sum())} not asked for");
        yield return ("bootstrap", ReportTables.Intervals(run));
    }

    internal static void Facts(StringBuilder page, string title, IEnumerable<(string Name, string Value)> facts)
    {
        page.Append($"<h2>{Html(title)}</h2>\n<table class=\"facts\">\n");
        foreach (var (name, value) in facts) page.Append($"<tr><th>{Html(name)}</th><td>{Html(value)}</td></tr>\n");
        page.Append("</table>\n");
    }

    internal static void Table(StringBuilder page, ReportTable table, bool mean = false)
    {
        page.Append($"<h2>{Html(table.Title)}</h2>\n<div class=\"wide\"><table>\n<thead><tr>" +
            $"{string.Concat(table.Header.Select(h => $"<th>{Html(h)}</th>"))}</tr></thead>\n<tbody>\n");
        foreach (var (i, row) in table.Rows.Index())
            page.Append($"<tr{(mean && i == table.Rows.Count - 1 ? " class=\"mean\"" : "")}>" +
                $"{string.Concat(row.Select(c => $"<td>{Html(c)}</td>"))}</tr>\n");
        page.Append("</tbody>\n</table></div>\n");
        foreach (var note in table.Notes) page.Append($"<p class=\"note\">{Html(note)}</p>\n");
    }

    static void Figure(StringBuilder page, IReadOnlyList<RunFigure> figures, string name)
    {
        if (figures.FirstOrDefault(f => f.Name == name) is not { } figure) return;
        page.Append($"<figure>\n{figure.Svg}<figcaption><b>{Html(figure.Title)}.</b> {Html(figure.Caption)} Data: " +
            $"figures/{figure.Name}.csv.</figcaption>\n</figure>\n");
    }

    static void Hashes(StringBuilder page, EvaluationRecord record, Seal? seal)
    {
        page.Append("<h2>Data and hashes</h2>\n<table class=\"facts\">\n");
        void Row(string name, string? hash) => page.Append($"<tr><th>{Html(name)}</th><td><code>{Html(hash ?? "-")}</code></td></tr>\n");
        Row("seal of the run", seal?.Value);
        Row("weights", record.Scores.Hash);
        if (record.Scores.File is { } file) Row(file.Path, file.Sha256);
        Row("descriptions", record.KnowledgeHash);
        foreach (var split in ((SplitRecord?[])[record.Test, record.Validation]).OfType<SplitRecord>())
        {
            Row($"split '{split.Name}', images and patients", split.SplitHash);
            Row($"split '{split.Name}', labels and sizes", split.DataHash);
        }
        foreach (var one in record.Tables.Concat(record.Files)) Row(one.Path, one.Sha256);
        page.Append("</table>\n<p class=\"note\">All SHA-256. <code>radz verify RUN</code> computes every number of this page again from " +
            "scores.csv and says which differ; write the seal down where the run cannot be changed.</p>\n");
    }

    internal static string Html(string text) => WebUtility.HtmlEncode(text);

    static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
