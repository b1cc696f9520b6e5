using System.Text.Json;
using RadZ.Evaluation.Binary;

namespace RadZ.Tests.Evaluation;

/// <summary>One disease, against scikit-learn.</summary>
public class BinaryFixtureTests
{
    const string File = "binary.json";

    public static IEnumerable<TheoryDataRow<int>> Cases { get; } = MetricsFixture.Cases(File);

    [Theory, MemberData(nameof(Cases))]
    public void Area_under_the_roc_curve(int index) =>
        Near.Equal(Read(index).Number("roc_auc"), Auroc.Compute(Ranked(index)));

    [Theory, MemberData(nameof(Cases))]
    public void Roc_curve(int index)
    {
        var curve = RocCurve.Compute(Ranked(index));
        var both = Read(index).Number("roc_auc") is not null;
        Assert.Equal(both, curve is not null);
        if (!Read(index).TryGetProperty("roc_curve", out var expected) || curve is null) return;  // listed for small cases only
        Near.Equal(expected.Doubles("fpr"), curve.FalsePositiveRates);
        Near.Equal(expected.Doubles("tpr"), curve.TruePositiveRates);
        Assert.Equal([double.PositiveInfinity, .. expected.Doubles("thresholds_after_the_first")], curve.Thresholds);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Youden_point(int index)
    {
        var actual = RocCurve.Compute(Ranked(index))?.Youden();
        var expected = Read(index).Part("youden");
        Assert.Equal(expected is null, actual is null);
        if (expected is not { } e || actual is null) return;
        Near.Equal(e.Number("index"), actual.Index);
        AssertThreshold(e, actual.Threshold);
        if (e.Number("threshold") != actual.Threshold) return;
        Near.Equal(e.Number("sensitivity"), actual.Sensitivity);
        Near.Equal(e.Number("specificity"), actual.Specificity);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Precision_recall_curve_and_its_areas(int index)
    {
        var curve = PrecisionRecallCurve.Compute(Ranked(index));
        var expected = Read(index);
        Near.Equal(expected.Number("average_precision"), curve?.AveragePrecision);
        Near.Equal(expected.Number("pr_trapezoid"), curve?.Trapezoid);
        if (!expected.TryGetProperty("precision_recall_curve", out var points) || curve is null) return;  // listed for small cases only
        Near.Equal(points.Doubles("precision"), curve.Precisions);
        Near.Equal(points.Doubles("recall"), curve.Recalls);
        Assert.Equal(points.Doubles("thresholds"), curve.Thresholds);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Best_f1_and_the_accuracies_at_its_threshold(int index)
    {
        var actual = BestF1.Find(Ranked(index));
        var expected = Read(index).Part("best_f1");
        Assert.Equal(expected is null, actual is null);
        if (expected is not { } e || actual is null) return;
        Near.Equal(e.Number("f1"), actual.F1);
        AssertThreshold(e, actual.Threshold);
        if (e.Number("threshold") != actual.Threshold) return;
        Assert.Equal(e.GetProperty("index").GetInt32(), actual.Index);
        Near.Equal(e.Number("accuracy_ge"), actual.AtOrAbove.Accuracy);
        Near.Equal(e.Number("accuracy_gt"), actual.Above.Accuracy);
        Assert.Equal(Counts(e.GetProperty("confusion_ge")), actual.AtOrAbove);
        Assert.Equal(Counts(e.GetProperty("confusion_gt")), actual.Above);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Best_matthews(int index)
    {
        var actual = BestMatthews.Find(Ranked(index));
        var expected = Read(index).Part("best_matthews");
        Near.Equal(expected?.Number("mcc"), actual?.Matthews);
        if (expected is { } e) AssertThreshold(e, actual!.Threshold);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Confusion_at_one_half(int index) =>
        Assert.Equal(Counts(Read(index).GetProperty("confusion_at_half_ge")), Ranked(index).AtOrAbove(0.5));

    [Theory, MemberData(nameof(Cases))]
    public void Scores_as_probabilities(int index)
    {
        var one = Read(index);
        var (scores, truth) = (one.Doubles("y_score"), one.Truth());
        if (one.Number("brier") is null)
        {
            Assert.Throws<ArgumentException>(() => ProbabilityScores.Brier(scores, truth));
            Assert.Throws<ArgumentException>(() => ProbabilityScores.LogLoss(scores, truth));
            Assert.Throws<ArgumentException>(() => ProbabilityScores.ExpectedCalibrationError(scores, truth));
            return;
        }
        Near.Equal(one.Number("brier"), ProbabilityScores.Brier(scores, truth));
        Near.Equal(one.Number("log_loss"), ProbabilityScores.LogLoss(scores, truth), 1e-9);
        Near.Equal(one.Number("ece"), ProbabilityScores.ExpectedCalibrationError(scores, truth));
    }

    static JsonElement Read(int index) => MetricsFixture.Case(File, index);

    static Ranking Ranked(int index)
    {
        var one = Read(index);
        return Ranking.Create(one.Doubles("y_score"), one.Truth());
    }

    // other arithmetic may land on any threshold as good as the best; "none at all" is written as null
    static void AssertThreshold(JsonElement expected, double? actual)
    {
        double?[] good = [expected.Number("threshold"), .. expected.Doubles("thresholds_within_1e-12")];
        Assert.Contains(actual, good);
    }

    static Confusion Counts(JsonElement c) =>
        new(c.GetProperty("tp").GetInt32(), c.GetProperty("fp").GetInt32(), c.GetProperty("fn").GetInt32(), c.GetProperty("tn").GetInt32());
}
