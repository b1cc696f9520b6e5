using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using RadZ.Files;

namespace RadZ.Text.Tokens;

/// <summary>
/// Text to ids and back, id for id as the <c>sentencepiece</c> library does it for models of the LLaMA family. Control ids never come
/// out of text: a typed <c>&lt;/s&gt;</c> is four ordinary characters. Immutable and safe to share between threads.
/// </summary>
sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>The name of its file in a model folder.</summary>
    public const string ModelFile = "tokenizer.model";

    const char Space = '\u2581';

    readonly SentencePieceFile _file;
    readonly BytePairMerger _merger;
    readonly byte[] _valueOfByte;
    Dictionary<string, int>? _controls;

    /// <summary>A tokenizer for a file that was read.</summary>
    public SentencePieceTokenizer(SentencePieceFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file;
        _merger = new BytePairMerger(file.Pieces);
        _valueOfByte = new byte[file.Pieces.Count];
        for (var value = 0; value < 256; value++)
            _valueOfByte[file.Bytes[value]] = (byte)value;
    }

    /// <inheritdoc/>
    public string FileName => ModelFile;

    /// <inheritdoc/>
    public int VocabularySize => _file.Pieces.Count;

    /// <summary>Id of <c>&lt;s&gt;</c>, which opens every sequence; <see cref="Encode(string)"/> does not add it.</summary>
    public int BeginId => _file.BeginId;

    /// <summary>Id of <c>&lt;/s&gt;</c>.</summary>
    public int EndId => _file.EndId;

    /// <summary>Id of <c>&lt;unk&gt;</c>; never comes out of text, since what has no piece becomes bytes.</summary>
    public int UnknownId => _file.UnknownId;

    int? ITokenizer.BeginId => BeginId;

    int? ITokenizer.UnknownId => UnknownId;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> ControlIds => _controls ??= _file.Pieces.Index().Where(p => p.Item.Type == PieceType.Control)
        .ToDictionary(p => p.Item.Text, p => p.Index, StringComparer.Ordinal);

    /// <summary>Reads a <c>tokenizer.model</c>.</summary>
    /// <exception cref="InvalidInputException">See <see cref="SentencePieceFile.Read"/>.</exception>
    public static SentencePieceTokenizer Load(string path) => new(SentencePieceFile.Read(path));

    /// <summary>The ids of a text, without <c>&lt;s&gt;</c>; empty for an empty text. A lone surrogate counts as U+FFFD.</summary>
    public int[] Encode(string text) => Encode(text, _file.AddDummyPrefix);

    /// <inheritdoc/>
    public int[] EncodeBehind(string text) => Encode(text, dummyPrefix: false);

    /// <inheritdoc/>
    public IPieceDecoder StartDecoding() => new PieceDecoder(this);

    /// <summary>A row of the vocabulary as the file has it, with U+2581 for a space.</summary>
    public string PieceText(int id) => _file.Pieces[id].Text;

    /// <summary>True when some text may encode to this id: such an id cannot serve as a special token.</summary>
    public bool ComesFromText(int id) =>
        id >= 0 && id < VocabularySize && _file.Pieces[id].Type is not (PieceType.Control or PieceType.Unknown);

    /// <summary>The ids of a word as it stands behind a space, or right behind what was before.</summary>
    public int[] EncodeWord(string word, bool spaced) => Encode(word, dummyPrefix: spaced);

    internal int[] Encode(string text, bool dummyPrefix) => Encode(text, dummyPrefix, out _);

    internal int[] Encode(string text, bool dummyPrefix, out long work)
    {
        ArgumentNullException.ThrowIfNull(text);
        work = 0;
        if (text.Length == 0)
            return [];
        var escaped = Escape(text, dummyPrefix);
        var ids = new List<int>(text.Length / 3 + 4);
        work = _merger.Run(escaped, (id, range) =>
        {
            if (id >= 0)
            {
                ids.Add(id);
                return;
            }
            Span<byte> bytes = stackalloc byte[4];   // what has no piece is one character
            foreach (var value in bytes[..Encoding.UTF8.GetBytes(escaped.AsSpan(range), bytes)])
                ids.Add(_file.Bytes[value]);
        });
        return [.. ids];
    }

    /// <summary>
    /// The text of ids. Control ids vanish, the unknown id gives the model's mark (U+2047 between spaces), one leading space goes, and each
    /// byte that is not part of well-formed UTF-8 becomes one U+FFFD.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of the model file: special rows have no text.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var atStart = AddsDummyPrefix;
        foreach (var id in ids)
        {
            if (ByteOf(id) is { } value)
            {
                bytes.Add(value);
                continue;
            }
            Flush(bytes, text);
            atStart &= text.Length == 0;
            text.Append(SurfaceOf(id, ref atStart));
        }
        Flush(bytes, text);
        return text.ToString();
    }

    /// <summary>Whether a text is given a leading space before it is encoded, which decoding takes away again.</summary>
    internal bool AddsDummyPrefix => _file.AddDummyPrefix;

    /// <summary>The byte that a token stands for; null for one that is text.</summary>
    internal byte? ByteOf(int id) => id < 0 || id >= VocabularySize
        ? throw new ArgumentOutOfRangeException(nameof(id), id, $"The id is not of this tokenizer (0 to {VocabularySize - 1}).")
        : _file.Pieces[id].Type == PieceType.Byte ? _valueOfByte[id] : null;

    /// <summary>The text of a token that is no byte; the leading space of the first goes.</summary>
    internal string SurfaceOf(int id, ref bool atStart)
    {
        var (type, piece) = (_file.Pieces[id].Type, _file.Pieces[id].Text);
        if (type == PieceType.Control) return "";
        var dropsSpace = atStart && type != PieceType.Unknown && piece[0] == Space;
        atStart = false;
        return type == PieceType.Unknown ? _file.UnknownSurface : (dropsSpace ? piece[1..] : piece).Replace(Space, ' ');
    }

    static void Flush(List<byte> bytes, StringBuilder text)
    {
        var left = CollectionsMarshal.AsSpan(bytes);
        while (!left.IsEmpty)
        {
            var whole = Rune.DecodeFromUtf8(left, out var rune, out var length) == OperationStatus.Done;
            text.Append(rune.ToString());   // U+FFFD where the bytes are broken
            left = left[(whole ? length : 1)..];
        }
        bytes.Clear();
    }

    /// <summary>Spaces become U+2581; the way through UTF-8 turns each lone surrogate into U+FFFD.</summary>
    static string Escape(string text, bool dummyPrefix) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes((dummyPrefix ? "\u2581" : "") + text.Replace(' ', Space)));
}
