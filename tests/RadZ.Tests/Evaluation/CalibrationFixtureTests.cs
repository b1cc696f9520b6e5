using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Calibration;

namespace RadZ.Tests.Evaluation;

/// <summary>Calibration against scikit-learn (isotonic) and scipy's optimisers (Platt, temperature).</summary>
public class CalibrationFixtureTests
{
    const string File = "calibration.json";

    public static IEnumerable<TheoryDataRow<int>> Cases { get; } = MetricsFixture.Cases(File);

    [Theory, MemberData(nameof(Cases))]
    public void Isotonic(int index)
    {
        var one = MetricsFixture.Case(File, index);
        var expected = one.GetProperty("isotonic");
        var actual = IsotonicCalibration.Fit(one.Doubles("logit"), one.Truth())!;
        Assert.Equal(expected.Doubles("x_thresholds"), actual.Logits);
        Near.Equal(expected.Doubles("y_thresholds"), actual.Probabilities);
        Near.Equal(expected.Doubles("fitted_at_logits"), [.. one.Doubles("logit").Select(actual.Apply)]);
        Near.Equal(expected.Doubles("answer"), [.. expected.Doubles("ask").Select(actual.Apply)]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Platt(int index)
    {
        var one = MetricsFixture.Case(File, index);
        var expected = one.GetProperty("platt");
        var (logits, truth) = (one.Doubles("logit"), one.Truth());
        var actual = PlattScaling.Fit(logits, truth)!;
        Near.Equal(expected.Number("slope"), actual.Slope, 1e-9);
        Near.Equal(expected.Number("intercept"), actual.Intercept, 1e-9);
        Near.Equal(expected.Number("log_loss"), ProbabilityScores.LogLoss([.. logits.Select(actual.Apply)], truth), 1e-9);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Temperature(int index)
    {
        var one = MetricsFixture.Case(File, index);
        var expected = one.GetProperty("temperature");
        var (logits, truth) = (one.Doubles("logit"), one.Truth());
        var actual = TemperatureScaling.Fit(logits, truth)!;
        Near.Equal(expected.Number("temperature"), actual.Temperature, 1e-4);
        Near.Equal(expected.Number("log_loss"), LogitLoss.Compute([.. logits.Select(z => z / actual.Temperature)], truth), 1e-9);
        Near.Equal(one.Number("log_loss_before"), LogitLoss.Compute(logits, truth), 1e-9);
    }
}
