using System.Text;

namespace RadZ.Cli.Output;

/// <summary>
/// Answers that are written side by side, shown one after the other: the first as it comes, the next when it has ended, with what is
/// there of it by then. A single question is not repeated.
/// </summary>
sealed class AnswerStream(TextWriter output, IReadOnlyList<string> questions)
{
    readonly StringBuilder[] _waiting = [.. questions.Select(_ => new StringBuilder())];
    readonly bool[] _ended = new bool[questions.Count];
    int _shown = -1;

    /// <summary>More of an answer; null ends it.</summary>
    public void Write(int answer, string? text)
    {
        if (text is null) _ended[answer] = true;
        else _waiting[answer].Append(text);
        if (_shown < 0) Begin();
        while (_shown < questions.Count)
        {
            output.Write(_waiting[_shown].ToString());
            _waiting[_shown].Clear();
            if (!_ended[_shown]) break;
            output.WriteLine();
            Begin();
        }
        output.Flush();
    }

    void Begin()
    {
        if (++_shown >= questions.Count || questions.Count == 1) return;
        if (_shown > 0) output.WriteLine();
        output.WriteLine($"> {questions[_shown].ReplaceLineEndings(" ")}");
    }
}
