using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Answers;

/// <summary>What stands above all answers.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Diseases">How many diseases are listed.</param>
/// <param name="Top">Only so many of each answer; null: all.</param>
/// <param name="ByStudy">Answers are of studies.</param>
/// <param name="Calibrated">Makes probabilities of scores; null: nothing does.</param>
sealed record AnswerHead(string Model, string Hash, int Diseases, int? Top, bool ByStudy, Calibrated? Calibrated = null)
{
    /// <summary>The findings that are shown of each answer.</summary>
    public int Shown => Math.Min(Top ?? int.MaxValue, Diseases);
}

/// <summary>Writes answers one after the other as they come.</summary>
abstract class AnswerWriter(AnswerHead head) : IDisposable
{
    /// <summary>The head.</summary>
    protected AnswerHead Head { get; } = head;

    /// <summary>The writer of a format.</summary>
    public static AnswerWriter Of(RowFormat format, AnswerHead head, AnswerFile file) => format switch
    {
        RowFormat.Json => new JsonAnswers(file, head),
        RowFormat.Csv => new CsvAnswers(file, head),
        _ => new TableAnswers(Page.OfOutput(), head),
    };

    /// <summary>One answer.</summary>
    public abstract void Add(Answer answer);

    /// <summary>What was added reaches the file: a process that is killed afterwards loses none of it.</summary>
    public virtual void Flush() { }

    /// <summary>After the last.</summary>
    public abstract void End();

    /// <inheritdoc/>
    public virtual void Dispose() { }

    /// <summary>The findings that are shown, likeliest first.</summary>
    protected IEnumerable<ScoredDisease> Shown(Answer answer) => answer.Ranked.Take(Head.Shown);
}
