using System.Text;
using System.Text.Json;
using CsCheck;
using RadZ.Text.Tokens;

namespace RadZ.Tests.Tokens;

public class SentencePieceTokenizerTests
{
    public static TheoryData<string> StringFiles => TokenizerCases.StringFiles;
    public static TheoryData<string> DecodeFiles => TokenizerCases.DecodeFiles;
    public static TheoryData<string> Models => TokenizerCases.ModelNames;

    [Theory, MemberData(nameof(StringFiles))]
    public void Ids_are_those_of_sentencepiece(string file)
    {
        var compared = 0;
        foreach (var (row, name, tokenizer) in RowsByModel(file))
        {
            compared++;
            var (text, expected) = (row.Text("text"), row.GetProperty(name).Ints());
            var actual = tokenizer.Encode(text);
            Assert.True(expected.AsSpan().SequenceEqual(actual),
                $"{name} row {row.GetProperty("id")}: \"{text}\"\nexpected {string.Join(" ", expected)}\nactual   " +
                $"{string.Join(" ", actual)}");
        }
        Assert.NotEqual(0, compared);
    }

    [Theory, MemberData(nameof(StringFiles))]
    public void Ids_of_a_text_decode_to_it_or_to_what_sentencepiece_says(string file)
    {
        foreach (var (row, name, tokenizer) in RowsByModel(file))
        {
            var differs = row.TryGetProperty("decoded", out var decoded) && decoded.TryGetProperty(name, out var told) ? told.GetString()
                : null;
            Assert.Equal(differs ?? row.Text("text"), tokenizer.Decode(row.GetProperty(name).Ints()));
        }
    }

    [Theory, MemberData(nameof(DecodeFiles))]
    public void Text_of_any_ids_is_that_of_sentencepiece(string file)
    {
        foreach (var row in TokenizerCases.Rows(file))
            Assert.Equal(row.Text("text"), TokenizerCases.Models[row.Text("tokenizer")].Decode(row.GetProperty("ids").Ints()));
    }

    [Theory, MemberData(nameof(Models))]
    public void Typed_names_of_control_pieces_stay_text(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        foreach (var typed in new[] { "<s>", "</s>", "<unk>", "<pad>", "<0x41>", "<0x0A>", "<ImgCls0>", "<TxtCls7>", "<image>" })
        {
            foreach (var text in new[] { typed, $"a{typed}b", $"There is {typed} effusion.", $"\n{typed}{typed}" })
            {
                var ids = tokenizer.Encode(text);
                Assert.DoesNotContain(ids,
                    id => id == tokenizer.BeginId || id == tokenizer.EndId || id == tokenizer.UnknownId || id < 0
                        || id >= tokenizer.VocabularySize);
                Assert.Equal(text, tokenizer.Decode(ids));
            }
        }
        Assert.NotEqual(tokenizer.Encode("A"), tokenizer.Encode("<0x41>"));
        Assert.True(tokenizer.Encode("<0x41>").Length > 1);
    }

    [Fact]
    public void Control_and_byte_pieces_do_not_merge_even_where_merging_would_reach_them()
    {
        var tokenizer = ModelWriter.Tokenizer([.. "\u2581<s>/x".Select(c => new Piece($"{c}", -9, PieceType.Normal)),
            new("<s", -1, PieceType.Normal), new("</", -1, PieceType.Normal), new("</s", -2, PieceType.Normal)]);
        Assert.Equal("\u2581|<s|>", Pieces(tokenizer, "<s>"));
        Assert.Equal("\u2581|</s|>", Pieces(tokenizer, "</s>"));
    }

    [Fact]
    public void Of_equal_scores_the_leftmost_pair_merges_first()
    {
        var tokenizer = ModelWriter.Tokenizer(new("\u2581", -9, PieceType.Normal), new("X", -9, PieceType.Normal),
            new("XX", -1, PieceType.Normal));
        Assert.Equal("\u2581|XX|X", Pieces(tokenizer, "XXX"));
    }

    // expected pieces: the sentencepiece library itself (sentencepiece-js 1.1.0) on this very model
    [Theory]
    [InlineData("abc", "\u2581|ab|c")]
    [InlineData("abca", "\u2581|abca")]
    [InlineData("abcb", "\u2581|ab|c|b")]
    [InlineData("c<x>b", "\u2581|c|<x>|b")]
    [InlineData("<x>ab", "\u2581|<x>a|b")]
    [InlineData("ab<x>abc", "\u2581|ab|<x>a|b|c")]
    [InlineData("<x>>bc<", "\u2581|<x>|>b|c<")]
    [InlineData("b<x>c", "\u2581|b|<x>|c")]
    [InlineData("<x", "\u2581|<|x")]
    public void User_defined_pieces_stand_alone_and_unused_ones_come_apart_again(string text, string expected)
    {
        var tokenizer = ModelWriter.Tokenizer([.. "\u2581abc<>x".Select(c => new Piece($"{c}", -9, PieceType.Normal)),
            new("ab", -1, PieceType.Normal), new("abc", -2, PieceType.Unused), new("abca", -3, PieceType.Normal),
            new("<x>", 0, PieceType.UserDefined), new("<x>a", 0, PieceType.UserDefined), new("c<", -1, PieceType.Normal),
            new(">b", -1, PieceType.Normal), new("b<x>", -1, PieceType.Normal), new("<x>c", -1, PieceType.Normal)]);
        Assert.Equal(expected, Pieces(tokenizer, text));
    }

    [Fact]
    public void A_control_piece_of_one_character_is_not_made_from_text()
    {
        // sentencepiece would give the control id
        var tokenizer = ModelWriter.Tokenizer(new("\u2581", -1, PieceType.Normal), new("x", 0, PieceType.Control));
        Assert.Equal("\u2581|<0x78>", Pieces(tokenizer, "x"));
        Assert.Equal("x", tokenizer.Decode(tokenizer.Encode("x")));
    }

    [Fact]
    public void Without_a_dummy_prefix_no_space_is_added_or_taken()
    {
        Piece[] pieces = [new("\u2581", -1, PieceType.Normal), new("a", -1, PieceType.Normal)];
        byte[] bytes = [.. ModelWriter.Head(), .. new ModelWriter().Pieces(pieces).Done(), .. ModelWriter.Settings(dummyPrefix: false)];
        var tokenizer = new SentencePieceTokenizer(SentencePieceFile.Parse(bytes, "made.model"));
        Assert.Equal("a", Pieces(tokenizer, "a"));
        Assert.Equal(" a", tokenizer.Decode(tokenizer.Encode(" a")));
    }

    [Fact]
    public void A_character_without_a_piece_becomes_its_bytes()
    {
        var tokenizer = ModelWriter.Tokenizer(new Piece("\u2581", -1, PieceType.Normal));
        Assert.Equal("\u2581|<0xF0>|<0x9F>|<0x99>|<0x82>", Pieces(tokenizer, "\U0001F642"));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_lone_surrogate_is_the_replacement_character(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        Assert.Equal(tokenizer.Encode("a\uFFFDb"), tokenizer.Encode("a\uD83Db"));
        Assert.Equal(tokenizer.Encode("\uFFFD\uFFFD"), tokenizer.Encode("\uDE42\uD83D"));
        Assert.Equal(tokenizer.Encode("x\uFFFD"), tokenizer.Encode("x\uD83D"));
    }

    [Theory, MemberData(nameof(Models))]
    public void Decoding_gives_the_text_back(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        Gen.OneOf(Gen.String[Gen.Char, 0, 60], Gen.String[Gen.Char[" \n\taesX_.-<>/s\u2581\uD83D\uDE42é日"], 0, 60]).Sample(text =>
        {
            var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            var hasBlock = wellFormed.Contains('\u2581');   // reads as a space by design
            var back = tokenizer.Decode(tokenizer.Encode(text));
            Assert.Equal(hasBlock ? wellFormed.Replace('\u2581', ' ') : wellFormed, back);
        }, iter: 3000, threads: 1);
    }

    [Theory, MemberData(nameof(Models))]
    public void Work_grows_with_the_length_of_the_text_and_not_with_its_square(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        foreach (var seed in new[] { "a", "X", " ", "There is no effusion. ", "qzjxkvbwpyg", "日", "." })
        {
            foreach (var length in new[] { 1_000, 100_000 })
            {
                var text = string.Concat(Enumerable.Repeat(seed, length / seed.Length));
                tokenizer.Encode(text, dummyPrefix: true, out var work);
                Assert.InRange(work, text.Length, 3L * (text.Length + 1));   // each pair once, then two new pairs a merge at most
            }
        }
    }

    [Fact]
    public void Ids_of_other_tokenizers_are_refused()
    {
        var tokenizer = ModelWriter.Tokenizer(new Piece("\u2581", -1, PieceType.Normal));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.VocabularySize]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([-200]));
    }

    internal static string Pieces(SentencePieceTokenizer tokenizer, string text) =>
        string.Join('|', tokenizer.Encode(text).Select(id => tokenizer.PieceText(id)));

    static IEnumerable<(JsonElement Row, string Name, SentencePieceTokenizer Tokenizer)> RowsByModel(string file) =>
        from row in TokenizerCases.Rows(file)
        from model in TokenizerCases.Models
        where row.TryGetProperty(model.Key, out _)
        select (row, model.Key, model.Value);
}
