using CsCheck;
using RadZ.Data;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.Tests.Evaluation.Report;

namespace RadZ.Tests.Evaluation;

public class ComparisonTests
{
    static readonly BootstrapOptions Options = new() { Resamples = 80, Seed = 9 };

    static ScoreTable Under(ScoreTable table) => BenchmarkScores.Under(new(), table, MadeRun.Classes);

    static ScoreTable Other(ScoreTable table, int seed)
    {
        var (random, scores) = (new Random(seed), (double[,])table.Scores.Clone());
        for (var r = 0; r < scores.GetLength(0); r++)
            for (var c = 0; c < scores.GetLength(1); c++) scores[r, c] += random.NextDouble() * 0.4;
        return new(table.Rows, table.Diseases, scores, table.Labels);
    }

    [Fact]
    public void Holm_by_hand() => Assert.Equal([0.03, 0.06, null, 0.06, 0.02], Holm.Adjust([0.01, 0.04, null, 0.03, 0.005]),
        (a, b) => a is null ? b is null : Math.Abs(a.Value - b!.Value) < 1e-12);

    [Fact]
    public void Holm_keeps_order_and_never_lowers_p() => Gen.Double[0, 1].Array[1, 12].Sample(p =>
    {
        var adjusted = Holm.Adjust([.. p.Select(one => (double?)one)]);
        for (var i = 0; i < p.Length; i++)
        {
            Assert.InRange(adjusted[i]!.Value, p[i], Math.Min(1, p[i] * p.Length) + 1e-15);
            for (var j = 0; j < p.Length; j++)
                if (p[i] < p[j]) Assert.True(adjusted[i] <= adjusted[j]);
        }
    });

    [Fact]
    public void P_of_resamples_by_hand()
    {
        Assert.Equal(2 * 2 / 5.0, RunComparison.TwoSided([-1, 1, 1, 1]));
        Assert.Equal(2 * 1 / 4.0, RunComparison.TwoSided([1, 1, 1, double.NaN]));
        Assert.Equal(1, RunComparison.TwoSided([0, 0]));
        Assert.Null(RunComparison.TwoSided([]));
    }

    [Fact]
    public void A_run_is_not_better_than_itself()
    {
        var table = Under(MadeRun.Table("t", 60, 20, 1));
        var same = RunComparison.Compare(table, table, Options);
        Assert.True(same.Same);
        Assert.All(same.Classes, c => Assert.Equal((0, null, 1), (c.Difference.Value, c.DeLongP, c.BootstrapP)));
        Assert.Equal((new Figure(0, 0, 0), 1), (same.MacroDifference, same.MacroP!.Value));
    }

    [Fact]
    public void Differences_are_those_of_naive_resampling_and_their_test_is_DeLongs()
    {
        var a = Under(MadeRun.Table("t", 60, 20, 1));
        var b = Other(a, 2);
        var comparison = RunComparison.Compare(a, b, Options);
        var patients = a.Rows.Select(r => r.Patient).Distinct().ToList();
        List<double> macro = [];
        foreach (var seed in PatientBootstrap.Seeds(Options))
        {
            var random = new Random(seed);
            List<int> rows = [.. patients.Select(_ => patients[random.Next(patients.Count)])
                .SelectMany(p => Enumerable.Range(0, 60).Where(i => a.Rows[i].Patient == p))];
            double? Auc(ScoreTable table, int c) => rows.Where(i => table.Labels[i, c].IsKnown()).ToList() is var own
                ? Auroc.Compute([.. own.Select(i => table.Scores[i, c])], [.. own.Select(i => table.Labels[i, c] == Label.Present)]) : null;
            macro.Add(Enumerable.Range(0, 3).Average(c => Auc(a, c))!.Value - Enumerable.Range(0, 3).Average(c => Auc(b, c))!.Value);
        }
        var expected = ResampledInterval.Compute([.. macro], 0.95).Interval!.Value;
        Assert.Equal(expected.Low, comparison.MacroDifference.Low!.Value, 12);
        Assert.Equal(expected.High, comparison.MacroDifference.High!.Value, 12);
        Assert.Equal(RunComparison.TwoSided([.. macro]), comparison.MacroP);
        var (scores, present, rowsOf) = a.Known(1);
        Assert.Equal(DeLong.Compare(scores, [.. rowsOf.Select(r => b.Scores[r, 1])], present)!.TwoSidedP, comparison.Classes[1].DeLongP);
    }

    [Fact]
    public void What_only_one_has_or_labels_otherwise_is_left_out_and_told()
    {
        var a = Under(MadeRun.Table("t", 40, 15, 1));
        var labels = (Label[,])a.Labels.Clone();
        var known = Enumerable.Range(2, 30).First(r => labels[r, 0] == Label.Present);
        labels[known, 0] = Label.Absent;
        ScoredImage[] rows = [.. a.Rows.Select((r, i) => i == 0 ? r with { Image = "new.png" } : i == 1 ? r with { Patient = "t:99" } : r)];
        var comparison = RunComparison.Compare(a, new(rows, ["mass", "edema", "rib fracture"], a.Scores, labels), Options);
        Assert.False(comparison.Same);
        Assert.Equal((38, "t0.png", "new.png", 1, "hernia", "rib fracture", 1),
            (comparison.Images, comparison.OnlyA.Single(), comparison.OnlyB.Single(), comparison.OtherPatients,
                comparison.ClassesOnlyA.Single(), comparison.ClassesOnlyB.Single(), comparison.Classes[0].OtherLabels));
        Assert.Throws<ArgumentException>(() => RunComparison.Compare(a, Under(MadeRun.Table("v", 40, 15, 1)), Options));
    }
}
