using System.Globalization;
using RadZ.Files;

namespace RadZ.Text.Tokens;

// Field numbers are those of sentencepiece_model.proto.
sealed partial class SentencePieceFile
{
    const int Bpe = 2;

    /// <summary>The settings that change ids or text, with the defaults of the format where the file says nothing.</summary>
    sealed class Settings
    {
        public int ModelType = 1;
        public bool ByteFallback, SpaceAsSuffix, RewritesText, AddDummyPrefix = true, RemoveExtraSpaces = true, EscapeSpaces = true;
        public string Begin = "<s>", End = "</s>", UnknownSurface = " \u2047 ";
    }

    internal static SentencePieceFile Parse(ReadOnlySpan<byte> bytes, string path)
    {
        var pieces = new List<Piece>();
        var settings = new Settings();
        var file = new ProtobufReader(bytes, path);
        while (file.Next(out var field, out var wire))
        {
            switch (field)
            {
                case 1: pieces.Add(ReadPiece(file.Message(wire), path, pieces.Count)); break;
                case 2: ReadTrainer(file.Message(wire), settings); break;
                case 3: ReadNormalizer(file.Message(wire), settings, encoding: true); break;
                case 5: ReadNormalizer(file.Message(wire), settings, encoding: false); break;
                default: file.Skip(wire); break;
            }
        }
        if (pieces.Count == 0)
            throw Malformed(path, "holds no pieces");
        Require(settings, path);
        var read = new SentencePieceFile(path, [.. pieces], settings.AddDummyPrefix, settings.UnknownSurface);
        read.FindSpecialPieces(settings);
        return read;
    }

    static Piece ReadPiece(ProtobufReader message, string path, int id)
    {
        var (text, score, type) = ("", 0f, PieceType.Normal);
        while (message.Next(out var field, out var wire))
        {
            switch (field)
            {
                case 1: text = message.Text(wire); break;
                case 2: score = message.Float(wire); break;
                case 3: type = (PieceType)message.Int32(wire); break;
                default: message.Skip(wire); break;
            }
        }
        if (id == MaximumPieces)
            throw Malformed(path, $"more than {MaximumPieces} pieces");
        if (text.Length is 0 or > MaximumPieceLength || !float.IsFinite(score) || !Enum.IsDefined(type))
            throw Malformed(path, $"piece {id} has {text.Length} characters, score {score} and type {(int)type}, expected 1 to " +
                $"{MaximumPieceLength} characters, a finite score and a type from 1 to 6");
        return new Piece(text, score, type);
    }

    static void ReadTrainer(ProtobufReader message, Settings settings)
    {
        while (message.Next(out var field, out var wire))
        {
            switch (field)
            {
                case 3: settings.ModelType = message.Int32(wire); break;
                case 24: settings.SpaceAsSuffix = message.Bool(wire); break;
                case 35: settings.ByteFallback = message.Bool(wire); break;
                case 44: settings.UnknownSurface = message.Text(wire); break;
                case 46: settings.Begin = message.Text(wire); break;
                case 47: settings.End = message.Text(wire); break;
                default: message.Skip(wire); break;
            }
        }
    }

    static void ReadNormalizer(ProtobufReader message, Settings settings, bool encoding)
    {
        while (message.Next(out var field, out var wire))
        {
            switch (field)
            {
                case 2: settings.RewritesText |= message.Bytes(wire).Length > 0; break;
                case 3 when encoding: settings.AddDummyPrefix = message.Bool(wire); break;
                case 4 when encoding: settings.RemoveExtraSpaces = message.Bool(wire); break;
                case 5 when encoding: settings.EscapeSpaces = message.Bool(wire); break;
                default: message.Skip(wire); break;
            }
        }
    }

    static void Require(Settings settings, string path)
    {
        List<string> faults = [];
        void Refuse(bool fault, string text)
        {
            if (fault)
                faults.Add(text);
        }

        Refuse(settings.ModelType != Bpe,
            $"model type {settings.ModelType switch { 1 => "unigram", 3 => "word", 4 => "char", var n => $"{n}" }} (expected bpe)");
        Refuse(settings.RewritesText, "a normaliser that rewrites characters (expected identity)");
        Refuse(settings.RemoveExtraSpaces, "remove_extra_whitespaces (expected off)");
        Refuse(!settings.EscapeSpaces, "escape_whitespaces off (expected on)");
        Refuse(settings.SpaceAsSuffix, "treat_whitespace_as_suffix (expected off)");
        Refuse(!settings.ByteFallback, "no byte_fallback (expected on)");
        if (faults.Count > 0)
            throw new InvalidInputException(path, "unsupported-tokenizer",
                $"the model has {string.Join("; ", faults)}. Only SentencePiece models of the LLaMA family (LLaMA, Vicuna, Mistral v0.1) " +
                "are read; use the checkpoint's own tokenizer.model.");
    }

    void FindSpecialPieces(Settings settings)
    {
        var ids = new Dictionary<string, int>(Pieces.Count, StringComparer.Ordinal);
        Array.Fill(Bytes, -1);
        UnknownId = -1;
        for (var id = 0; id < Pieces.Count; id++)
        {
            var piece = Pieces[id];
            if (!ids.TryAdd(piece.Text, id))
                throw Malformed(Path, $"pieces {ids[piece.Text]} and {id} are both \"{piece.Text}\"");
            if (piece.Type == PieceType.Byte)
                Bytes[ByteOf(piece.Text, id)] = id;
            else if (piece.Type == PieceType.Unknown)
                UnknownId = UnknownId < 0 ? id : throw Malformed(Path, $"pieces {UnknownId} and {id} are both of type unknown");
        }
        if (UnknownId < 0)
            throw Malformed(Path, "no piece of type unknown");
        var missing = Array.IndexOf(Bytes, -1);
        if (missing >= 0)
            throw Malformed(Path, $"no piece for byte 0x{missing:X2}");
        BeginId = Control(settings.Begin);
        EndId = Control(settings.End);

        int Control(string name) => ids.TryGetValue(name, out var id) && Pieces[id].Type == PieceType.Control
            ? id
            : throw Malformed(Path, $"no control piece \"{name}\"");
    }

    int ByteOf(string text, int id) =>
        text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
        && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Malformed(Path, $"byte piece {id} is \"{text}\", expected the form <0x41>");

    static InvalidInputException Malformed(string path, string found) =>
        new(path, "not-a-tokenizer", $"{found}; this is no usable SentencePiece model. Copy tokenizer.model of the checkpoint again.");
}
