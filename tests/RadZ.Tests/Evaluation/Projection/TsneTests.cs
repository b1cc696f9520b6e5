using RadZ.Evaluation.Projection;

namespace RadZ.Tests.Evaluation;

public class TsneTests
{
    /// <summary>Three far groups of directions in 20 dimensions.</summary>
    static float[][] Groups(int each, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * each)
            .Select(i => Enumerable.Range(0, 20).Select(d => (float)((d == i / each ? 3 : 0) + 0.3 * (random.NextDouble() - 0.5)))
            .ToArray())];
    }

    static TsneMap Map(float[][] rows, TsneOptions? options = null) =>
        Tsne.Project(rows, options, cancel: TestContext.Current.CancellationToken);

    [Fact]
    public void Far_groups_stay_together_and_the_divergence_falls()
    {
        var rows = Groups(40, 1);
        var map = Map(rows, new() { Perplexity = 10 });
        for (var i = 0; i < rows.Length; i++)
        {
            double Distance(int j) => Math.Pow(map.Points[i].X - map.Points[j].X, 2) + Math.Pow(map.Points[i].Y - map.Points[j].Y, 2);
            Assert.All(Enumerable.Range(0, rows.Length).Where(j => j != i).OrderBy(Distance).Take(10), j => Assert.Equal(i / 40, j / 40));
        }
        Assert.True(map.Divergence.Count >= 5);
        Assert.True(map.Divergence[^1] < 0.8 * map.Divergence[0], $"{map.Divergence[0]} -> {map.Divergence[^1]}");
        Assert.All(map.Divergence, d => Assert.InRange(d, 0, 20));
    }

    [Fact]
    public void Neighbours_within_a_group_are_kept_as_far_as_a_plane_can()
    {
        // points along an arc: the map must keep who stands beside whom
        var rows = Enumerable.Range(0, 60).Select(i => (float[])[(float)Math.Cos(i * 0.05), (float)Math.Sin(i * 0.05), 0.2f]).ToArray();
        var map = Map(rows, new() { Perplexity = 5, Steps = 1000 });
        var kept = Enumerable.Range(0, 60).Average(i => Enumerable.Range(0, 60).Where(j => j != i)
            .OrderBy(j => Math.Pow(map.Points[i].X - map.Points[j].X, 2) + Math.Pow(map.Points[i].Y - map.Points[j].Y, 2)).Take(4)
            .Count(j => Math.Abs(i - j) <= 4) / 4.0);
        Assert.True(kept > 0.9, $"{kept:0.00} of the neighbours are kept");
    }

    [Fact]
    public void The_same_rows_and_seed_give_the_same_map_and_another_seed_another()
    {
        var rows = Groups(15, 2);
        var first = Map(rows, new() { Steps = 300 });
        Assert.Equal(first.Points, Map(rows, new() { Steps = 300 }).Points);
        Assert.NotEqual(first.Points, Map(rows, new() { Steps = 300, Seed = 2 }).Points);
        Assert.Equal(44 / 3.0, first.Perplexity);                                   // lowered: (45 - 1) / 3
    }

    [Fact]
    public void Equal_points_and_points_on_a_line_have_a_finite_map()
    {
        float[][] equal = [.. Enumerable.Range(0, 12).Select(_ => (float[])[1, 2, 3])];
        float[][] line = [.. Enumerable.Range(1, 12).Select(i => (float[])[1, i * 0.1f])];
        foreach (var rows in (float[][][])[equal, line])
            Assert.All(Map(rows).Points, p => Assert.True(double.IsFinite(p.X) && double.IsFinite(p.Y)));
    }

    [Fact]
    public void The_density_around_a_point_has_the_asked_perplexity()
    {
        var random = new Random(3);
        double[] distances = [.. Enumerable.Range(0, 200).Select(i => i == 7 ? 0 : random.NextDouble() * 2)];
        foreach (var wanted in (double[])[2, 15, 50])
        {
            var p = Affinities.Calibrated(distances, 7, wanted);
            Assert.Equal(0, p[7]);
            Assert.Equal(1, p.Sum(v => (double)v), 5);
            Assert.Equal(wanted, Math.Exp(-p.Where(v => v > 0).Sum(v => v * Math.Log(v))), wanted * 1e-3);
        }
    }

    [Fact]
    public void Affinities_are_symmetric_and_sum_to_one()
    {
        var rows = UnitRows.Normalize(Groups(5, 4));
        var p = Affinities.Compute(rows, 4, TestContext.Current.CancellationToken);
        Assert.Equal(1, p.Sum(v => (double)v), 5);
        for (var i = 0; i < 15; i++)
            for (var j = 0; j < 15; j++) Assert.Equal(p[i * 15 + j], p[j * 15 + i]);
    }

    [Fact]
    public void What_cannot_be_mapped_is_refused()
    {
        Assert.Contains("3 rows", Assert.Throws<ArgumentException>(() => Map(Groups(1, 1))).Message);
        Assert.Contains("no direction", Assert.Throws<ArgumentException>(() => Map([[1f], [2], [0], [1]])).Message);
        Assert.Contains("one width", Assert.Throws<ArgumentException>(() => Map([[1f], [2], [1, 2], [1]])).Message);
    }
}
