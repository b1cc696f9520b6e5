using CsCheck;
using RadZ.Data;
using RadZ.Evaluation;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;

namespace RadZ.Tests.Evaluation;

/// <summary>What holds of any scores: few distinct values, so that ties are common.</summary>
public class MetricProperties
{
    static readonly Gen<(double Score, bool Present)[]> Problem = Gen.Select(Gen.Int[-4, 4].Select(i => i / 3.0), Gen.Bool).Array[0, 40];

    static readonly Gen<(double Score, int Label, int Patient)[]> Images =
        Gen.Select(Gen.Int[0, 5].Select(i => i / 5.0), Gen.Int[0, 2], Gen.Int[0, 7]).Array[1, 40];

    [Fact]
    public void Auc_of_negated_scores_is_the_rest_to_one() => Problem.Sample(p =>
        Near.Equal(1 - Auc(p, s => s), Auc(p, s => -s)));

    [Fact]
    public void A_rising_transform_leaves_every_rank_number_as_it_is() => Problem.Sample(p =>
    {
        Assert.Equal(Auc(p, s => s), Auc(p, s => Math.Exp(3 * s) - 7));
        var (plain, bent) = (Ranked(p, s => s), Ranked(p, s => Math.Exp(3 * s) - 7));
        Assert.Equal(PrecisionRecallCurve.Compute(plain)?.AveragePrecision, PrecisionRecallCurve.Compute(bent)?.AveragePrecision);
        Assert.Equal(BestF1.Find(plain)?.AtOrAbove, BestF1.Find(bent)?.AtOrAbove);
        Assert.Equal(RocCurve.Compute(plain)?.Youden().Index, RocCurve.Compute(bent)?.Youden().Index);
    });

    [Fact]
    public void Auc_is_the_share_of_pairs_in_order() => Problem.Sample(p =>
    {
        var (positives, negatives) = (p.Where(x => x.Present).ToList(), p.Where(x => !x.Present).ToList());
        var pairs = positives.SelectMany(a => negatives.Select(b => a.Score > b.Score ? 1 : a.Score == b.Score ? 0.5 : 0)).ToList();
        Near.Equal(pairs.Count == 0 ? null : pairs.Average(), Auc(p, s => s));
    });

    [Fact]
    public void DeLong_sees_the_same_auc() => Problem.Sample(p =>
        Near.Equal(Auc(p, s => s), DeLong.Compute(Scores(p), Truth(p))?.Auc));

    [Fact]
    public void DeLong_of_a_model_against_itself_has_no_z() => Problem.Sample(p =>
    {
        if (DeLong.Compare(Scores(p), Scores(p), Truth(p)) is not { } pair) return;
        Near.Equal(pair.A.Variance, pair.Covariance);
        Assert.Null(pair.Z);
    });

    [Fact]
    public void Counts_at_any_threshold_are_those_of_a_plain_count() => Gen.Select(Problem, Gen.Int[-5, 5]).Sample((p, t) =>
    {
        Assert.Equal(Count(p, s => s >= t / 3.0), Ranked(p, s => s).AtOrAbove(t / 3.0));
        Assert.Equal(Count(p, s => s > t / 3.0), Ranked(p, s => s).Above(t / 3.0));
    });

    [Fact]
    public void Weights_give_what_repeating_the_images_gives() => Gen.Select(Images, Gen.Int).Sample((images, seed) =>
    {
        var (scores, labels) = Columns(images);
        var weights = new int[8];
        PatientBootstrap.Draw(seed, weights);
        Assert.Equal(8, weights.Sum());
        var repeated = images.Where(i => i.Label != 0)
            .SelectMany(i => Enumerable.Repeat((i.Score, Present: i.Label == 2), weights[i.Patient])).ToArray();
        var fast = WeightedRanking.Create(scores, labels, 0, [.. images.Select(i => i.Patient)]).Auc(weights);
        Assert.Equal(Auc(repeated, s => s) ?? double.NaN, fast);
    });

    [Fact]
    public void Isotonic_is_rising_and_keeps_the_share() => Problem.Sample(p =>
    {
        if (IsotonicCalibration.Fit(Scores(p), Truth(p)) is not { } fit) return;
        Assert.Equal(fit.Probabilities.Order(), fit.Probabilities);
        Near.Equal(p.Average(x => x.Present ? 1.0 : 0), p.Average(x => fit.Apply(x.Score)));
    });

    [Fact]
    public void Isotonic_is_the_largest_of_the_least_means() => Problem.Sample(p =>
    {
        // the min-max formula: over all runs of levels that hold a level, the largest (by start) of the least (by end) mean
        var levels = p.GroupBy(x => x.Score).OrderBy(g => g.Key).ToList();
        var fit = IsotonicCalibration.Fit(Scores(p), Truth(p));
        foreach (var i in Enumerable.Range(0, levels.Count))
        {
            var expected = Enumerable.Range(0, i + 1).Max(from => Enumerable.Range(i, levels.Count - i).Min(to =>
                levels.Take(from..(to + 1)).SelectMany(g => g).Average(x => x.Present ? 1.0 : 0)));
            Near.Equal(expected, fit!.Apply(levels[i].Key));
        }
    });

    [Fact]
    public void The_best_is_no_less_than_at_any_score() => Problem.Sample(p =>
    {
        var ranking = Ranked(p, s => s);
        var counts = p.Select(x => Count(p, s => s >= x.Score)).ToList();
        Near.Equal(ranking.Positives == 0 ? null
            : counts.Max(c => 2.0 * c.TruePositives / (2 * c.TruePositives + c.FalsePositives + c.FalseNegatives)),
            BestF1.Find(ranking)?.F1, 1e-8);                                                 // the paper's 1e-8 in the denominator
        if (!ranking.HasBoth) return;
        Near.Equal(counts.Max(c => c.Matthews), BestMatthews.Find(ranking)!.Matthews);
        Near.Equal(Math.Max(0, counts.Max(c => c.Sensitivity!.Value + c.Specificity!.Value - 1)),
            RocCurve.Compute(ranking)!.Youden().Index);
    });

    [Fact]
    public void Platt_is_level_at_its_best() => Problem.Sample(p =>
    {
        if (PlattScaling.Fit(Scores(p), Truth(p)) is not { } fit) return;
        Near.Equal(0, p.Average(x => fit.Apply(x.Score) - (x.Present ? 1 : 0)));
        Near.Equal(0, p.Average(x => (fit.Apply(x.Score) - (x.Present ? 1 : 0)) * x.Score));
    });

    [Fact]
    public void Temperature_is_level_at_its_best() => Problem.Sample(p =>
    {
        if (TemperatureScaling.Fit(Scores(p), Truth(p)) is not { } fit) return;
        Assert.True(fit.Temperature > 0);
        Near.Equal(0, p.Average(x => (fit.Apply(x.Score) - (x.Present ? 1 : 0)) * x.Score));
    });

    [Fact]
    public void Quantile_and_tail_are_inverse() => Gen.Double[1e-9, 1 - 1e-9].Sample(p =>
        Near.Equal(1 - p, Normal.Above(Normal.Quantile(p)), 1e-14));

    [Fact]
    public void Softmax_rows_sum_to_one() => Gen.Double[-1, 1].Array[1, 20].Sample(cosines =>
    {
        var row = new double[1, cosines.Length];
        for (var c = 0; c < cosines.Length; c++) row[0, c] = cosines[c];
        Near.Equal(1, ClassSoftmax.Apply(row).Cast<double>().Sum(), 1e-14);
    });

    static double? Auc((double Score, bool Present)[] p, Func<double, double> f) => Auroc.Compute(Ranked(p, f));

    static Ranking Ranked((double Score, bool Present)[] p, Func<double, double> f) =>
        Ranking.Create([.. p.Select(x => f(x.Score))], Truth(p));

    static double[] Scores((double Score, bool Present)[] p) => [.. p.Select(x => x.Score)];

    static bool[] Truth((double Score, bool Present)[] p) => [.. p.Select(x => x.Present)];

    static Confusion Count((double Score, bool Present)[] p, Func<double, bool> found) => new(
        p.Count(x => x.Present && found(x.Score)), p.Count(x => !x.Present && found(x.Score)),
        p.Count(x => x.Present && !found(x.Score)), p.Count(x => !x.Present && !found(x.Score)));

    static (double[,] Scores, Label[,] Labels) Columns((double Score, int Label, int Patient)[] images)
    {
        var (scores, labels) = (new double[images.Length, 1], new Label[images.Length, 1]);
        for (var i = 0; i < images.Length; i++) (scores[i, 0], labels[i, 0]) = (images[i].Score, (Label)images[i].Label);
        return (scores, labels);
    }
}
