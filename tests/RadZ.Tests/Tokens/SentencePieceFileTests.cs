using CsCheck;
using RadZ.Files;
using RadZ.Text.Tokens;

namespace RadZ.Tests.Tokens;

public class SentencePieceFileTests
{
    static readonly byte[] Good = ModelWriter.Model(new Piece("\u2581", -1, PieceType.Normal), new Piece("a", -2, PieceType.Normal));

    [Fact]
    public void A_model_made_by_hand_is_read()
    {
        var file = SentencePieceFile.Parse(Good, "made.model");
        Assert.Equal(261, file.Pieces.Count);
        Assert.Equal((0, 1, 2), (file.UnknownId, file.BeginId, file.EndId));
        Assert.Equal(new Piece("a", -2, PieceType.Normal), file.Pieces[260]);
        Assert.True(file.AddDummyPrefix);
        Assert.Equal(" \u2047 ", file.UnknownSurface);
    }

    public static TheoryData<string, byte[]> Unsupported => new()
    {
        { "unigram", ModelWriter.Settings(type: 1) },
        { "char", ModelWriter.Settings(type: 4) },
        { "byte_fallback", ModelWriter.Settings(byteFallback: false) },
        { "rewrites characters", ModelWriter.Settings(charsmap: "nmt_nfkc") },
        { "rewrites characters", ModelWriter.Settings(denormalizer: "x") },
        { "remove_extra_whitespaces", ModelWriter.Settings(removeSpaces: true) },
        { "escape_whitespaces", ModelWriter.Settings(escape: false) },
        { "treat_whitespace_as_suffix", ModelWriter.Settings(suffix: true) },
        { "unigram", [] },   // the format's defaults are not LLaMA's
    };

    [Theory, MemberData(nameof(Unsupported))]
    public void Settings_that_would_give_other_ids_are_refused(string named, byte[] settings)
    {
        var error = Refused([.. ModelWriter.Head(), .. settings]);
        Assert.Equal("unsupported-tokenizer", error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_unsupported_settings_are_told_together()
    {
        var error = Refused([.. ModelWriter.Head(), .. ModelWriter.Settings(type: 1, removeSpaces: true)]);
        Assert.Contains("unigram", error.Message, StringComparison.Ordinal);
        Assert.Contains("remove_extra_whitespaces", error.Message, StringComparison.Ordinal);
    }

    public static IEnumerable<TheoryDataRow> BadPieces =>
    [
        new("characters", new Piece("", -1, PieceType.Normal)),
        new("characters", new Piece(new string('x', 1001), -1, PieceType.Normal)),
        new("score", new Piece("x", float.NaN, PieceType.Normal)),
        new("score", new Piece("x", float.PositiveInfinity, PieceType.Normal)),
        new("type", new Piece("x", -1, (PieceType)7)),
        new("both \"<s>\"", new Piece("<s>", -1, PieceType.Normal)),
        new("type unknown", new Piece("<unk2>", -1, PieceType.Unknown)),
        new("expected the form <0x41>", new Piece("<0xG1>", -1, PieceType.Byte)),
    ];

    [Theory, MemberData(nameof(BadPieces))]
    internal void Pieces_that_contradict_are_refused(string named, Piece piece)
    {
        var error = Refused(ModelWriter.Model(piece));
        Assert.Equal("not-a-tokenizer", error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_byte_is_named() =>
        Assert.Contains("byte 0x00",
            Refused([.. new ModelWriter().Pieces([new("<unk>", 0, PieceType.Unknown)]).Done(), .. ModelWriter.Settings()]).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 493443\n")]
    [InlineData("{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\"}}")]
    [InlineData("")]
    public void Other_files_are_no_tokenizers(string text) => Refused(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_file_that_is_not_there_is_told_with_its_path()
    {
        var path = Path.Combine(Path.GetTempPath(), "no-such-folder", "tokenizer.model");
        var error = Assert.Throws<InvalidInputException>(() => SentencePieceTokenizer.Load(path));
        Assert.Equal(("unreadable", path), (error.Kind, error.Path));
        Assert.Throws<InvalidInputException>(() => SentencePieceTokenizer.Load(Path.GetTempPath()));
    }

    [Fact]
    public void A_cut_file_is_refused_wherever_it_is_cut()
    {
        var refused = Enumerable.Range(0, Good.Length - 2).Count(length => Fails(Good.AsSpan(0, length)));
        Assert.Equal(Good.Length - 2, refused);   // the last two bytes are an empty denormaliser, which may be left out
    }

    [Fact]
    public void A_length_beyond_the_file_allocates_nothing()
    {
        byte[] huge = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];   // a piece of 2 GiB
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("truncated", Refused(huge).Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Files_and_vocabularies_beyond_all_known_ones_are_refused()
    {
        byte[] piece = [0x0A, 0x03, 0x0A, 0x01, (byte)'x'];
        var error = Refused([.. Enumerable.Repeat(piece, SentencePieceFile.MaximumPieces + 1).SelectMany(p => p)]);
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);

        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenWrite(path))
                file.SetLength(SentencePieceFile.MaximumBytes + 1);
            Assert.Equal("too-large", Assert.Throws<InvalidInputException>(() => SentencePieceFile.Read(path)).Kind);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Random_bytes_are_refused_in_words() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.True(Fails(bytes)), iter: 20_000, threads: 1);

    [Fact]
    public void Changed_bytes_are_read_or_refused_in_words() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var bytes = (byte[])Good.Clone();
            foreach (var (at, value) in changes)
                bytes[at] = value;
            var before = GC.GetAllocatedBytesForCurrentThread();
            Fails(bytes);   // any other exception ends the test
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }, iter: 5_000, threads: 1);

    static bool Fails(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _ = new SentencePieceTokenizer(SentencePieceFile.Parse(bytes, "made.model")).Encode("a \uD83D<s>");
            return false;
        }
        catch (InvalidInputException)
        {
            return true;
        }
    }

    static InvalidInputException Refused(byte[] bytes)
    {
        var error = Assert.Throws<InvalidInputException>(() => SentencePieceFile.Parse(bytes, "made.model"));
        Assert.StartsWith("made.model: ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
