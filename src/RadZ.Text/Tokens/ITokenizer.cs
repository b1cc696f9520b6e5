namespace RadZ.Text.Tokens;

/// <summary>
/// Text to ids and back, as a checkpoint's own tokenizer does it. Control ids never come out of text, whatever is typed: only the programs
/// that build sequences place them. Implementations are immutable and safe to share between threads.
/// </summary>
interface ITokenizer
{
    /// <summary>The name that its file has in a model folder, as <c>tokenizer.model</c>.</summary>
    string FileName { get; }

    /// <summary>Ids are 0 up to this; special tokens are appended from here on.</summary>
    int VocabularySize { get; }

    /// <summary>The id that opens every sequence; null where sequences have none. <see cref="Encode"/> does not add it.</summary>
    int? BeginId { get; }

    /// <summary>The id that closes an answer.</summary>
    int EndId { get; }

    /// <summary>The id of what has no piece; null where everything has one.</summary>
    int? UnknownId { get; }

    /// <summary>Control tokens by name, such as <c>&lt;/s&gt;</c>: ids that no text encodes to.</summary>
    IReadOnlyDictionary<string, int> ControlIds { get; }

    /// <summary>The ids of a text that stands by itself, without <see cref="BeginId"/>; empty for an empty text.</summary>
    int[] Encode(string text);

    /// <summary>The ids of a text right behind other tokens: without what the tokenizer puts before a text that stands by itself.</summary>
    int[] EncodeBehind(string text);

    /// <summary>The ids of a word as it stands behind a space, or right behind what was before.</summary>
    int[] EncodeWord(string word, bool spaced);

    /// <summary>The text of ids; control ids vanish, broken UTF-8 becomes U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of this tokenizer.</exception>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>Decodes ids as they come; what it gives together is what <see cref="Decode"/> gives of all.</summary>
    IPieceDecoder StartDecoding();

    /// <summary>True when some text may encode to this id: such an id cannot serve as a special token.</summary>
    bool ComesFromText(int id);
}

/// <summary>Decodes the ids of one text one by one. For one thread.</summary>
interface IPieceDecoder
{
    /// <summary>The text that <paramref name="id"/> completes; may be empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of the tokenizer.</exception>
    string Push(int id);

    /// <summary>What is left when no id follows: bytes of a broken character, each as U+FFFD.</summary>
    string Finish();
}
