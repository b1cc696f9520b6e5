namespace RadZ.Model.Generation;

/// <summary>How tokens are chosen and when a text ends. Same options, same text.</summary>
sealed record GenerationOptions
{
    /// <summary>The most tokens of a text.</summary>
    public int MaxTokens { get; init => field = value >= 1 ? value : throw OutOfRange(nameof(MaxTokens), value, "at least 1"); } = 256;

    /// <summary>0 takes the likeliest token always (greedy); above, scores are divided by it and a token is drawn.</summary>
    public double Temperature
    {
        get; init =>
        field = value >= 0 && double.IsFinite(value) ? value : throw OutOfRange(nameof(Temperature), value, "a number of at least 0");
    }

    /// <summary>Only the likeliest tokens that together have this probability are drawn from; 1 is all.</summary>
    public double TopP
    {
        get; init =>
        field = value is > 0 and <= 1 ? value : throw OutOfRange(nameof(TopP), value, "above 0, at most 1");
    } = 1;

    /// <summary>Only so many of the likeliest tokens are drawn from; 0 is all.</summary>
    public int TopK { get; init => field = value >= 0 ? value : throw OutOfRange(nameof(TopK), value, "at least 0"); }

    /// <summary>Seed of what is drawn. Every row of a batch draws by itself from this seed, as it would alone.</summary>
    public long Seed { get; init; }

    /// <summary>Texts that end an answer, wherever token boundaries fall; they are not part of it.</summary>
    public IReadOnlyList<string> Stop
    {
        get; init => field = value.All(s => s.Length > 0) ? value
        : throw new ArgumentException("A stop text is empty: it would end every answer before it begins.", nameof(Stop));
    } = [];

    static ArgumentOutOfRangeException OutOfRange(string name, object value, string expected) => new(name, value, $"expected {expected}");
}

/// <summary>Why a text ended.</summary>
enum FinishReason
{
    /// <summary>The model closed its turn.</summary>
    End,

    /// <summary>A stop text came.</summary>
    Stop,

    /// <summary>The most tokens were reached: the text may be cut.</summary>
    Length,
}

/// <summary>A text that the model wrote.</summary>
/// <param name="Text">The text, outer white space trimmed.</param>
/// <param name="Tokens">Its ids, without the one that closes the turn.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="PromptTokens">Positions of the prompt, image patches included.</param>
sealed record GeneratedText(string Text, IReadOnlyList<int> Tokens, FinishReason Reason, int PromptTokens);
