using System.Text.Json;
using RadZ.Data;
using RadZ.Evaluation;
using RadZ.Evaluation.Tables;

namespace RadZ.Tests.Evaluation;

/// <summary>Many diseases and unknown labels, against scikit-learn on the known rows.</summary>
public class MultiLabelFixtureTests
{
    const string File = "multilabel.json";

    static readonly Dictionary<string, Func<ClassMetrics, double?>> Numbers = new()
    {
        ["roc_auc"] = c => c.Auc,
        ["average_precision"] = c => c.AveragePrecision,
        ["pr_trapezoid"] = c => c.PrecisionRecallTrapezoid,
        ["f1"] = c => c.BestF1?.F1,
        ["accuracy_ge"] = c => c.BestF1?.AtOrAbove.Accuracy,
        ["accuracy_gt"] = c => c.BestF1?.Above.Accuracy,
    };

    public static IEnumerable<TheoryDataRow<int>> Cases { get; } = MetricsFixture.Cases(File);

    [Theory, MemberData(nameof(Cases))]
    public void Each_disease_on_its_known_rows(int index)
    {
        var (one, actual) = Read(index);
        var expected = one.GetProperty("per_class").EnumerateArray().ToList();
        Assert.Equal(expected.Count, actual.Classes.Count);
        foreach (var (e, a) in expected.Zip(actual.Classes))
        {
            Assert.Equal(e.GetProperty("known").GetInt32(), a.Positives + a.Negatives);
            Assert.Equal(e.GetProperty("positive").GetInt32(), a.Positives);
            Assert.Equal(e.Number("threshold"), a.BestF1?.Threshold);
            foreach (var (key, number) in Numbers) Near.Equal(e.Number(key), number(a));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Macro_means_and_over_how_many(int index)
    {
        var (one, actual) = Read(index);
        foreach (var (key, number) in Numbers)
        {
            var expected = one.GetProperty("macro").GetProperty(key);
            Near.Equal(expected.Number("mean"), actual.Macro(number).Mean);
            Assert.Equal(expected.GetProperty("classes").GetInt32(), actual.Macro(number).Classes);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Micro_over_known_entries(int index)
    {
        var (one, actual) = Read(index);
        var expected = one.Part("micro_over_known");
        Near.Equal(expected?.Number("roc_auc"), actual.MicroAuc);
        Near.Equal(expected?.Number("average_precision"), actual.MicroAveragePrecision);
    }

    [Fact]
    public void Paper_probabilities()
    {
        var cases = Cases.Select(c => MetricsFixture.Case(File, c.Data)).Where(c => c.TryGetProperty("cosine", out _)).ToList();
        Assert.NotEmpty(cases);
        foreach (var one in cases)
        {
            var expected = Table(one.GetProperty("y_score"), e => e.GetDouble());
            var actual = ClassSoftmax.Apply(Table(one.GetProperty("cosine"), e => e.GetDouble()));
            Near.Equal([.. expected.Cast<double>()], [.. actual.Cast<double>()], 1e-14);
        }
    }

    static (JsonElement Case, MultiLabel Actual) Read(int index)
    {
        var one = MetricsFixture.Case(File, index);
        return (one, MultiLabel.Compute(Table(one.GetProperty("y_score"), e => e.GetDouble()), Table(one.GetProperty("y_true"), ToLabel)));
    }

    static Label ToLabel(JsonElement e) =>
        e.ValueKind == JsonValueKind.Null ? Label.Unknown : e.GetInt32() == 1 ? Label.Present : Label.Absent;

    static T[,] Table<T>(JsonElement rows, Func<JsonElement, T> cell)
    {
        var table = new T[rows.GetArrayLength(), rows[0].GetArrayLength()];
        foreach (var (r, row) in rows.EnumerateArray().Index())
            foreach (var (c, value) in row.EnumerateArray().Index())
                table[r, c] = cell(value);
        return table;
    }
}
