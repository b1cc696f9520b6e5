using CsCheck;
using RadZ.Data;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Subgroups;
using RadZ.Evaluation.Tables;
using RadZ.Tests.Evaluation.Report;

namespace RadZ.Tests.Evaluation;

public class SubgroupTests
{
    static readonly Label[] s_kinds = [Label.Present, Label.Absent, Label.Absent, Label.Unknown];
    static readonly BootstrapOptions Options = new() { Resamples = 60, Seed = 7 };
    static readonly ScoreTable Table = BenchmarkScores.Under(new(), MadeRun.Table("t", 80, 30, 5), MadeRun.Classes);

    static Dictionary<string, ImageFacts> Facts(Func<int, (View, Sex, double?)> of) =>
        Table.Rows.Select((r, i) => (r, f: of(i))).ToDictionary(p => p.r.Image,
            p => new ImageFacts(p.r.Image, p.r.Patient, p.f.Item1, p.f.Item2, p.f.Item3));

    [Theory]
    [InlineData(0.0, "0-17")]
    [InlineData(17.99, "0-17")]
    [InlineData(18.0, "18-39")]
    [InlineData(79.5, "60-79")]
    [InlineData(80.0, "80 and more")]
    [InlineData(null, "not said")]
    public void Bands_of_age(double? age, string band) => Assert.Equal(band, SubgroupFigures.Band(age).Name);

    [Fact]
    public void A_group_is_measured_alone_and_against_all_others_on_the_same_draws()
    {
        Sex Of(int row) => row % 2 == 0 ? Sex.Female : Sex.Male;
        var groups = SubgroupFigures.Compute(Table, Facts(i => (View.Unknown, Of(i), 50)), [0.5, null, 0.4], Options,
            TestContext.Current.CancellationToken);
        // one view, one band: nothing to divide by
        Assert.Equal(["sex: Female", "sex: Male"], groups.Select(g => $"{g.By}: {g.Name}"));
        var (female, male) = (groups[0], groups[1]);
        for (var c = 0; c < 3; c++)
        {
            int[] rows = [.. Enumerable.Range(0, 80).Where(i => Of(i) == Sex.Female && Table.Labels[i, c].IsKnown())];
            Assert.Equal(Auroc.Compute([.. rows.Select(r => Table.Scores[r, c])],
                [.. rows.Select(r => Table.Labels[r, c] == Label.Present)]),
                female.Classes[c].Auc.Value);
            Assert.Equal(female.Classes[c].Auc.Value - male.Classes[c].Auc.Value, female.Classes[c].Gap.Value);
            // with two groups each is the other's rest
            Assert.Equal(-female.Classes[c].Gap.Low!.Value, male.Classes[c].Gap.High!.Value, 12);
        }
        var positives = Enumerable.Range(0, 80).Where(i => Of(i) == Sex.Female && Table.Labels[i, 0] == Label.Present).ToList();
        Assert.Equal((double)positives.Count(i => Table.Scores[i, 0] >= 0.5) / positives.Count, female.Classes[0].Sensitivity.Value);
        Assert.Null(female.Classes[1].Sensitivity.Value);
        Assert.Equal(female.Classes.Average(c => c.Auc.Value!.Value), female.Mean.Auc.Value!.Value, 12);
        Assert.Equal((40, 3), (female.Images, female.MeanClasses));
    }

    [Fact]
    public void The_interval_of_a_gap_is_that_of_naive_resampling()
    {
        var group = SubgroupFigures.Compute(Table, Facts(i => (i % 3 == 0 ? View.AnteroPosterior : View.PosteroAnterior, Sex.Male, null)),
            [null, null, null], Options, TestContext.Current.CancellationToken).Single(g => g.Name == "AnteroPosterior");
        var patients = Table.Rows.Select(r => r.Patient).Distinct().ToList();
        List<double> gaps = [];
        foreach (var seed in PatientBootstrap.Seeds(Options))
        {
            var random = new Random(seed);
            List<int> rows = [.. patients.Select(_ => patients[random.Next(patients.Count)])
                .SelectMany(p => Enumerable.Range(0, 80).Where(i => Table.Rows[i].Patient == p && Table.Labels[i, 0].IsKnown()))];
            double? Auc(bool inside) => rows.Where(i => (i % 3 == 0) == inside).ToList() is var own
                ? Auroc.Compute([.. own.Select(i => Table.Scores[i, 0])], [.. own.Select(i => Table.Labels[i, 0] == Label.Present)]) : null;
            if (Auc(true) - Auc(false) is { } gap) gaps.Add(gap);
        }
        var expected = ResampledInterval.Compute([.. gaps], 0.95).Interval!.Value;
        Assert.Equal((expected.Low, expected.High), (group.Classes[0].Gap.Low!.Value, group.Classes[0].Gap.High!.Value), new NearPair());
    }

    [Fact]
    public void A_group_of_one_kind_has_neither_area_nor_gap()
    {
        var facts = Facts(i => (Table.Labels[i, 0] == Label.Present ? View.Frontal : View.Other, Sex.Male, null));
        var group = SubgroupFigures.Compute(Table, facts, [null, null, null], Options, TestContext.Current.CancellationToken)
            .First(g => g.Name == "Frontal");
        Assert.Equal((default, default), (group.Classes[0].Auc, group.Classes[0].Gap));
    }

    /// <summary>
    /// One walk for all groups gives what a table of each group by itself gives: whole numbers of pairs, so to the last bit; with many
    /// ties, several divisions and unknown labels.
    /// </summary>
    [Fact]
    public void One_walk_gives_the_areas_of_every_group() =>
        Gen.Select(Gen.Int[2, 60], Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[0, 1_000_000]).Sample((rows, levels, groups, seed) =>
    {
        var random = new Random(seed);
        var (scores, labels) = (new double[rows, 1], new Label[rows, 1]);
        for (var i = 0; i < rows; i++) (scores[i, 0], labels[i, 0]) = (random.Next(levels + 1), s_kinds[random.Next(4)]);
        int[] patientOf = [.. Enumerable.Range(0, rows).Select(i => i / 2)];
        int[][] divisions = [[.. Enumerable.Range(0, rows).Select(_ => random.Next(groups))],
            [.. Enumerable.Range(0, rows).Select(_ => groups + random.Next(2))]];
        int[] drawn = [.. Enumerable.Range(0, (rows + 1) / 2).Select(_ => random.Next(4))];
        var weights = new ushort[drawn.Length * ResampledNumbers.Lanes];
        for (var p = 0; p < drawn.Length; p++)
            for (var l = 0; l < ResampledNumbers.Lanes; l++) weights[p * ResampledNumbers.Lanes + l] = (ushort)(l == 5 ? drawn[p] : 1);
        var areas = new GroupedAreas(groups + 2);
        var ranking = GroupedRanking.Create(scores, labels, 0, patientOf, divisions);
        ranking.Walk(weights, areas);
        ranking.Walk(weights, areas);                                   // nothing of the walk before is left
        for (var g = 0; g < groups + 2; g++)
            foreach (var lane in (int[])[0, 5])
            {
                double Area(bool inside)
                {
                    List<int> own = [.. Enumerable.Range(0, rows)
                        .Where(i => labels[i, 0].IsKnown() && (divisions[g < groups ? 0 : 1][i] == g) == inside)
                            .SelectMany(i => Enumerable.Repeat(i, lane == 5 ? drawn[patientOf[i]] : 1))];
                    return Auroc.Compute([.. own.Select(i => scores[i, 0])], [.. own.Select(i => labels[i, 0] == Label.Present)])
                        ?? double.NaN;
                }
                Assert.Equal((Area(true), Area(false)),
                    (areas.Within[g * ResampledNumbers.Lanes + lane], areas.Outside[g * ResampledNumbers.Lanes + lane]));
            }
    });

    sealed class NearPair : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) < 1e-12 && Math.Abs(x.Item2 - y.Item2) < 1e-12;

        public int GetHashCode((double, double) obj) => 0;
    }
}
