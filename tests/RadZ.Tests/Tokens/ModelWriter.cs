using System.Text;
using RadZ.Text.Tokens;

namespace RadZ.Tests.Tokens;

/// <summary>Writes small SentencePiece models by hand: what no fixture has (user-defined and unused pieces, refused settings).</summary>
sealed class ModelWriter
{
    readonly List<byte> _bytes = [];

    /// <summary>A LLaMA-like model: unknown, begin, end, 256 bytes, then the given pieces.</summary>
    public static byte[] Model(params IEnumerable<Piece> pieces) =>
        [.. Head(), .. new ModelWriter().Pieces(pieces).Done(), .. Settings()];

    public static byte[] Head() => new ModelWriter().Pieces(
        [new("<unk>", 0, PieceType.Unknown), new("<s>", 0, PieceType.Control), new("</s>", 0, PieceType.Control),
        .. Enumerable.Range(0, 256).Select(b => new Piece($"<0x{b:X2}>", 0, PieceType.Byte))]).Done();

    public static byte[] Settings(int type = 2, bool byteFallback = true, bool suffix = false, bool dummyPrefix = true,
        bool removeSpaces = false, bool escape = true, string charsmap = "", string denormalizer = "") =>
        new ModelWriter()
            .Message(2, m => m.Number(3, type).Number(35, byteFallback ? 1 : 0).Number(24, suffix ? 1 : 0))
            .Message(3, m => m.Text(1, "identity").Text(2, charsmap).Number(3, dummyPrefix ? 1 : 0).Number(4, removeSpaces ? 1 : 0)
            .Number(5, escape ? 1 : 0))
            .Message(5, m => m.Text(2, denormalizer))
            .Done();

    public static SentencePieceTokenizer Tokenizer(params IEnumerable<Piece> pieces) =>
        new(SentencePieceFile.Parse(Model(pieces), "made.model"));

    public ModelWriter Pieces(IEnumerable<Piece> pieces)
    {
        foreach (var piece in pieces)
            Message(1, m => m.Text(1, piece.Text).Float(2, piece.Score).Number(3, (int)piece.Type));
        return this;
    }

    public ModelWriter Message(int field, Action<ModelWriter> write)
    {
        var inner = new ModelWriter();
        write(inner);
        return Bytes(field, inner.Done());
    }

    public ModelWriter Text(int field, string text) => text.Length == 0 ? this : Bytes(field, Encoding.UTF8.GetBytes(text));

    public ModelWriter Bytes(int field, byte[] bytes)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public ModelWriter Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ModelWriter Float(int field, float value)
    {
        Varint((ulong)field << 3 | 5);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public byte[] Done() => [.. _bytes];

    void Varint(ulong value)
    {
        for (; value > 127; value >>= 7)
            _bytes.Add((byte)(value & 127 | 128));
        _bytes.Add((byte)value);
    }
}
