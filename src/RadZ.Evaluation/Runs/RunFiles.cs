using RadZ.Data.Guards;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Runs;

/// <summary>What follows from a run's scores, in the form that its record names.</summary>
static class RunFiles
{
    /// <summary>What must equal <c>metrics.json</c>.</summary>
    public static string Metrics(StoredRun run) => run.Record.Form switch
    {
        FigureForm.Benchmark => EvaluationRun.Json(run.Figures),
        FigureForm.Card => Metrics(CardOf(run), DescriptionComparison.Read(run.Folder)),
        var other => throw new ArgumentOutOfRangeException(nameof(run), other, "no such form of figures."),
    };

    /// <summary>What must equal <c>table.txt</c>, but for its last line, which says what it may be used for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="title">Its first line.</param>
    public static string Table(StoredRun run, string title) => run.Record.Form switch
    {
        FigureForm.Benchmark => BenchmarkText.Render(title, run.Figures, run.Bootstrap, run.Record.Validation?.Name, run.Record.Notices),
        FigureForm.Card => Table(title, CardOf(run), DescriptionComparison.Read(run.Folder), run.Record.Notices),
        var other => throw new ArgumentOutOfRangeException(nameof(run), other, "no such form of figures."),
    };

    /// <summary>A score card for programs, with its comparison of descriptions where one was made.</summary>
    public static string Metrics(ScoreCard card, DescriptionComparison? descriptions)
    {
        if (descriptions is null) return card.ToJson() + "\n";
        var json = System.Text.Json.Nodes.JsonNode.Parse(card.ToJson())!;
        json["descriptions"] = descriptions.ToJson();
        return json.ToJsonString(EvaluationRun.JsonForm) + "\n";
    }

    /// <summary>A score card for people: title, card, comparison of descriptions, and what makes the figures doubtful.</summary>
    public static string Table(string title, ScoreCard card, DescriptionComparison? descriptions, IReadOnlyList<Notice> notices) =>
        $"{title}\n\n{card.ToString().TrimEnd()}\n{(descriptions is null ? "" : $"\n{descriptions}")}" +
        string.Concat(Doubts(notices).Select(n => n.Text + "\n"));

    /// <summary>Notices that a score card is shown with; the others are in the record and the report.</summary>
    public static IEnumerable<Notice> Doubts(IReadOnlyList<Notice> notices) =>
        notices.Where(n => n.Kind is "not-zero-shot" or "training-patients");

    static ScoreCard CardOf(StoredRun run) => ScoreCard.Compute(run.Test, run.Bootstrap);
}
