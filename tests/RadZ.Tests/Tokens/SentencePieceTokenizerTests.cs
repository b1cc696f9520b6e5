using System.Text;
using System.Text.Json;
using CsCheck;
using RadZ.Tokens;

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
                $"{name} row {row.GetProperty("id")}: \"{text}\"\nexpected {string.Join(" ", expected)}\nactual   {string.Join(" ", actual)}");
        }
        Assert.NotEqual(0, compared);
    }

    [Theory, MemberData(nameof(StringFiles))]
    public void Ids_of_a_text_decode_to_it_or_to_what_sentencepiece_says(string file)
    {
        foreach (var (row, name, tokenizer) in RowsByModel(file))
        {
            var differs = row.TryGetProperty("decoded", out var decoded) && decoded.TryGetProperty(name, out var told) ? told.GetString() : null;
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
                Assert.DoesNotContain(ids, id => id == tokenizer.BeginId || id == tokenizer.EndId || id == tokenizer.UnknownId || id < 0 || id >= tokenizer.VocabularySize);
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
        var tokenizer = ModelWriter.Tokenizer(new("\u2581", -9, PieceType.Normal), new("X", -9, PieceType.Normal), new("XX", -1, PieceType.Normal));
        Assert.Equal("\u2581|XX|X", Pieces(tokenizer, "XXX"));
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

    internal static string Pieces(SentencePieceTokenizer tokenizer, string text) => string.Join('|', tokenizer.Encode(text).Select(id => tokenizer.PieceText(id)));

    static IEnumerable<(JsonElement Row, string Name, SentencePieceTokenizer Tokenizer)> RowsByModel(string file) =>
        from row in TokenizerCases.Rows(file)
        from model in TokenizerCases.Models
        where row.TryGetProperty(model.Key, out _)
        select (row, model.Key, model.Value);
}
