using RadZ.Recognition.Archives;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Output;

/// <summary>A heading and a table with bars for each answer; a failed image is an error on stderr.</summary>
sealed class TableAnswers(Page page, AnswerHead head) : AnswerWriter(head)
{
    bool _any;

    /// <inheritdoc/>
    public override void Add(Answer answer)
    {
        if (answer is Answer.Failure failure)
        {
            Console.Error.WriteLine($"error: {Head.Tell(failure.Result.Error)}");
            return;
        }
        if (_any) page.Line();
        _any = true;
        page.Heading(answer.Name);
        if (answer is Answer.OfStudy study)
            page.Line($"  patient {study.Result.Images[0].Source?.Record?.Patient ?? "-"}, study {study.Result.Study.Order}, " +
                $"{study.Result.Images.Count} image(s). {study.Answer.Rule}");
        page.Table(["disease", "", "probability", "alone", "score",
            .. Head.Calibrated is { } c ? c.Answers ? (string[])["calibrated", "answer"] : ["calibrated"] : []],
            [.. TopFindings(answer).Select(f => (Cell[])[f.Disease, Cell.Bar(f.Probability), Percent(f.Probability), Percent(f.Standalone),
                Cell.Number($"{f.Score:0.00}"), .. Calibrated(f)])]);
        foreach (var source in answer.Sources.Where(s => s.Gate.Count > 0))
            page.Line($"  doubted{(answer is Answer.OfStudy ? $" ({source.Shown})" : "")}: {string.Join("; ", source.Gate)}");
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (!_any) return;
        page.Line();
        page.Line($"Model {Head.Model}. probability: over the {Head.Diseases} listed diseases; alone: each against its own negation, not " +
            "calibrated.");
        foreach (var note in Head.Calibrated?.Notes(Head.ByStudy) ?? []) page.Line(note);
        page.Line(Notices.ResearchUse);
    }

    Cell[] Calibrated(ScoredDisease finding)
    {
        if (Head.Calibrated is not { } calibrated) return [];
        var own = calibrated.Calibrate(finding);
        var probability = own.Probability is { } p ? Percent(p) : Cell.Number("-");
        return calibrated.Answers ? [probability, own.Answer!] : [probability];
    }

    static Cell Percent(double share) => Cell.Number($"{share * 100:0.0} %");
}
