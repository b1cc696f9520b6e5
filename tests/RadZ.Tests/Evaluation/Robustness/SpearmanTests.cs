using CsCheck;
using RadZ.Evaluation.Robustness;

namespace RadZ.Tests.Evaluation;

public class SpearmanTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 10.0, 20, 30 }, 1.0)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 30.0, 20, 10 }, -1.0)]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 1.0, 3, 2, 4 }, 0.8)]              // 1 - 6 * 2 / (4 * 15)
    [InlineData(new[] { 1.0, 1, 2 }, new[] { 1.0, 2, 3 }, 0.8660254037844387)]      // ranks 1.5 1.5 3 against 1 2 3: 1.5 / sqrt(1.5 * 2)
    public void Known_by_hand(double[] first, double[] second, double expected) =>
        Assert.Equal(expected, Spearman.Compute(first, second)!.Value, 12);

    [Fact]
    public void One_image_or_one_score_for_all_has_no_correlation()
    {
        Assert.Null(Spearman.Compute([1], [2]));
        Assert.Null(Spearman.Compute([1, 1, 1], [1, 2, 3]));
    }

    [Fact]
    public void It_looks_at_ranks_alone() => Gen.Int[-50, 50].Array[2, 30].Sample(values =>
    {
        double[] plain = [.. values.Select(v => (double)v)], bent = [.. plain.Select(v => v * v * v - 1)];
        var other = values.Select((_, i) => Math.Sin(i * 7.0)).ToArray();
        Assert.Equal(Spearman.Compute(plain, other) ?? 9, Spearman.Compute(bent, other) ?? 9, 9);
    }, iter: 200);
}
