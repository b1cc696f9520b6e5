using System.Globalization;
using System.Text;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Robustness;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Figures;
using RadZ.RunReports.Tables;
using RadZ.Text.Wording;

namespace RadZ.RunReports;

/// <summary>The report of a measurement of robustness: a function of its folder alone.</summary>
static class RobustnessReport
{
    /// <summary>The page, and each figure with its data, by name below the folder.</summary>
    public static IReadOnlyDictionary<string, string> Files(string folder, RobustnessRecord record, RobustnessFigures figures)
    {
        var seal = File.Exists(Path.Combine(folder, Seal.FileName)) ? Seal.Read(folder).Value : null;
        var drawn = Figures(figures);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [RunReport.PageFile] = Page(record, figures, drawn, seal),
        };
        foreach (var figure in drawn) (files[$"figures/{figure.Name}.svg"], files[$"figures/{figure.Name}.csv"]) = (figure.Svg, figure.Csv);
        return files;
    }

    /// <summary>Writes them from the folder's scores.</summary>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Write(string folder)
    {
        var record = RobustnessRun.Read(folder);
        var files = Files(folder, record, RobustnessRun.Recompute(folder, record));
        foreach (var (name, text) in files) AtomicFile.WriteText(Path.Combine(folder, name), text);
        return [.. files.Keys];
    }

    static IReadOnlyList<RunFigure> Figures(RobustnessFigures figures)
    {
        static Figure Range(Spread s) => new(s.Mean, s.Least, s.Most);
        List<ForestRow> diseases = [.. figures.Diseases.SelectMany(d => (ForestRow[])[
            new(d.Disease, d.Default, ReportTables.Counted(d.Positives, d.Negatives)),
            new("  same meaning", Range(d.SameMeaning), $"{d.SameMeaning.Texts} texts", Mean: true)])];
        StyleFigure[] same = [.. figures.Styles.Where(s => s.Kind != PhrasingKind.Negation)],
        denials = [.. figures.Styles.Where(s => s.Kind == PhrasingKind.Negation)];
        static string Count(StyleFigure s) => s.Diseases == 1 ? "1 disease" : $"{s.Diseases} diseases";
        List<RunFigure> drawn = [new("by-disease", "AUC by disease and wording",
            "Circle: the default sentence with its interval by patient; to the right images with and without the disease. Diamond: mean " +
            "over all wordings that mean the same, from the least to the most.",
            ForestPlot.Draw("AUC by disease and wording", "area under the ROC curve", 0.5, diseases),
            RunFigure.Table(["disease", "default", "low", "high", "texts", "mean", "least", "most"],
                figures.Diseases.Select(d => (object?[])[d.Disease, d.Default.Value, d.Default.Low, d.Default.High, d.SameMeaning.Texts,
                    d.SameMeaning.Mean, d.SameMeaning.Least, d.SameMeaning.Most])))];
        if (same.Length > 0)
            drawn.Add(Styles("by-wording", "Each wording less the default",
                "Difference of the mean AUC over the diseases that have the wording, with intervals by patient; left of the dashed line " +
                "the wording is worse than the default sentence.", 0, "difference in AUC",
            same, s => s.Difference, Count));
        if (denials.Length > 0)
            drawn.Add(Styles("negations", "Negations",
                "Mean AUC of denying sentences for the very disease they deny. Left of the dashed line is right: a denial should rank " +
                "the diseased low.", 0.5, "area under the ROC curve", denials, s => s.Auc, Count));
        return drawn;
    }

    static RunFigure Styles(string name, string title, string caption, double reference, string axis, StyleFigure[] styles,
        Func<StyleFigure, Figure> of, Func<StyleFigure, string> count) => new(name, title, caption,
        ForestPlot.Draw(title, axis, reference, [.. styles.Select(s => new ForestRow(Short(s.Style), of(s), count(s)))]),
        RunFigure.Table(["kind", "wording", "diseases", "value", "low", "high"],
            styles.Select(s => (object?[])[s.Kind.ToString().ToLowerInvariant(), s.Style, s.Diseases, of(s).Value, of(s).Low,
                of(s).High])));

    static string Page(RobustnessRecord record, RobustnessFigures figures, IReadOnlyList<RunFigure> drawn, string? seal)
    {
        var title = $"{record.Dataset}: robustness of {record.Scores.Name}";
        var page = new StringBuilder(HtmlReport.Head(title)).Append($"<h1>{HtmlReport.Html(title)}</h1>\n<p " +
            $"class=\"research\">{HtmlReport.Html(RunReport.ResearchUse)}</p>\n");
        foreach (var alarm in record.Notices.Where(HtmlReport.IsAlarm))
            page.Append($"<p class=\"alarm\">{HtmlReport.Html(alarm.Text)}</p>\n");
        HtmlReport.Facts(page, "What was run",
        [
            ("begun", record.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("program", $"radz {record.Radz}, .NET {record.Dotnet}"),
            ("command", "radz " + string.Join(' ', record.Arguments.Select(a => a.Contains(' ') ? $"\"{a}\"" : a))),
            ("measured", $"'{record.Test.Name}': {ReportTables.Count(record.Test.Images)} images of " +
                $"{ReportTables.Count(record.Test.Patients)} patients; {ReportTables.Count(figures.Images)} scored, " +
                $"{ReportTables.Count(figures.Failed)} failed"),
            ("bootstrap", string.Create(CultureInfo.InvariantCulture,
                $"{record.Bootstrap.Level * 100:0.##} % intervals, {record.Bootstrap.Resamples:N0} resamples of patients, seed " +
                $"{record.Bootstrap.Seed}")),
            ("score", "AUC of each text's own score (cosine), without a softmax over other diseases"),
        ]);
        if (record.Notices.Any(n => !HtmlReport.IsAlarm(n)))
        {
            page.Append("<h2>To beware of</h2>\n<ul>\n");
            foreach (var notice in record.Notices.Where(n => !HtmlReport.IsAlarm(n)))
                page.Append($"<li>{HtmlReport.Html(notice.Text)}</li>\n");
            page.Append("</ul>\n");
        }
        foreach (var figure in drawn)
            page.Append($"<figure>\n{figure.Svg}<figcaption><b>{HtmlReport.Html(figure.Title)}.</b> " +
                $"{HtmlReport.Html(figure.Caption)} Data: figures/{figure.Name}.csv.</figcaption>\n</figure>\n");
        foreach (var table in RobustnessText.Tables(figures))
            HtmlReport.Table(page, new(table.Title, table.Header, table.Rows), table.HasMean);
        foreach (var note in RobustnessText.Legend(figures).SelectMany(b => b.Split('\n')))
            page.Append($"<p class=\"note\">{HtmlReport.Html(note)}</p>\n");
        HtmlReport.Facts(page, "Data and hashes",
            [("seal of the run", seal ?? "none"), ("weights", record.Scores.Hash ?? "-"), ("descriptions", record.KnowledgeHash),
                .. record.AuthorHashes.Select(a => ($"descriptions {a.Key}", a.Value)),
            ($"split '{record.Test.Name}', images and patients", record.Test.SplitHash),
            ($"split '{record.Test.Name}', labels and sizes", record.Test.DataHash),
            .. record.Tables.Concat(record.Files).Select(f => (f.Path, f.Sha256))]);
        return page.Append($"<p class=\"research\">{HtmlReport.Html(RunReport.ResearchUse)}</p>\n</body>\n</html>\n").ToString();
    }

    static string Short(string text) => text.Length <= 32 ? text : text[..31] + "…";
}
