using RadZ.Text.Tokens;

namespace RadZ.Text.Sequences;

/// <summary>
/// The one place where the method's two sequences are made, for training and for use alike:
/// <c>&lt;s&gt; [image] \n {question} &lt;ImgCls..&gt;</c> and <c>&lt;s&gt; {report} {question} &lt;TxtCls..&gt;</c>.
/// Immutable and safe to share between threads.
/// </summary>
sealed class SequenceBuilder
{
    /// <summary>The question behind an image.</summary>
    public const string DefaultImageQuestion = "What disease is indicated by the chest X-ray?";

    /// <summary>The question behind a text.</summary>
    public const string DefaultTextQuestion = "What disease is described in this text?";

    readonly ITokenizer _tokenizer;
    readonly int[] _begin, _imageTail, _textTail;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="special">The ids behind it.</param>
    /// <param name="imageQuestion">Follows the image; an adapter needs the one it was trained with.</param>
    /// <param name="textQuestion">Follows the report; an adapter needs the one it was trained with.</param>
    /// <exception cref="ArgumentException">A special id could also come out of text, so that a report could forge it.</exception>
    public SequenceBuilder(ITokenizer tokenizer, SpecialTokens special, string imageQuestion = DefaultImageQuestion,
        string textQuestion = DefaultTextQuestion)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(special);
        foreach (var id in special.ImageClassIds.Concat(special.TextClassIds).Append(special.ImageId))
        {
            if (tokenizer.ComesFromText(id))
                throw new ArgumentException($"Special id {id} is an ordinary piece of the tokenizer (0 to " +
                    $"{tokenizer.VocabularySize - 1}); take ids behind it.", nameof(special));
        }
        _tokenizer = tokenizer;
        Special = special;
        _begin = tokenizer.BeginId is { } begin ? [begin] : [];
        // the text behind the image is a chunk of its own with its own leading space, as LLaVA's tokenizer_image_token makes it
        _imageTail = tokenizer.Encode("\n" + imageQuestion);
        _textTail = tokenizer.Encode(textQuestion);
    }

    /// <summary>The ids behind the tokenizer's own.</summary>
    public SpecialTokens Special { get; }

    /// <summary>The smallest limit of <see cref="Text"/>: <c>&lt;s&gt;</c>, question and modality tokens, no room for a report.</summary>
    public int SmallestLimit => _begin.Length + _textTail.Length + Special.TextClassIds.Count;

    /// <summary>The sequence of an image.</summary>
    /// <param name="patches">Vectors that the projector gives for one image (576 for CLIP ViT-L/14 at 336 pixels).</param>
    public TokenSequence Image(int patches)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patches, 1);
        int[] ids = [.. _begin, .. Enumerable.Repeat(Special.ImageId, patches), .. _imageTail, .. Special.ImageClassIds];
        return Close(ids, Special.ImageClassIds.Count, patches);
    }

    /// <summary>The sequence of a report, a description or a category. The report alone is cut, at its end, in ids.</summary>
    /// <param name="report">White space around it does not count; may be empty.</param>
    /// <param name="limit">The greatest length of the whole sequence.</param>
    public TokenSequence Text(string report, int limit)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (limit < SmallestLimit)
            throw new ArgumentOutOfRangeException(nameof(limit), limit,
                $"A text sequence takes at least {SmallestLimit} tokens: {_begin.Length} for <s>, {_textTail.Length} for the question, " +
                $"{Special.TextClassIds.Count} modality tokens.");
        var room = limit - SmallestLimit;
        var words = _tokenizer.Encode(PythonText.Strip(report));
        int[] ids = [.. _begin, .. words.AsSpan(0, Math.Min(room, words.Length)), .. _textTail, .. Special.TextClassIds];
        return Close(ids, Special.TextClassIds.Count, patches: 0);
    }

    TokenSequence Close(int[] ids, int special, int patches)
    {
        var roles = new TokenRole[ids.Length];
        Array.Fill(roles, TokenRole.Text);
        Array.Fill(roles, TokenRole.Image, _begin.Length, patches);
        Array.Fill(roles, TokenRole.Special, ids.Length - special, special);
        return new TokenSequence(ids, roles);
    }
}
