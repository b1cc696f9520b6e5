using RadZ.Files;
using RadZ.Text.Tokens;

namespace RadZ.Recognition.Scoring;

// C questions, W vocabulary, Y spellings

/// <summary>
/// The tokens by which an answer begins with yes or with no, in all their spellings: small, capital, upper case, with and without the
/// space that SentencePiece puts before a word.
/// </summary>
/// <param name="Yes">Ids of yes.</param>
/// <param name="No">Ids of no.</param>
sealed record YesNoTokens(IReadOnlyList<int> Yes, IReadOnlyList<int> No)
{
    /// <summary>
    /// Whole words that are one token; where a tokenizer has none of a word, the first tokens of its spellings, without those that begin
    /// the other word too.
    /// </summary>
    /// <exception cref="InvalidInputException">Nothing tells the two apart.</exception>
    public static YesNoTokens Find(ITokenizer tokenizer)
    {
        var (yes, no) = (Words(tokenizer, "yes"), Words(tokenizer, "no"));
        int[] yesIds = [.. Ids(yes).Except(Firsts(no))], noIds = [.. Ids(no).Except(Firsts(yes))];
        return yesIds.Length > 0 && noIds.Length > 0 ? new(yesIds, noIds)
            : throw new InvalidInputException("‹score vqa›", "no-yes-no",
                "the tokenizer spells yes and no with the same first tokens, so that an answer's beginning does not tell them apart; " +
                "take another score.");
    }

    static int[][] Words(ITokenizer tokenizer, string word)
    {
        string[] spellings = [word, char.ToUpperInvariant(word[0]) + word[1..], word.ToUpperInvariant()];
        return [.. spellings.SelectMany(s => new[] { tokenizer.EncodeWord(s, spaced: true), tokenizer.EncodeWord(s, spaced: false) })];
    }

    static IEnumerable<int> Ids(int[][] words) =>
        words.Any(w => w.Length == 1) ? words.Where(w => w.Length == 1).Select(w => w[0]).Distinct() : Firsts(words);

    static IEnumerable<int> Firsts(int[][] words) => words.Select(w => w[0]).Distinct();

    /// <summary>ln P(yes) - ln P(no) of rows of scores [C, W].</summary>
    public double[] Margins(Tensor scores_CW)
    {
        using var _ = NewDisposeScope();
        var exact_CW = scores_CW.to(ScalarType.Float64);
        Tensor Of(IReadOnlyList<int> ids) =>
            exact_CW.index_select(1, tensor(ids.Select(i => (long)i).ToArray(), device: exact_CW.device)).logsumexp(1);
        return (Of(Yes) - Of(No)).cpu().data<double>().ToArray();
    }
}
