using System.Globalization;
using System.Text;
using System.Text.Json;
using RadZ.Evaluation.Comparisons;
using RadZ.Files;
using RadZ.RunReports.Drawing;
using RadZ.RunReports.Figures;
using RadZ.RunReports.Sweeps;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports.Claims;

/// <summary>The report of a reproduction: a page, and the claims as JSON and CSV. A function of what was found alone.</summary>
static class ReproductionReport
{
    const string Use = SweepReport.ResearchUse;
    static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The claims' files.</summary>
    public const string JsonFile = "claims.json", CsvFile = "claims.csv";

    /// <summary><c>claims.json</c>, <c>claims.csv</c> and <c>report.html</c>, by name.</summary>
    public static IReadOnlyDictionary<string, string> Files(Reproduction found) =>
        new Dictionary<string, string> { [JsonFile] = Json(found), [CsvFile] = Csv(found), [RunReport.PageFile] = Page(found) };

    /// <summary>Writes them.</summary>
    public static void Write(string folder, Reproduction found)
    {
        foreach (var (name, text) in Files(found)) AtomicFile.WriteText(Path.Combine(folder, name), text);
    }

    /// <summary>The verdicts as text.</summary>
    public static string Text(Reproduction found)
    {
        var text = new StringBuilder();
        foreach (var sweep in found.Sweeps)
        {
            text.Append($"{sweep.Title}\n");
            foreach (var claim in sweep.Claims)
            {
                text.Append($"  ({claim.Id}) {claim.Text}  {VerdictRule.Word(claim.Verdict).ToUpperInvariant()}\n");
                foreach (var c in claim.Comparisons)
                {
                    var difference = c.Comparison is { } d
                        ? $", {SweepTable.Difference(d)}, p Holm {Dash(SweepTable.P(c.HolmP))}, {Seeds(d.Seeds.Count)}" : "";
                    text.Append($"      {c.Rival}: {c.Measure} {SweepTable.Number(c.Comparison?.MeanA ?? c.A?.Mean)} against " +
                        $"{SweepTable.Number(c.Comparison?.MeanB ?? c.B?.Mean)}{difference}: {Word(c)}\n");
                }
            }
            text.Append('\n');
        }
        if (found.Quick || found.Sweeps.Any(s => s.Claims.Any(c => c.Comparisons.Any(d => d.Comparison is { Seeds.Count: 1 }))))
            text.Append($"{OneSeed}\n");
        text.Append($"{string.Join('\n', found.Sweeps.Select(s => s.Warning).Distinct())}\n{Use}\n");
        return text.ToString();
    }

    const string OneSeed = "ONE SEED PROVES NOTHING: another may turn any of these differences over. Take the full run.";

    static string Csv(Reproduction found) => RunFigure.Table(
        ["sweep", "claim", "text", "claim_verdict", "rival", "measure", "method", "rival_value", "difference", "low", "high", "p", "p_holm",
            "p_seeds", "p_patients", "seeds", "differences", "images", "patients", "verdict"],
        found.Sweeps.SelectMany(s =>
            s.Claims.SelectMany(c =>
                c.Comparisons.Select(d => (object?[])[s.Name, c.Id, c.Text, VerdictRule.Word(c.Verdict), d.Rival, d.Measure,
                    d.Comparison?.MeanA ?? d.A?.Mean, d.Comparison?.MeanB ?? d.B?.Mean, d.Comparison?.Difference,
                    d.Comparison?.Interval?.Low, d.Comparison?.Interval?.High,
            d.Comparison?.P, d.HolmP, d.Comparison?.SeedP, d.Comparison?.PatientP, d.Comparison is { } k ? string.Join(' ', k.Seeds) : "",
            d.Comparison is { } x ? string.Join(' ', x.Differences.Select(v => v.ToString("R", CultureInfo.InvariantCulture))) : "",
            d.Comparison?.Images, d.Comparison?.Patients, VerdictRule.Word(d.Verdict)]))));

    static string Json(Reproduction found) => JsonSerializer.Serialize(new
    {
        found.Quick,
        found.Rule,
        Facts = found.Facts.ToDictionary(f => f.Name, f => f.Value),
        Sweeps = found.Sweeps.Select(s => new
        {
            s.Name,
            s.Title,
            s.Warning,
            Claims = s.Claims.Select(c => new
            {
                c.Id,
                c.Text,
                Verdict = VerdictRule.Word(c.Verdict),
                Comparisons = c.Comparisons.Select(d => new
                {
                    d.Rival,
                    d.Measure,
                    Method = d.Comparison?.MeanA ?? d.A?.Mean,
                    MethodBySeed = d.A?.Values,
                    RivalValue = d.Comparison?.MeanB ?? d.B?.Mean,
                    RivalBySeed = d.B?.Values,
                    Comparison = d.Comparison is { } k ? SweepTable.Plain(k, d.HolmP) : null,
                    d.Comparison?.Images,
                    d.Comparison?.Patients,
                    Verdict = VerdictRule.Word(d.Verdict),
                    d.Lean,
                    d.Remark,
                }),
            }),
            s.Failed,
            Recipes = s.Hashes.ToDictionary(h => h.Name, h => h.Value),
        }),
    }, s_json) + "\n";

    static string Page(Reproduction found)
    {
        var title = $"The claims of LLaVA-RadZ in miniature{(found.Quick ? ", quick run" : "")}";
        var page = new StringBuilder($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{title}</title>
            <style>
            {HtmlReport.Style}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            <p class="research">{HtmlReport.Html(Use)}</p>

            """);
        foreach (var warning in found.Sweeps.Select(s => s.Warning).Distinct())
            page.Append($"<p class=\"alarm\">{HtmlReport.Html(warning)}</p>\n");
        if (found.Quick) page.Append($"<p class=\"alarm\">{HtmlReport.Html(OneSeed)}</p>\n");
        HtmlReport.Facts(page, "What was run", found.Facts);
        foreach (var sweep in found.Sweeps) Sweep(page, sweep);
        var rule = found.Rule;
        page.Append("<h2>How a verdict comes about</h2>\n<ul>\n");
        foreach (var line in (string[])[
            string.Create(CultureInfo.InvariantCulture,
                $"Stated before anything was run (docs/decisions/0017). Fewer than {rule.Seeds} seeds: undecided, whatever the numbers."),
            string.Create(CultureInfo.InvariantCulture,
                $"Supported: the method is ahead by at least {rule.Margin:0.000} and p, corrected by Holm over all comparisons, is below " +
                $"{rule.Level:0.00}. Contradicted: the same with the rival ahead."),
            string.Create(CultureInfo.InvariantCulture,
                $"Not supported: the interval ends below +{rule.Margin:0.000}, so that any advantage is smaller than what matters. " +
                $"Undecided: anything else."),
            "A claim of several comparisons is supported if all are; contradicted if one is and none is supported; not supported if one " +
            "is not; else undecided.",
            "Interval and p rest on two kinds of chance: patients (resampled, the same draws for all arms and seeds) and seeds (their " +
            "deviation), joined by Welch's and Satterthwaite's rule. The training pictures are the same for all seeds; another drawing " +
            "of them is a chance that no interval here knows of.",
        ]) page.Append($"<li>{HtmlReport.Html(line)}</li>\n");
        return page.Append($"</ul>\n<p class=\"research\">{HtmlReport.Html(Use)}</p>\n</body>\n</html>\n").ToString();
    }

    static void Sweep(StringBuilder page, ReproducedSweep sweep)
    {
        HtmlReport.Facts(page, sweep.Title, sweep.Facts);
        HtmlReport.Table(page, new("Verdicts", ["claim", "verdict"],
            [.. sweep.Claims.Select(c => (string[])[$"({c.Id}) {c.Text}", VerdictRule.Word(c.Verdict)])],
            "Every comparison behind a verdict stands below."));
        HtmlReport.Table(page, new("Comparisons",
            ["compared with", "measure", "method", "rival", "difference", "p", "p Holm", "p seeds", "p patients", "seeds", "images",
                "patients", "verdict"],
            [.. sweep.Claims.SelectMany(c =>
                c.Comparisons.Select(d => (string[])[$"({c.Id}) {d.Rival}", d.Measure, SweepTable.Number(d.Comparison?.MeanA ?? d.A?.Mean),
                    SweepTable.Number(d.Comparison?.MeanB ?? d.B?.Mean), Dash(SweepTable.Difference(d.Comparison)),
                    Dash(SweepTable.P(d.Comparison?.P)), Dash(SweepTable.P(d.HolmP)),
                Dash(SweepTable.P(d.Comparison?.SeedP)), Dash(SweepTable.P(d.Comparison?.PatientP)),
                d.Comparison?.Seeds.Count.ToString(CultureInfo.InvariantCulture) ?? "0",
                d.Comparison is { } k ? ReportTables.Count(k.Images) : "-", d.Comparison is { } l ? ReportTables.Count(l.Patients) : "-",
                Word(d)]))],
            [.. sweep.Claims.SelectMany(c =>
                c.Comparisons.Where(d => d.Remark is not null).Select(d => $"({c.Id}) {d.Rival}: {d.Remark}"))]));
        List<ForestRow> rows = [.. sweep.Claims.SelectMany(c => c.Comparisons.Where(d => d.Comparison is not null)
            .Select(d => new ForestRow($"({c.Id}) {Short(d.Rival)}",
                new(d.Comparison!.Difference, d.Comparison.Interval?.Low, d.Comparison.Interval?.High), d.Measure)))];
        if (rows.Count > 0)
            page.Append("<figure>\n")
                .Append(ForestPlot.Draw("The method less its rivals", "difference; right of the dashed line the method is ahead", 0, rows))
                .Append("<figcaption><b>The method less its rivals.</b> With 95 % intervals by patients and seeds together. Data: " +
                    "claims.csv.</figcaption>\n</figure>\n");
        SweepReport.Arms(page, sweep.Table,
            $"Holm's correction goes over this table here, and over the claims' comparisons above. Data: {sweep.Name}/table.csv.",
            $"{sweep.Name}/table.csv");
        SweepReport.Failed(page, sweep.Failed);
        HtmlReport.Facts(page, "Hashes of the recipes", sweep.Hashes);
    }

    static string Short(string text) => text.Length <= 30 ? text : text[..29] + "…";

    static string Word(ClaimComparison c) => c.Comparison is null ? "undecided (a side failed)"
        : c.Verdict == Verdict.Undecided ? $"undecided (leans {c.Lean})" : VerdictRule.Word(c.Verdict);

    static string Dash(string text) => text.Length == 0 ? "-" : text;

    static string Seeds(int count) => count == 1 ? "1 seed" : $"{count} seeds";
}
