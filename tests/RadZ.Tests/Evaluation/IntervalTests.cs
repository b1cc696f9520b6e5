using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;

namespace RadZ.Tests.Evaluation;

/// <summary>Intervals and calibration with numbers a reader can work out or look up.</summary>
public class IntervalTests
{
    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.3, -0.5244005127080407)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-300, -37.0470962993612)]
    public void Normal_quantiles_of_the_tables(double p, double z) => Near.Equal(z, Normal.Quantile(p), 1e-13);

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(-1.0, 0.8413447460685429)]
    [InlineData(2.0, 0.022750131948179207)]
    [InlineData(3.4, 0.0003369292656768808)]
    [InlineData(3.5, 0.00023262907903552504)]
    public void Normal_tails_of_the_tables(double z, double above) => Near.Equal(above, Normal.Above(z), 1e-15);

    [Theory]
    [InlineData(6.0, 9.865876450376981e-10)]
    [InlineData(10.0, 7.619853024160527e-24)]
    public void Far_tails_keep_their_digits(double z, double above) => Assert.Equal(1, Normal.Above(z) / above, 12);

    [Fact]
    public void Wilson_of_none_in_ten()
    {
        var z2 = 1.959963984540054 * 1.959963984540054;
        var interval = Wilson.Compute(0, 10);
        Assert.Equal(0, interval.Low);
        Assert.Equal(z2 / (10 + z2), interval.High, 14);
        Assert.Equal(1, Wilson.Compute(10, 10).High);
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Compute(11, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Compute(1, 10, 95));
    }

    [Fact]
    public void DeLong_of_two_against_two()
    {
        // shares won: positives 1/2 and 1, negatives 1 and 1/2; each variance is 1/8, halved, twice
        var one = DeLong.Compute([0.1, 0.4, 0.35, 0.8], [false, false, true, true])!;
        Assert.Equal((0.75, 0.125), (one.Auc, one.Variance));
        Assert.Equal(0.75 - 1.959963984540054 * Math.Sqrt(0.125), one.IntervalAt()!.Value.Low, 14);
        Assert.Equal(1, one.IntervalAt()!.Value.High);
    }

    [Fact]
    public void DeLong_needs_two_of_each_kind()
    {
        var one = DeLong.Compute([0.1, 0.4, 0.8], [false, false, true])!;
        Assert.Equal(1, one.Auc);
        Assert.Null(one.Variance);
        Assert.Null(one.IntervalAt());
        var pair = DeLong.Compare([0.1, 0.4, 0.8], [0.5, 0.4, 0.3], [false, false, true])!;
        Assert.Null(pair.Covariance);
        Assert.Null(pair.Z);
        Assert.Null(pair.TwoSidedP);
    }

    [Fact]
    public void Isotonic_pools_what_falls()
    {
        var fit = IsotonicCalibration.Fit([1, 2, 3, 4], [false, true, false, true])!;
        Assert.Equal([1, 2, 3, 4], fit.Logits);
        Assert.Equal([0, 0.5, 0.5, 1], fit.Probabilities);
        Assert.Equal((0, 0.25, 0.5, 0.75, 1), (fit.Apply(-9), fit.Apply(1.5), fit.Apply(2.7), fit.Apply(3.5), fit.Apply(9)));
        var flat = IsotonicCalibration.Fit([7, 7], [false, true])!;
        Assert.Equal((0.5, 0.5, 0.5), (flat.Apply(6), flat.Apply(7), flat.Apply(8)));
        Assert.Null(IsotonicCalibration.Fit([], []));
    }

    [Fact]
    public void Platt_hits_the_shares_of_two_groups()
    {
        // one of four at logit 0, three of four at logit 1
        var fit = PlattScaling.Fit([0, 0, 0, 0, 1, 1, 1, 1], [true, false, false, false, true, true, true, false])!;
        Assert.Equal(2 * Math.Log(3), fit.Slope, 12);
        Assert.Equal(-Math.Log(3), fit.Intercept, 12);
        Assert.Equal(0.25, fit.Apply(0), 12);
        Assert.Equal(0.5, fit.Apply(0.5), 12);
    }

    [Fact]
    public void Platt_has_no_best_fit_where_a_threshold_parts_the_kinds()
    {
        Assert.Null(PlattScaling.Fit([1, 2, 3, 4], [false, false, true, true]));
        Assert.Null(PlattScaling.Fit([1, 2, 3, 4], [true, true, false, false]));
        Assert.Null(PlattScaling.Fit([1, 2, 2, 3], [false, false, true, true]));           // touching at 2 is parted still
        Assert.Null(PlattScaling.Fit([1, 2], [true, true]));
        Assert.Null(PlattScaling.Fit([5, 5], [true, false]));
        Assert.NotNull(PlattScaling.Fit([1, 2, 3, 4], [false, true, false, true]));
    }

    [Fact]
    public void Platt_survives_far_off_logits()
    {
        // the same problem on another scale: the probabilities are the same
        var near = PlattScaling.Fit([0, 1, 2, 3, 4], [false, true, false, true, true])!;
        var far = PlattScaling.Fit([1e6, 1e6 + 1e4, 1e6 + 2e4, 1e6 + 3e4, 1e6 + 4e4], [false, true, false, true, true])!;
        Assert.Equal(near.Apply(2.5), far.Apply(1e6 + 2.5e4), 9);
    }

    [Fact]
    public void Temperature_makes_the_confidence_the_share_of_right_signs()
    {
        var fit = TemperatureScaling.Fit([1, 1, -1, -1], [true, true, false, true])!;
        Assert.Equal(1 / Math.Log(3), fit.Temperature, 12);
        Assert.Equal(0.75, fit.Apply(1), 12);
        Assert.Null(TemperatureScaling.Fit([1, -1], [true, false]));                       // all right: 0
        Assert.Null(TemperatureScaling.Fit([1, -1, 1, -1], [true, true, false, false]));   // chance: without end
        Assert.Null(TemperatureScaling.Fit([-2, 3], [true, false]));                       // all wrong
    }
}
