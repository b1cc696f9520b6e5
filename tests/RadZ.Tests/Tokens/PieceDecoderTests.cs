using CsCheck;
using RadZ.Text.Tokens;

namespace RadZ.Tests.Tokens;

public class PieceDecoderTests
{
    [Fact]
    public void Pieces_together_are_the_whole_text_of_any_ids()
    {
        foreach (var tokenizer in TokenizerCases.Models.Values)
            Gen.OneOf(Gen.Int[0, 2], Gen.Int[3, 258], Gen.Int[0, tokenizer.VocabularySize - 1]).Array[0, 12].Sample(ids =>
                Pieces(tokenizer, ids) == tokenizer.Decode(ids));
    }

    [Fact]
    public void A_character_of_several_bytes_comes_whole()
    {
        var tokenizer = TokenizerCases.Models.Values.First();
        const string text = "Röntgen 胸 🫁!";
        var ids = tokenizer.Encode(text);
        var decoder = new PieceDecoder(tokenizer);
        string[] pieces = [.. ids.Select(decoder.Push), decoder.Finish()];
        Assert.Equal(text, string.Concat(pieces));
        Assert.DoesNotContain(pieces, p => p.Contains('\uFFFD'));
        Assert.Contains("🫁", pieces);
    }

    [Fact]
    public void A_broken_character_is_told_at_the_end()
    {
        var tokenizer = TokenizerCases.Models.Values.First();
        int[] cut = [3 + 0xE6, 3 + 0x97];
        var decoder = new PieceDecoder(tokenizer);
        Assert.Equal(["", "", "\uFFFD\uFFFD"], [.. cut.Select(decoder.Push), decoder.Finish()]);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Push(tokenizer.VocabularySize));
    }

    static string Pieces(SentencePieceTokenizer tokenizer, int[] ids)
    {
        var decoder = new PieceDecoder(tokenizer);
        return string.Concat(ids.Select(decoder.Push)) + decoder.Finish();
    }
}
