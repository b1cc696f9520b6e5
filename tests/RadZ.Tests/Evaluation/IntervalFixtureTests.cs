using RadZ.Evaluation.Intervals;

namespace RadZ.Tests.Evaluation;

/// <summary>DeLong against all pairs (make.py), Wilson against scipy.</summary>
public class IntervalFixtureTests
{
    public static IEnumerable<TheoryDataRow<int>> DeLongCases { get; } = MetricsFixture.Cases("delong.json");

    public static IEnumerable<TheoryDataRow<int>> WilsonCases { get; } = MetricsFixture.Cases("interval.json");

    [Theory, MemberData(nameof(DeLongCases))]
    public void DeLong_of_two_models(int index)
    {
        var one = MetricsFixture.Case("delong.json", index);
        var actual = DeLong.Compare(one.Doubles("score_a"), one.Doubles("score_b"), one.Truth())!;
        Near.Equal(one.Number("auc_a"), actual.A.Auc);
        Near.Equal(one.Number("auc_b"), actual.B.Auc);
        Near.Equal(one.Number("variance_a"), actual.A.Variance);
        Near.Equal(one.Number("variance_b"), actual.B.Variance);
        Near.Equal(one.Number("covariance"), actual.Covariance);
        var interval = actual.A.IntervalAt(0.95)!.Value;
        Near.Equal(one.Doubles("interval_95_a"), [interval.Low, interval.High]);
        Near.Equal(one.Number("z"), actual.Z);
        Near.Equal(one.Number("p_two_sided"), actual.TwoSidedP);
        Assert.Equal(actual.A, DeLong.Compute(one.Doubles("score_a"), one.Truth()));
    }

    [Theory, MemberData(nameof(WilsonCases))]
    public void Wilson_interval(int index)
    {
        var one = MetricsFixture.Case("interval.json", index);
        var actual = Wilson.Compute(one.GetProperty("correct").GetInt32(), one.GetProperty("total").GetInt32(),
            one.GetProperty("level").GetDouble());
        Near.Equal([one.GetProperty("low").GetDouble(), one.GetProperty("high").GetDouble()], [actual.Low, actual.High]);
    }
}
