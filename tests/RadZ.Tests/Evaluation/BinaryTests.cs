using RadZ.Data;
using RadZ.Evaluation;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Tests.Evaluation;

/// <summary>Numbers a reader can work out.</summary>
public class BinaryTests
{
    // scikit-learn's own example: 3 of the 4 pairs are in order
    static readonly Ranking Example = Ranking.Create([0.1, 0.4, 0.35, 0.8], [false, false, true, true]);

    [Fact]
    public void Auc_counts_pairs_in_order()
    {
        Assert.Equal(0.75, Auroc.Compute(Example));
        Assert.Equal(1.0, Auroc.Compute([1, 2], [false, true]));
        Assert.Equal(0.0, Auroc.Compute([2, 1], [false, true]));
    }

    [Fact]
    public void A_tie_counts_half_and_minus_zero_equals_zero()
    {
        Assert.Equal(0.5, Auroc.Compute([7, 7], [false, true]));
        Assert.Equal(0.5, Auroc.Compute([0.0, -0.0], [false, true]));
        Assert.Equal(0.75, Auroc.Compute([1, 2, 2], [false, false, true]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void One_kind_alone_has_no_auc(bool kind)
    {
        var ranking = Ranking.Create([0.2, 0.7], [kind, kind]);
        Assert.Null(Auroc.Compute(ranking));
        Assert.Null(RocCurve.Compute(ranking));
        Assert.Null(BestMatthews.Find(ranking));
        Assert.Null(DeLong.Compute([0.2, 0.7], [kind, kind]));
        Assert.Equal(kind, PrecisionRecallCurve.Compute(ranking) is not null);
        Assert.Equal(kind, BestF1.Find(ranking) is not null);
    }

    [Fact]
    public void Nothing_at_all_defines_nothing()
    {
        var nothing = Ranking.Create([], []);
        Assert.Equal(new(0, 0, null, null, null, null), ClassMetrics.Compute(nothing));
        Assert.Null(nothing.AtOrAbove(0.5).Accuracy);
        Assert.Null(ProbabilityScores.Brier([], []));
        Assert.Null(ProbabilityScores.LogLoss([], []));
        Assert.Null(ProbabilityScores.ExpectedCalibrationError([], []));
    }

    [Fact]
    public void Average_precision_is_not_the_trapezoid()
    {
        // precision 1 at recall 1/2, 2/3 at recall 1
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, PrecisionRecallCurve.Compute(Example)!.AveragePrecision, 15);
        // all scores equal: one real point (recall 1, precision 1/2) and the added (0, 1)
        var equal = PrecisionRecallCurve.Compute(Ranking.Create([3, 3], [true, false]))!;
        Assert.Equal(0.5, equal.AveragePrecision);
        Assert.Equal(0.75, equal.Trapezoid);
    }

    [Fact]
    public void Best_f1_takes_the_lowest_of_equal_thresholds_and_the_two_accuracies_differ()
    {
        // at .3: P 4/7 R 1, F1 8/11; at .8: P 1 R 1/2, F1 2/3; at .9: 2/5
        var best = BestF1.Find(Ranking.Create([.9, .8, .7, .6, .5, .4, .3], [true, true, false, false, false, true, true]))!;
        Assert.Equal((0.3, 0), (best.Threshold, best.Index));
        Assert.Equal(8.0 / 11, best.F1, 7);
        Assert.Equal(new Confusion(4, 3, 0, 0), best.AtOrAbove);
        Assert.Equal(new Confusion(3, 3, 1, 0), best.Above);

        // P 1/2 R 1 at .6 and P 1 R 1/2 at .9: both have F1 2/3
        var draw = BestF1.Find(Ranking.Create([.9, .8, .7, .6], [true, false, false, true]))!;
        Assert.Equal(2.0 / 3, draw.F1, 7);
        Assert.Equal(0.6, draw.Threshold);
    }

    [Fact]
    public void A_perfect_f1_is_a_little_below_one() =>
        Assert.Equal(2 / (2 + 1e-8), BestF1.Find(Ranking.Create([1, 2], [false, true]))!.F1);

    [Fact]
    public void Youden_is_none_where_finding_nothing_is_best()
    {
        Assert.Equal(new Youden(0.5, 0.8, 0.5, 1), RocCurve.Compute(Example)!.Youden());
        Assert.Equal(new Youden(0, null, 0, 1), RocCurve.Compute(Ranking.Create([2, 1], [false, true]))!.Youden());
    }

    [Fact]
    public void Matthews_of_a_confusion()
    {
        Assert.Equal(1.0, new Confusion(2, 0, 0, 3).Matthews, 15);
        Assert.Equal(-1.0, new Confusion(0, 3, 2, 0).Matthews, 15);
        Assert.Equal(0.0, new Confusion(5, 5, 0, 0).Matthews);
        Assert.Equal((6.0 * 3 - 1 * 2) / Math.Sqrt(7 * 8 * 4 * 5), new Confusion(6, 1, 2, 3).Matthews, 14);
        // 2 / sqrt 12 at .9 (one of two found) and at .7 (both, and a false alarm): the lower threshold wins
        Assert.Equal(0.7, BestMatthews.Find(Ranking.Create([.9, .8, .7, .6], [true, false, true, false]))!.Threshold);
        Assert.Equal(new BestMatthews(1, 5), BestMatthews.Find(Ranking.Create([1, 5], [false, true])));
    }

    [Fact]
    public void Confusion_rates()
    {
        var counts = new Confusion(TruePositives: 6, FalsePositives: 1, FalseNegatives: 2, TrueNegatives: 3);
        Assert.Equal((9.0 / 12, 6.0 / 8, 3.0 / 4), (counts.Accuracy, counts.Sensitivity, counts.Specificity));
        Assert.Null(new Confusion(0, 1, 0, 1).Sensitivity);
        Assert.Null(new Confusion(1, 0, 1, 0).Specificity);
    }

    [Fact]
    public void Probabilities_are_judged_as_probabilities()
    {
        Assert.Equal((0.01 + 0.25) / 2, ProbabilityScores.Brier([0.1, 0.5], [false, true])!.Value, 15);
        Assert.Equal(Math.Log(2), ProbabilityScores.LogLoss([0.5, 0.5], [false, true])!.Value, 15);
        Assert.Equal(52 * Math.Log(2), ProbabilityScores.LogLoss([1], [false])!.Value, 12);  // cut at 2^-52
        // two bins: (.2, .4; none of two) is off by .3, (.8; one of one) by .2
        Assert.Equal(0.3 * 2 / 3 + 0.2 / 3,
            ProbabilityScores.ExpectedCalibrationError([0.2, 0.4, 0.8], [false, false, true], bins: 2)!.Value, 15);
        // the right edge belongs to the bin: all three share the lower one, two of three are there
        Assert.Equal(2.0 / 3 - 0.5, ProbabilityScores.ExpectedCalibrationError([0.5, 0.5, 0.5], [false, true, true], bins: 2)!.Value, 15);
    }

    [Fact]
    public void Unknown_is_left_out_and_never_counts_as_absent()
    {
        var many = MultiLabel.Compute(
            new double[,] { { 0.9, 0.1 }, { 0.2, 0.3 }, { 0.95, 0.2 } },
            new[,] { { Label.Present, Label.Unknown }, { Label.Absent, Label.Present }, { Label.Unknown, Label.Present } });
        Assert.Equal((1, 1, 1.0), (many.Classes[0].Positives, many.Classes[0].Negatives, many.Classes[0].Auc));
        Assert.Equal((2, 0, null), (many.Classes[1].Positives, many.Classes[1].Negatives, many.Classes[1].Auc));
        Assert.Equal(new(1.0, 1), many.Macro(c => c.Auc));
        Assert.Equal(new(1.0, 2), many.Macro(c => c.AveragePrecision));
        Assert.Equal(new(null, 0), many.Macro(_ => null));
        Assert.Equal(2.5 / 3, many.MicroAuc!.Value, 15);                                   // positives .9 .3 .2 against .2
    }

    [Fact]
    public void Softmax_of_the_paper()
    {
        var p = ClassSoftmax.Apply(new[,] { { 0.05, 0.0 }, { 1.0, 1.0 } });
        Assert.Equal(Math.E / (Math.E + 1), p[0, 0], 15);
        Assert.Equal(1 / (Math.E + 1), p[0, 1], 15);
        Assert.Equal((0.5, 0.5), (p[1, 0], p[1, 1]));
        Assert.Equal(1.0, ClassSoftmax.Apply(new[,] { { 1.0, -1.0 } }, 1e-6)[0, 0]);          // no overflow
    }

    [Fact]
    public void Misuse_is_refused_with_what_was_found()
    {
        Assert.Contains("score 1 is NaN", Assert.Throws<ArgumentException>(() => Ranking.Create([1, double.NaN], [true, false])).Message);
        Assert.Contains("2 scores but 1 truths", Assert.Throws<ArgumentException>(() => Ranking.Create([1, 2], [true])).Message);
        Assert.Contains("score 0 is 1.5, not in [0, 1]",
            Assert.Throws<ArgumentException>(() => ProbabilityScores.Brier([1.5], [true])).Message);
        Assert.Contains("1 x 2 but labels 2 x 1",
            Assert.Throws<ArgumentException>(() => MultiLabel.Compute(new double[1, 2], new Label[2, 1])).Message);
    }
}
