using System.Text;
using RadZ.Text.Tokens;

namespace RadZ.Model.Generation;

/// <summary>One answer while it is written: chooses its tokens, decodes them as they come, and knows when it has ended.</summary>
sealed class WrittenRow(ITokenizer tokenizer, GenerationOptions options, int promptTokens, Action<string?> written)
{
    readonly TokenSampler _sampler = new(options);
    readonly IPieceDecoder _stream = tokenizer.StartDecoding();
    readonly StopSearch _stops = new(options.Stop);
    readonly StringBuilder _text = new();
    readonly List<int> _tokens = [];
    FinishReason? _reason;

    /// <summary>Whether nothing more is written.</summary>
    public bool Ended => _reason is not null;

    /// <summary>The newest token; the closing one for a row that has ended, which is decoded on beside others to no effect.</summary>
    public int Last => Ended ? tokenizer.EndId : _tokens[^1];

    /// <summary>Chooses the next token from its scores.</summary>
    public void Next(ReadOnlySpan<float> scores)
    {
        if (Ended) return;
        var id = _sampler.Choose(scores);
        if (id == tokenizer.EndId)
        {
            End(FinishReason.End);
            return;
        }
        _tokens.Add(id);
        Show(_stops.Push(_stream.Push(id)));
        if (_stops.Found || _tokens.Count == options.MaxTokens) End(FinishReason.Length);
    }

    /// <summary>The whole answer.</summary>
    public GeneratedText Text() => new(_text.ToString().Trim(), _tokens, _reason!.Value, promptTokens);

    void End(FinishReason reason)
    {
        Show(_stops.Push(_stream.Finish()));
        if (!_stops.Found) Show(_stops.Rest());
        _reason = _stops.Found ? FinishReason.Stop : reason;
        written(null);
    }

    void Show(string text)
    {
        if (_text.Length == 0) text = text.TrimStart();
        if (text.Length == 0) return;
        _text.Append(text);
        written(text);
    }
}
