using System.Text;
using RadZ.Evaluation.Runs;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports;

/// <summary>The model card of a run (Mitchell et al. 2019): what was measured, for whom it is, and what is not known.</summary>
static class ModelCard
{
    const string IntendedUse = """
        ## Intended use

        - Research on the recognition of findings in chest X-rays, by people who know how to read the figures below.
        - Not for diagnosis, triage, or any other care of patients; not validated for any hospital, device or population but the set below.

        ## Evaluation


        """;

    public static string Render(RunAnalysis analysis, Seal? seal)
    {
        var (run, record) = (analysis.Run, analysis.Run.Record);
        var name = record.Scores.Name ?? $"scores of {record.Scores.File?.Path ?? "a file"}";
        var card = new StringBuilder($"# Model card: {name}\n\n> {RunReport.ResearchUse}\n\n## Model\n\n");
        card.Append($"- Name: {name}\n- Weights (SHA-256): {record.Scores.Hash ?? "not known, scores came from a file"}\n- Score: " +
            $"{record.Scores.Score ?? "as in the file"}{(record.Scores.Probability is { } p ? $", probability {p}" : "")}\n- " +
            $"Descriptions of diseases (SHA-256): {record.KnowledgeHash}\n\n");
        card.Append(IntendedUse);
        foreach (var (fact, value) in HtmlReport.RunFacts(run)) card.Append($"- {Cell(fact)}: {Cell(value)}\n");
        card.Append("\n## To beware of\n\n");
        foreach (var notice in record.Notices)
            card.Append($"- {(HtmlReport.IsAlarm(notice) ? "**" + Cell(notice.Text) + "**" : Cell(notice.Text))}\n");
        foreach (var table in ((ReportTable?[])[ReportTables.Ranking(run), ReportTables.Thresholds(run), ReportTables.Calibration(analysis),
            ReportTables.Abstention(analysis), ReportTables.Conformal(analysis), ReportTables.Subgroups(analysis)]).OfType<ReportTable>())
        {
            card.Append($"\n## {table.Title}\n\n| {string.Join(" | ", table.Header.Select(Cell))} |\n|---|" +
                $"{string.Concat(table.Header.Skip(1).Select(_ => "---:|"))}\n");
            foreach (var row in table.Rows) card.Append($"| {string.Join(" | ", row.Select(Cell))} |\n");
            card.Append('\n');
            foreach (var note in table.Notes) card.Append($"- {Cell(note)}\n");
        }
        if (analysis.Subgroups.Count == 0)
            card.Append("\n## Subgroups\n\nNot measured: the set does not say two kinds of sex, age band, view or site.\n");
        card.Append($"\n## To check\n\n`radz verify RUN` computes these numbers again from the scores. Seal of the run: " +
            $"{seal?.Value ?? "none"}.\n");
        return card.ToString();
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
