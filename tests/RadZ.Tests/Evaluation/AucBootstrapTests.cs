using RadZ.Data;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;

namespace RadZ.Tests.Evaluation;

public class AucBootstrapTests
{
    static readonly BootstrapOptions Plain = new() { Resamples = 400 };

    [Fact]
    public void The_same_numbers_whatever_the_threads()
    {
        var (scores, labels, patients) = Made(images: 120, classes: 4, patients: 50);
        var one = AucBootstrap.Resample(scores, labels, patients, Plain with { Threads = 1 });
        foreach (var threads in new int?[] { 2, 7, null })
        {
            var many = AucBootstrap.Resample(scores, labels, patients, Plain with { Threads = threads });
            Assert.Equal(one.Macro, many.Macro);
            Assert.Equal(one.Classes, many.Classes);
        }
        Assert.NotEqual(one.Macro, AucBootstrap.Resample(scores, labels, patients, Plain with { Seed = 43 }).Macro);
    }

    [Fact]
    public void Each_resample_is_that_of_naive_resampling()
    {
        var (scores, labels, patients) = Made(images: 60, classes: 3, patients: 20);
        var (classes, macro) = AucBootstrap.Resample(scores, labels, patients, Plain);
        var keys = patients.Distinct().ToList();
        foreach (var (r, seed) in PatientBootstrap.Seeds(Plain).Index())
        {
            var random = new Random(seed);
            var drawn = keys.Select(_ => keys[random.Next(keys.Count)]).ToList();
            List<int> rows = [.. drawn.SelectMany(p => Enumerable.Range(0, patients.Length).Where(i => patients[i] == p))];
            List<double> defined = [];
            for (var c = 0; c < 3; c++)
            {
                var known = rows.Where(i => labels[i, c] != Label.Unknown).ToList();
                var auc = Auroc.Compute([.. known.Select(i => scores[i, c])], [.. known.Select(i => labels[i, c] == Label.Present)]);
                Assert.Equal(auc ?? double.NaN, classes[c][r]);
                if (auc is { } a) defined.Add(a);
            }
            Near.Equal(defined.Average(), macro[r]);
        }
    }

    [Fact]
    public void Copies_of_a_patients_image_tell_nothing_new()
    {
        var (scores, labels, patients) = Made(images: 80, classes: 1, patients: 80);
        int[] rows = [.. Enumerable.Range(0, 80).SelectMany(i => Enumerable.Repeat(i, 4))];
        var (copies, theirs) = (Table(rows.Length, (r, _) => scores[rows[r], 0]), Table(rows.Length, (r, _) => labels[rows[r], 0]));
        var single = AucBootstrap.Run(scores, labels, patients, Plain);

        var byPatient = AucBootstrap.Run(copies, theirs, [.. rows.Select(i => patients[i])], Plain);
        Assert.Equal(single.Macro, byPatient.Macro);
        var byImage = AucBootstrap.Run(copies, theirs, [.. Enumerable.Range(0, rows.Length).Select(i => $"{i}")], Plain);
        Assert.InRange(Width(byImage) / Width(single), 0.4, 0.6);                          // half, were they four times the evidence
    }

    [Fact]
    public void Resamples_without_both_kinds_are_left_out_and_counted()
    {
        // one patient of four has the disease: a resample misses him with (3/4)^4 = 0.316, takes him only with 1/256
        var scores = new double[,] { { 1 }, { 2 }, { 3 }, { 2.5 } };
        var labels = new[,] { { Label.Absent }, { Label.Absent }, { Label.Absent }, { Label.Present } };
        var one = AucBootstrap.Run(scores, labels, ["a", "b", "c", "d"], Plain with { Resamples = 4000 });
        Assert.InRange(one.Classes[0].Undefined / 4000.0, 0.28, 0.36);
        Assert.Equal(one.Classes[0], one.Macro);
        Assert.Equal(new Interval(0, 1), one.Classes[0].Interval);
    }

    [Fact]
    public void What_is_never_defined_has_no_interval()
    {
        var (scores, labels) = (new double[,] { { 1 }, { 2 } }, new[,] { { Label.Present }, { Label.Unknown } });
        Assert.Equal(new(null, 400), AucBootstrap.Run(scores, labels, ["a", "b"], Plain).Classes[0]);
        Assert.Equal(new(null, 0), AucBootstrap.Run(scores, labels, ["a", "b"], Plain with { Resamples = 0 }).Macro);
        Assert.Equal(new(null, 400), AucBootstrap.Run(new double[0, 1], new Label[0, 1], [], Plain).Classes[0]);
    }

    [Fact]
    public void A_perfect_ranking_has_no_width()
    {
        var (scores, labels) = (Table(40, (r, _) => (double)r), Table(40, (r, _) => r < 20 ? Label.Absent : Label.Present));
        Assert.Equal(new(new Interval(1, 1), 0),
            AucBootstrap.Run(scores, labels, [.. Enumerable.Range(0, 40).Select(i => $"{i}")], Plain).Macro);
    }

    [Fact]
    public void The_interval_is_about_that_of_DeLong()
    {
        var (scores, labels, patients) = Made(images: 400, classes: 1, patients: 400);
        var known = Enumerable.Range(0, 400).Where(i => labels[i, 0] != Label.Unknown).ToList();
        var delong =
            DeLong.Compute([.. known.Select(i => scores[i, 0])],
                [.. known.Select(i => labels[i, 0] == Label.Present)])!.IntervalAt()!.Value;
        var bootstrap = AucBootstrap.Run(scores, labels, patients, Plain with { Resamples = 4000 }).Classes[0].Interval!.Value;
        Assert.Equal(delong.Low, bootstrap.Low, 0.01);
        Assert.Equal(delong.High, bootstrap.High, 0.01);
    }

    [Fact]
    public void Percentiles_lie_between_order_statistics()
    {
        Assert.Equal(new(new Interval(1.5, 2.5), 1), ResampledInterval.Compute([3, double.NaN, 1, 2], level: 0.5));
        Assert.Equal(new(new Interval(7, 7), 0), ResampledInterval.Compute([7], level: 0.95));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AucBootstrap.Run(new double[1, 1], new Label[1, 1], ["a"], new() { Level = 95 }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            AucBootstrap.Run(new double[1, 1], new Label[1, 1], ["a"], new() { Resamples = -1 }));
        Assert.Contains("1 patients but 2 rows",
            Assert.Throws<ArgumentException>(() => AucBootstrap.Run(new double[2, 1], new Label[2, 1], ["a"], Plain)).Message);
    }

    static double Width(AucBootstrap b) => b.Macro.Interval!.Value.High - b.Macro.Interval!.Value.Low;

    static T[,] Table<T>(int rows, Func<int, int, T> cell, int columns = 1)
    {
        var table = new T[rows, columns];
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
                table[r, c] = cell(r, c);
        return table;
    }

    static (double[,] Scores, Label[,] Labels, string[] Patients) Made(int images, int classes, int patients)
    {
        var random = new Random(7);
        var labels = Table(images,
            (_, _) => random.NextDouble() switch { < 0.1 => Label.Unknown, < 0.4 => Label.Present, _ => Label.Absent }, classes);
        var scores = Table(images, (r, c) => Math.Round(random.NextDouble() + (labels[r, c] == Label.Present ? 0.3 : 0), 2), classes);
        return (scores, labels, [.. Enumerable.Range(0, images).Select(i => $"p{i % patients}")]);
    }
}
