using RadZ.Files;

namespace RadZ.Text.Tokens;

/// <summary>What a piece of a SentencePiece vocabulary is; the numbers are the file's.</summary>
enum PieceType
{
    /// <summary>Made by training; text merges into it.</summary>
    Normal = 1,

    /// <summary>Stands for what has no piece.</summary>
    Unknown = 2,

    /// <summary>A mark such as <c>&lt;s&gt;</c>; never made from text.</summary>
    Control = 3,

    /// <summary>Always one piece where its text occurs.</summary>
    UserDefined = 4,

    /// <summary>Takes part in merging but is taken apart again in the result.</summary>
    Unused = 5,

    /// <summary>One byte of what has no piece.</summary>
    Byte = 6,
}

/// <summary>One row of the vocabulary; its id is its place.</summary>
/// <param name="Text">The piece, U+2581 for a space.</param>
/// <param name="Score">Higher merges first.</param>
/// <param name="Type">What the piece is.</param>
readonly record struct Piece(string Text, float Score, PieceType Type);

/// <summary>
/// A SentencePiece model file (<c>tokenizer.model</c>) of the LLaMA family: BPE, identity normaliser, byte fallback.
/// Anything else is refused when it is read, since it would encode text to wrong ids without a sign.
/// </summary>
sealed partial class SentencePieceFile
{
    /// <summary>Larger files are refused; the largest known vocabularies take 5 MB.</summary>
    public const long MaximumBytes = 32 << 20;

    /// <summary>Models with more pieces are refused; the largest known have some 260,000.</summary>
    public const int MaximumPieces = 1_000_000;

    /// <summary>Models with a longer piece are refused; training makes at most 16 characters.</summary>
    public const int MaximumPieceLength = 1_000;

    SentencePieceFile(string path, Piece[] pieces, bool addDummyPrefix, string unknownSurface)
    {
        (Path, Pieces, AddDummyPrefix, UnknownSurface) = (path, pieces, addDummyPrefix, unknownSurface);
        Bytes = new int[256];
    }

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    /// <summary>The vocabulary in the order of the ids.</summary>
    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>True when a space is put before every text that is not empty.</summary>
    public bool AddDummyPrefix { get; }

    /// <summary>What the unknown id decodes to.</summary>
    public string UnknownSurface { get; }

    /// <summary>Id of <c>&lt;s&gt;</c>.</summary>
    public int BeginId { get; private set; }

    /// <summary>Id of <c>&lt;/s&gt;</c>.</summary>
    public int EndId { get; private set; }

    /// <summary>Id of <c>&lt;unk&gt;</c>.</summary>
    public int UnknownId { get; private set; }

    /// <summary>The id of each byte's piece.</summary>
    internal int[] Bytes { get; }

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is no SentencePiece model, is cut off, or has settings other than the
    /// LLaMA family's.</exception>
    public static SentencePieceFile Read(string path)
    {
        try
        {
            var length = FileSize.Get(path);
            if (length > MaximumBytes)
                throw new InvalidInputException(path, "too-large",
                    $"{length} bytes, expected at most {MaximumBytes}; a tokenizer.model has some hundred kilobytes.");
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "unreadable", $"cannot read the tokenizer: {e.Message}", e);
        }
    }
}
