using RadZ.Datasets;
using RadZ.Evaluation;
using RadZ.Tests.Evaluation.Report;

namespace RadZ.Tests.Evaluation;

public class SubgroupTests
{
    static readonly BootstrapOptions Options = new() { Resamples = 60, Seed = 7 };
    static readonly ScoreTable Table = BenchmarkScores.Under(new(), MadeRun.Table("t", 80, 30, 5), MadeRun.Classes);

    static Dictionary<string, ImageFacts> Facts(Func<int, (View, Sex, double?)> of) =>
        Table.Rows.Select((r, i) => (r, f: of(i))).ToDictionary(p => p.r.Image, p => new ImageFacts(p.r.Image, p.r.Patient, p.f.Item1, p.f.Item2, p.f.Item3));

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
        var groups = SubgroupFigures.Of(Table, Facts(i => (View.Unknown, Of(i), 50)), [0.5, null, 0.4], Options, TestContext.Current.CancellationToken);
        Assert.Equal(["sex: Female", "sex: Male"], groups.Select(g => $"{g.By}: {g.Name}"));           // one view, one band: nothing to divide by
        var (female, male) = (groups[0], groups[1]);
        for (var c = 0; c < 3; c++)
        {
            int[] rows = [.. Enumerable.Range(0, 80).Where(i => Of(i) == Sex.Female && Table.Labels[i, c].IsKnown())];
            Assert.Equal(Auroc.Of([.. rows.Select(r => Table.Scores[r, c])], [.. rows.Select(r => Table.Labels[r, c] == Label.Present)]), female.Classes[c].Auc.Value);
            Assert.Equal(female.Classes[c].Auc.Value - male.Classes[c].Auc.Value, female.Classes[c].Gap.Value);
            Assert.Equal(-female.Classes[c].Gap.Low!.Value, male.Classes[c].Gap.High!.Value, 12);      // with two groups each is the other's rest
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
        var group = SubgroupFigures.Of(Table, Facts(i => (i % 3 == 0 ? View.AnteroPosterior : View.PosteroAnterior, Sex.Male, null)), [null, null, null], Options, TestContext.Current.CancellationToken).Single(g => g.Name == "AnteroPosterior");
        var patients = Table.Rows.Select(r => r.Patient).Distinct().ToList();
        List<double> gaps = [];
        foreach (var seed in PatientBootstrap.Seeds(Options))
        {
            var random = new Random(seed);
            List<int> rows = [.. patients.Select(_ => patients[random.Next(patients.Count)]).SelectMany(p => Enumerable.Range(0, 80).Where(i => Table.Rows[i].Patient == p && Table.Labels[i, 0].IsKnown()))];
            double? Auc(bool inside) => rows.Where(i => (i % 3 == 0) == inside).ToList() is var own ? Auroc.Of([.. own.Select(i => Table.Scores[i, 0])], [.. own.Select(i => Table.Labels[i, 0] == Label.Present)]) : null;
            if (Auc(true) - Auc(false) is { } gap) gaps.Add(gap);
        }
        var expected = ResampledInterval.Of([.. gaps], 0.95).Interval!.Value;
        Assert.Equal((expected.Low, expected.High), (group.Classes[0].Gap.Low!.Value, group.Classes[0].Gap.High!.Value), new NearPair());
    }

    [Fact]
    public void A_group_of_one_kind_has_neither_area_nor_gap()
    {
        var facts = Facts(i => (Table.Labels[i, 0] == Label.Present ? View.Frontal : View.Other, Sex.Male, null));
        var group = SubgroupFigures.Of(Table, facts, [null, null, null], Options, TestContext.Current.CancellationToken).First(g => g.Name == "Frontal");
        Assert.Equal((default, default), (group.Classes[0].Auc, group.Classes[0].Gap));
    }

    sealed class NearPair : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) => Math.Abs(x.Item1 - y.Item1) < 1e-12 && Math.Abs(x.Item2 - y.Item2) < 1e-12;

        public int GetHashCode((double, double) obj) => 0;
    }
}
