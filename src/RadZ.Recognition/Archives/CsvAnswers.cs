using System.Globalization;
using System.Text;
using CsvHelper;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Archives;

/// <summary>
/// A row a finding: <c>file,disease,score,probability,standalone,error,message,gate</c> (<c>study</c> in place of <c>file</c> where answers
/// are of studies), then <c>calibrated</c> and <c>answer</c> where there is a calibration; a failed image is a row with <c>error</c> and
/// <c>message</c>. <c>gate</c> joins reasons and scores by <c>|</c>.
/// </summary>
sealed class CsvAnswers : AnswerWriter
{
    readonly AnswerFile _file;
    readonly StringWriter _text = new();
    readonly CsvWriter _csv;

    public CsvAnswers(AnswerFile file, AnswerHead head) : base(head)
    {
        _file = file;
        _csv = CsvWriter.Create(_text, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
        if (!file.IsContinued) Row(Columns(head));
    }

    /// <summary>The header.</summary>
    public static string[] Columns(AnswerHead head) => [head.ByStudy ? "study" : "file", "disease", "score", "probability", "standalone",
        "error", "message", "gate", .. head.Calibrated is { } c ? c.Answers ? (string[])["calibrated", "answer"] : ["calibrated"] : []];

    /// <inheritdoc/>
    public override void Add(Answer answer)
    {
        if (answer is Answer.Failure failure)
            Row([failure.Name, "", "", "", "", failure.Result.Kind, Head.Tell(failure.Result.Error), "",
                .. Columns(Head).Skip(8).Select(_ => "")]);
        var gate = string.Join('|',
            answer.Sources.SelectMany(s => s.Gate).GroupBy(g => g.Reason)
                .Select(g => $"{g.Key} {g.Max(r => r.Score).ToString("0.00", CultureInfo.InvariantCulture)}"));
        foreach (var f in TopFindings(answer))
            Row([answer.Name, f.Disease, Number(f.Score), Number(f.Probability), Number(f.Standalone), "", "", gate, .. Calibrated(f)]);
    }

    string[] Calibrated(ScoredDisease finding)
    {
        if (Head.Calibrated is not { } calibrated) return [];
        var own = calibrated.Calibrate(finding);
        var probability = own.Probability is { } p ? Number(p) : "";
        return calibrated.Answers ? [probability, own.Answer!] : [probability];
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        _csv.Flush();
        _file.Append(Encoding.UTF8.GetBytes(_text.ToString()));
        _text.GetStringBuilder().Clear();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Flush();
    }

    void Row(string[] cells)
    {
        foreach (var cell in cells) _csv.WriteField(cell);
        _csv.EndRecord();
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _csv.Dispose();
        _text.Dispose();
        base.Dispose();
        _text.Dispose();
    }
}
