using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Pointing;

namespace RadZ.Tests.Evaluation;

public class LocalizationTests
{
    static LocalizationRow Of(float[] map, string inside, int width = 3) =>
        LocalizationRow.Measure("a.png", "mass", map, [.. inside.Select(c => c == '#')], width);

    [Fact]
    public void A_map_is_compared_with_the_place_pixel_by_pixel()
    {
        var row = Of([1, 2, 6, 0, 4, 10, 0, 0, 0], "..#" + "..#" + "...");
        // 6 and 10 lie above half of 10
        Assert.Equal(new LocalizationRow("a.png", "mass", Hit: true, CenterHit: false, Area: 2.0 / 9, Dice: 1.0), row);
        // 5 does not
        Assert.Equal(2.0 / 3, Of([1, 2, 5, 0, 4, 10, 0, 0, 0], "..#" + "..#" + "...").Dice, 15);
        Assert.False(Of([1, 2, 6, 0, 4, 10, 0, 0, 0], "..." + "##." + "...").Hit);
        Assert.True(Of([1, 2, 6, 0, 4, 10, 0, 0, 0], "..." + "##." + "...").CenterHit);
    }

    [Fact]
    public void Any_of_tied_highest_places_may_hit() => Assert.True(Of([7, 0, 7, 0, 0, 0, 0, 0, 0], "..#......").Hit);

    [Fact]
    public void A_map_that_speaks_against_marks_nothing() => Assert.Equal(0, Of([-1, -2, -6, -1, -4, -10, -1, -1, -1], "#........").Dice);

    [Theory]
    [InlineData("...")]
    [InlineData(".........")]
    public void What_cannot_be_compared_is_refused(string inside) =>
        Assert.Throws<ArgumentException>(() => Of([1, 2, 3, 4, 5, 6, 7, 8, 9], inside));

    [Fact]
    public void NaN_is_refused() => Assert.Throws<ArgumentException>(() => Of([1, 2, 3, 4, float.NaN, 6, 7, 8, 9], "#........"));

    [Fact]
    public void Cards_count_by_disease_and_over_all()
    {
        var image = 0;
        LocalizationRow Row(string disease, bool hit) => new($"{image++}", disease, hit, !hit, 0.1, hit ? 0.5 : 0.1);
        var cards = LocalizationCard.Summarize([Row("nodule", true), Row("mass", true), Row("mass", false), Row("mass", true)]);
        Assert.Equal([("mass", 3, 2, 1), ("nodule", 1, 1, 0), ("all", 4, 3, 1)],
            cards.Select(c => (c.Disease, c.Images, c.Hits, c.CenterHits)));
        Assert.Equal((0.75, 0.4, 0.1), (cards[2].Pointing, Math.Round(cards[2].Dice, 12), Math.Round(cards[2].Chance, 12)));
        Assert.Equal(Wilson.Compute(3, 4), cards[2].Interval);
        Assert.Empty(LocalizationCard.Summarize([]));
    }

    [Fact]
    public void A_patients_findings_that_are_hit_or_missed_together_count_less()
    {
        // one of each patient: as independent ones
        AssertClose(Wilson.Compute(6, 20), Wilson.ComputeClustered([.. Enumerable.Range(0, 20).Select(i => (i < 6 ? 1 : 0, 1))]));
        // 10 patients with 2 findings, both hit or both missed: 19/9 of the variance, so 20 are worth 9.5
        AssertClose(Wilson.Compute(3, 10), Wilson.ComputeClustered([.. Enumerable.Range(0, 10).Select(i => (i < 3 ? 2 : 0, 2))]), 0.02);
        Assert.True(Wilson.ComputeClustered([.. Enumerable.Range(0, 10).Select(i => (i < 3 ? 2 : 0, 2))]).High > Wilson.Compute(6,
            20).High);
        // none: as many as patients
        AssertClose(Wilson.Compute(0, 5), Wilson.ComputeClustered([(0, 4), (0, 1), (0, 1), (0, 3), (0, 2)]));
        // unlike each other within a patient: never worth more than they are
        AssertClose(Wilson.Compute(10, 20), Wilson.ComputeClustered([.. Enumerable.Repeat((1, 2), 10)]));

        static void AssertClose(Interval expected, Interval actual, double within = 1e-12)
        {
            Assert.Equal(expected.Low, actual.Low, within);
            Assert.Equal(expected.High, actual.High, within);
        }
    }
}
