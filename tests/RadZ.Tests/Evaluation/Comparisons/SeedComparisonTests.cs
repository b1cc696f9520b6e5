using CsCheck;
using RadZ.Data;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Tests.Evaluation;

/// <summary>Differences over seeds and patients, by numbers that a reader can work out.</summary>
public class SeedComparisonTests
{
    static readonly BootstrapOptions Options = new() { Resamples = 400, Seed = 3 };

    static ScoreTable Table(int patients, Func<int, double> score, Func<int, bool>? present = null)
    {
        var (scores, labels) = (new double[patients, 1], new Label[patients, 1]);
        for (var i = 0; i < patients; i++)
            (scores[i, 0], labels[i, 0]) = (score(i), (present?.Invoke(i) ?? i % 2 == 0) ? Label.Present : Label.Absent);
        return new([.. Enumerable.Range(0, patients).Select(i => new ScoredImage($"{i}.png", $"p{i}", "made"))], ["mass"], scores, labels);
    }

    static SeededMeasure Made(string name, IReadOnlyList<double> values, params double[][] resampled) =>
        new(name, [.. Enumerable.Range(1, values.Count)], values, resampled, 10, ["a", "b"]);

    /// <summary>2 degrees by the closed form, the others by Simpson's rule over the density (200,000 steps).</summary>
    [Theory]
    [InlineData(0.975, 2, 4.302652729749464)]
    [InlineData(0.975, 10, 2.2281388519649385)]
    [InlineData(0.95, 1, 6.313751514675043)]
    [InlineData(0.025, 5, -2.570581835636314)]
    [InlineData(0.995, 3.5, 5.0857022230912747)]
    public void Quantiles_of_t(double p, double freedom, double expected) => Assert.Equal(expected, StudentT.Quantile(p, freedom), 1e-10);

    [Fact]
    public void Tails_of_t_by_hand()
    {
        Assert.Equal(0.25, StudentT.Above(1, 1), 14);                              // Cauchy: 1/2 - atan(1) / pi
        Assert.Equal(0.5 - Math.Atan(3) / Math.PI, StudentT.Above(3, 1), 13);
        Assert.Equal(0.5 - 2 / (2 * Math.Sqrt(2 + 4)), StudentT.Above(2, 2), 13);  // two degrees: 1/2 - t / (2 sqrt(2 + t^2))
        Assert.Equal(Normal.Above(1.5), StudentT.Above(1.5, double.PositiveInfinity), 14);
        Assert.Equal(Normal.Above(1.5), StudentT.Above(1.5, 9e6), 7);
        Gen.Select(Gen.Double[-8, 8], Gen.Double[0.5, 200])
            .Sample((t, f) => Assert.Equal(1, StudentT.Above(t, f) + StudentT.Above(-t, f), 12));
        Gen.Select(Gen.Double[0.001, 0.999], Gen.Double[1, 200])
            .Sample((p, f) => Assert.Equal(p, 1 - StudentT.Above(StudentT.Quantile(p, f), f), 10));
    }

    [Fact]
    public void Seeds_and_patients_join_by_Welch_and_Satterthwaite()
    {
        // differences .02, .04, .06: mean .04, deviation .02, v_s = .0004 / 3; every seed's resamples differ by .03 or .05: deviation of
        // four such numbers
        double[] drawn = [0.93, 0.95, 0.93, 0.95], none = [0.9, 0.9, 0.9, 0.9];
        var c = SeedComparison.Compare(Made("a", [0.82, 0.84, 0.86], drawn, drawn, drawn), Made("b", [0.8, 0.8, 0.8], none, none, none));
        Assert.Equal(0.04, c.Difference, 12);
        Assert.Equal(0.02, c.Deviation!.Value, 12);
        var (patients, seeds) = (4 * 0.0001 / 3, 0.0004 / 3);
        var freedom = Math.Pow(patients + seeds, 2) / (seeds * seeds / 2);
        Assert.Equal(freedom, c.Freedom, 9);
        Assert.Equal(8, c.Freedom, 9);                                             // both alike: (2v)^2 / (v^2 / 2)
        var half = StudentT.Quantile(0.975, 8) * Math.Sqrt(patients + seeds);
        Assert.Equal((0.04 - half, 0.04 + half), (c.Interval!.Value.Low, c.Interval.Value.High), new Near(1e-12));
        Assert.Equal(StudentT.TwoSided(0.04 / Math.Sqrt(patients + seeds), 8), c.P!.Value, 12);
        Assert.Equal(StudentT.TwoSided(0.04 / (0.02 / Math.Sqrt(3)), 2), c.SeedP!.Value, 12);
        Assert.Equal(2.0 / 5, c.PatientP!.Value, 12);                              // none of four below 0, one added to both counts
    }

    [Fact]
    public void Swapped_arms_differ_by_the_sign_alone_and_one_seed_knows_of_patients_alone()
    {
        var (a, b) = (Of("a", 0.9), Of("b", 0.2));
        var (one, two) = (SeedComparison.Compare(a, b), SeedComparison.Compare(b, a));
        Assert.Equal((one.Difference, one.P), (-two.Difference, two.P));
        Assert.Equal((one.Interval!.Value.Low, one.Interval.Value.High), (-two.Interval!.Value.High, -two.Interval.Value.Low),
            new Near(1e-12));
        Assert.True(one.Difference > 0);
        var single = SeedComparison.Compare(Of("a", 0.9, 1), Of("b", 0.2, 1));
        Assert.Equal((null, null, double.PositiveInfinity), (single.Deviation, single.SeedP, single.Freedom));
        Assert.NotNull(single.Interval);
        Assert.Equal(0, SeedComparison.Compare(a, a).Difference);
        Assert.Null(SeedComparison.Compare(a, a).P);

        static SeededMeasure Of(string name, double signal, int seeds = 3) =>
            SeededMeasure.FromAucs(name, [.. Enumerable.Range(1, seeds).Select(seed =>
        {
            var random = new Random(seed * 100 + (int)(signal * 10));
            return (seed, Table(60, i => (i % 2 == 0 ? signal : 0) + random.NextDouble()));
        })], Options);
    }

    [Fact]
    public void Means_are_resampled_as_areas_are()
    {
        // of values 0 and 1 the mean of a resample is the share of patients drawn with a 1
        var images = Enumerable.Range(0, 40).Select(i => new ScoredImage($"{i}.png", $"p{i / 2}", "made")).ToList();
        var measure = SeededMeasure.FromMeans("silhouette", [(1, images, [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 1.0 : 0)])],
            Options);
        Assert.Equal((0.5, 20), (measure.Mean, measure.Patients.Count));
        Assert.All(measure.Resampled[0], m => Assert.Equal(Math.Round(m * 20), m * 20, 9));
        Assert.InRange(SeedComparison.DeviationOf(measure.Resampled[0])!.Value, 0.09, 0.135);       // sqrt(.25 / 20) = .112
    }

    [Fact]
    public void What_cannot_be_paired_is_refused()
    {
        var three = SeededMeasure.FromAucs("three", [(1, Table(20, i => i)), (2, Table(20, i => -i))], Options);
        Assert.Contains("not the same ones",
            Assert.Throws<ArgumentException>(() => SeedComparison.Compare(three,
                SeededMeasure.FromAucs("other", [(1, Table(22, i => i))], Options))).Message, StringComparison.Ordinal);
        Assert.Contains("no seed in common",
            Assert.Throws<ArgumentException>(() => SeedComparison.Compare(three,
                SeededMeasure.FromAucs("other", [(7, Table(20, i => i))], Options))).Message, StringComparison.Ordinal);
        Assert.Contains("other images",
            Assert.Throws<ArgumentException>(() =>
                SeededMeasure.FromAucs("x", [(1, Table(20, i => i)), (2, Table(22, i => i))], Options)).Message, StringComparison.Ordinal);
        Assert.Contains("measured twice",
            Assert.Throws<ArgumentException>(() =>
                SeededMeasure.FromAucs("x", [(1, Table(20, i => i)), (1, Table(20, i => i))], Options)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no area",
            Assert.Throws<ArgumentException>(() => SeededMeasure.FromAucs("x", [(1, Table(20, i => i, _ => true))], Options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_measured_under_another_truth_is_refused()
    {
        bool Turned(int i) => i == 3 || (i % 2 == 0 && i != 4);
        var (a, b) = (SeededMeasure.FromAucs("a", [(1, Table(20, i => i))], Options),
            SeededMeasure.FromAucs("b", [(1, Table(20, i => -i, Turned))], Options));
        Assert.Contains("seed 2 was measured under other labels of 'mass' than seed 1",
            Assert.Throws<ArgumentException>(() => SeededMeasure.FromAucs("x", [(1, Table(20, i => i)), (2, Table(20, i => i, Turned))],
                Options)).Message, StringComparison.Ordinal);
        Assert.Contains("a and b were measured under different labels of 'mass'",
            Assert.Throws<ArgumentException>(() => SeedComparison.Compare(a, b)).Message, StringComparison.Ordinal);
        Arm Made(string name, string? against, Func<int, bool>? present) =>
            new(name, "g", against, null, [(1, Table(20, i => i, present))]);
        Assert.Throws<ArgumentException>(() => ArmTable.Compute("m", [Made("default", null, null), Made("x", "default", Turned)], Options));
        // a column of another name is another question
        var turned = Table(20, i => -i, Turned);
        var renamed = new ScoreTable(turned.Rows, ["nodule"], turned.Scores, turned.Labels);
        Assert.Equal(20, SeedComparison.Compare(a, SeededMeasure.FromAucs("c", [(1, renamed)], Options)).Images);
    }

    sealed class Near(double tolerance) : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) <= tolerance && Math.Abs(x.Item2 - y.Item2) <= tolerance;

        public int GetHashCode((double, double) obj) => 0;
    }
}
