using CsCheck;
using RadZ.Model.Generation;

namespace RadZ.Torch.Tests.Generation;

public class TokenSamplerTests
{
    /// <summary>Probabilities 0.5, 0.25, 0.15, 0.1 of ids 2, 0, 3, 1.</summary>
    static readonly float[] s_scores = [.. new[] { 0.25, 0.1, 0.5, 0.15 }.Select(p => (float)Math.Log(p))];

    [Theory]
    [InlineData(1.0, 1.0, 0, new[] { 2, 0, 3, 1 }, new[] { 0.5, 0.25, 0.15, 0.1 })]
    [InlineData(1.0, 1.0, 2, new[] { 2, 0 }, new[] { 2 / 3.0, 1 / 3.0 })]
    [InlineData(1.0, 0.5, 0, new[] { 2 }, new[] { 1.0 })]
    [InlineData(1.0, 0.51, 0, new[] { 2, 0 }, new[] { 2 / 3.0, 1 / 3.0 })]
    [InlineData(1.0, 0.9, 0, new[] { 2, 0, 3 }, new[] { 0.5 / 0.9, 0.25 / 0.9, 0.15 / 0.9 })]
    [InlineData(0.5, 1.0, 2, new[] { 2, 0 }, new[] { 0.8, 0.2 })]                            // squared: 0.25 and 0.0625
    [InlineData(1.0, 0.6, 2, new[] { 2 }, new[] { 1.0 })]                                    // of 2/3 and 1/3
    public void Tokens_drawn_from_and_their_weights_are_known(double temperature, double topP, int topK, int[] ids, double[] expected)
    {
        var (kept, weights) = new TokenSampler(new() { Temperature = temperature, TopP = topP - 1e-7, TopK = topK }).Candidates(s_scores,
            s_scores.Max());
        Assert.Equal(ids, kept);
        Assert.Equal(expected, weights.Select(w => w / weights.Sum()), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Draws_follow_the_probabilities_and_the_seed()
    {
        int[] Draws(long seed)
        {
            var sampler = new TokenSampler(new() { Temperature = 1, Seed = seed });
            return [.. Enumerable.Range(0, 20_000).Select(_ => sampler.Choose(s_scores))];
        }
        var counts = Draws(7).CountBy(id => id).ToDictionary();
        // more than four deviations
        Assert.All(new[] { 0.25, 0.1, 0.5, 0.15 }.Index(), p => Assert.InRange(counts[p.Index] / 20_000.0, p.Item - 0.015, p.Item + 0.015));
        Assert.Equal(Draws(7), Draws(7));
        Assert.NotEqual(Draws(7)[..50], Draws(8)[..50]);
        Assert.Equal([2, 2, 1, 0, 2, 2, 2, 2, 2, 2], Draws(7)[..10]);                        // for good: a text is a function of its seed
    }

    [Fact]
    public void Greedy_takes_the_first_of_the_highest_and_a_score_that_is_no_number_is_told()
    {
        Assert.Equal(1, new TokenSampler(new()).Choose([0, 3, 3, -1]));
        Assert.Throws<ArithmeticException>(() => new TokenSampler(new()).Choose([0, float.NaN]));
        Assert.Equal(2, new TokenSampler(new() { Temperature = 1e-9 }).Choose(s_scores));
        Assert.Equal(1, new TokenSampler(new() { Temperature = 1 }).Choose([float.NegativeInfinity, -3e38f, float.NegativeInfinity]));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationOptions { Temperature = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationOptions { TopP = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationOptions { TopK = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationOptions { MaxTokens = 0 });
        Assert.Throws<ArgumentException>(() => new GenerationOptions { Stop = [""] });
    }

    [Theory]
    [InlineData(new[] { "Yes.", " US", "ER", ": more" }, new[] { " USER:" }, "Yes.", true)]
    [InlineData(new[] { "a", "a", "b" }, new[] { "ab" }, "a", true)]
    [InlineData(new[] { "one <", "/", "s" }, new[] { "</s>" }, "one </s", false)]
    [InlineData(new[] { "x END y" }, new[] { "END y", "END" }, "x ", true)]
    [InlineData(new[] { "no stop" }, new string[0], "no stop", false)]
    public void A_stop_text_ends_wherever_tokens_end(string[] pieces, string[] stops, string expected, bool found)
    {
        var search = new StopSearch(stops);
        var shown = string.Concat(pieces.Select(search.Push));
        if (!search.Found) shown += search.Rest();
        Assert.Equal((expected, found), (shown, search.Found));
    }

    [Fact]
    public void Nothing_of_a_stop_text_is_shown_and_all_else_is() =>
        Gen.Select(Gen.Char["ab"].Array[0, 12], Gen.Int[0, 3].Array[0, 12], Gen.String[Gen.Char["ab"], 1, 3].Array[1, 3])
            .Sample((letters, cuts, stops) =>
        {
            var (text, search, shown, at) = (new string(letters), new StopSearch(stops), "", 0);
            foreach (var cut in cuts.Append(text.Length))
            {
                var to = Math.Min(text.Length, at + cut);
                shown += search.Push(text[at..to]);
                at = to;
            }
            if (!search.Found) shown += search.Rest();
            var ends = Enumerable.Range(1, text.Length).Where(end => stops.Any(s => text.AsSpan(0, end).EndsWith(s))).ToArray();
            var first = ends.Length == 0 ? text.Length : stops.Where(s => text.AsSpan(0, ends[0]).EndsWith(s)).Min(s => ends[0] - s.Length);
            return shown == text[..first] && search.Found == ends.Length > 0;
        });
}
