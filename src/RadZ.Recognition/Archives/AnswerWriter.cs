using RadZ.Files;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Archives;

/// <summary>How answers are written for programs.</summary>
enum AnswerForm
{
    /// <summary>One object; see <see cref="JsonAnswers"/>.</summary>
    Json,

    /// <summary>A row a finding; see <see cref="CsvAnswers"/>.</summary>
    Csv,
}

/// <summary>What an answer is of.</summary>
enum AnswerKind
{
    /// <summary>One image.</summary>
    Image,

    /// <summary>All views of a study.</summary>
    Study,
}

/// <summary>What stands above all answers.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Diseases">How many diseases are listed.</param>
/// <param name="Top">Only so many of each answer; null: all.</param>
/// <param name="ByStudy">Answers are of studies.</param>
/// <param name="Calibrated">Makes probabilities of scores; null: nothing does.</param>
sealed record AnswerHead(string Model, string Hash, int Diseases, int? Top, bool ByStudy, Calibrated? Calibrated = null)
{
    /// <summary>What an error says to whoever reads the answers; by default its message.</summary>
    public Func<InvalidInputException, string> Tell { get; init; } = e => e.Message;

    /// <summary>The findings that are shown of each answer.</summary>
    public int Shown => Math.Min(Top ?? int.MaxValue, Diseases);
}

/// <summary>Writes answers one after the other as they come.</summary>
abstract class AnswerWriter(AnswerHead head) : IDisposable
{
    /// <summary>The head.</summary>
    protected AnswerHead Head { get; } = head;

    /// <summary>The writer of a format.</summary>
    public static AnswerWriter Create(AnswerForm form, AnswerHead head, AnswerFile file) => form switch
    {
        AnswerForm.Json => new JsonAnswers(file, head),
        AnswerForm.Csv => new CsvAnswers(file, head),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no such form of answers."),
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
    protected IEnumerable<ScoredDisease> TopFindings(Answer answer) => answer.Ranked.Take(Head.Shown);
}
