using CsCheck;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;

namespace RadZ.Tests.Evaluation;

public class SelectiveTests
{
    static readonly Gen<(double[] Scores, bool[] Truth)> Answers =
        Gen.Select(Gen.Int[0, 20].Select(i => i / 20.0), Gen.Bool).Array[1, 40].Select(a =>
            (a.Select(p => p.Item1).ToArray(), a.Select(p => p.Item2).ToArray()));

    [Fact]
    public void Risk_and_area_by_hand()
    {
        var curve = CoverageRisk.Compute([0.6, 0.9, 0.7, 0.8], [false, false, true, false])!;
        Assert.Equal([new(0.9, 0.25, 0), new(0.8, 0.5, 0), new(0.7, 0.75, 1.0 / 3), new CoveragePoint(0.6, 1, 0.25)], curve.Points);
        Assert.Equal((0 + 0 + 1.0 / 3 + 1.0 / 4) / 4, curve.Area, 15);
        Assert.Equal((1.0 / 3 + 1.0 / 4) / 4 - 1.0 / 4 / 4, curve.ExcessArea, 15);        // best: the wrong one last
        Assert.Null(CoverageRisk.Compute([], []));
    }

    [Fact]
    public void Equal_confidences_count_in_the_order_to_be_expected() =>
        Assert.Equal(0.5, CoverageRisk.Compute([0.7, 0.7], [true, false])!.Area, 15);

    [Fact]
    public void Of_all_answers_the_risk_is_the_share_of_wrong_ones_and_no_order_beats_the_best() => Answers.Sample((a) =>
    {
        var curve = CoverageRisk.Compute(a.Scores, a.Truth)!;
        Assert.Equal((double)a.Truth.Count(t => t) / a.Truth.Length, curve.Points[^1].Risk, 12);
        Assert.InRange(curve.ExcessArea, -1e-12, 1);
        var best = CoverageRisk.Compute([.. a.Truth.Select((wrong, i) => wrong ? -1.0 - i : i)], a.Truth)!;
        Assert.Equal(0, best.ExcessArea, 12);
    });

    [Fact]
    public void Bounds_of_conformal_sets_by_hand()
    {
        double[] scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
        bool[] present = [true, true, true, true, false, false, false, false];
        // of 4 + 1, 80 % are 4: the fourth best of each kind
        Assert.Equal(new ConformalSets(0.8, 0.6, 0.5, 4, 4), ConformalSets.Fit(scores, present, 0.8));
        // 60 %: the third
        var three = ConformalSets.Fit(scores, present, 0.6);
        Assert.Equal((0.7, 0.4), (three.PresentFrom, three.AbsentTo));
        Assert.Equal([ConformalAnswer.Present, ConformalAnswer.Neither, ConformalAnswer.Absent],
            new[] { 0.7, 0.55, 0.4 }.Select(three.AnswerFor));
        // 90 % of 5 is beyond the last: nothing can be shut out
        Assert.Equal(ConformalAnswer.Both, ConformalSets.Fit(scores, present, 0.9).AnswerFor(0.95));
    }

    [Fact]
    public void What_is_stated_is_covered_whichever_image_comes_last() =>
        Gen.Select(Gen.Int[2, 30], Gen.Int[50, 99]).Sample((n, percent) =>
        {
            // n + 1 exchangeable images of a kind: each in turn is the new one
            var coverage = percent / 100.0;
            var (positives, negatives) = (0, 0);
            for (var left = 0; left <= n; left++)
            {
                double[] fit = [.. Enumerable.Range(0, n + 1).Where(i => i != left).Select(i => (double)i), -1];
                bool[] present = [.. Enumerable.Repeat(true, n), false];
                if (ConformalSets.Fit(fit, present, coverage).Covers(left, present: true)) positives++;
                if (ConformalSets.Fit(fit, [.. present.Select(p => !p)], coverage).Covers(left, present: false)) negatives++;
            }
            Assert.Equal((int)Math.Ceiling(percent * (n + 1) / 100m), positives);
            Assert.Equal(positives, negatives);
        });

    [Fact]
    public void A_bound_lets_through_what_was_asked_on_validation() => Answers.Sample(a =>
    {
        if (AbstainingRule.Fit(a.Scores, a.Truth) is not { } rule) return;
        foreach (var coverage in (double[])[0.1, 0.5, 0.9, 1])
        {
            var bound = rule.LeastConfidence(coverage);
            Assert.True(a.Scores.Count(s => rule.Confidence(s) >= bound) >= coverage * a.Scores.Length - 1e-9);
            Assert.True(a.Scores.Count(s => rule.Confidence(s) > bound) < coverage * a.Scores.Length);
        }
        Assert.All(a.Scores, s => Assert.InRange(rule.Confidence(s), 0.5, 1));
    });

    [Fact]
    public void Kinds_that_are_wholly_apart_have_no_rule() => Assert.Null(AbstainingRule.Fit([0.1, 0.2, 0.8], [false, false, true]));

    [Fact]
    public void Scores_need_not_be_probabilities()
    {
        var rule = AbstainingRule.Fit([-3, 5, -2, 4, -1, 3, 2, -4, 6, 0],
            [false, true, false, true, true, true, false, false, true, false])!;
        Assert.True(rule.Answer(5));
        Assert.False(rule.Answer(-4));
        Assert.True(rule.Confidence(6) > rule.Confidence(1));
    }

    [Fact]
    public void Bins_of_reliability_by_hand()
    {
        var curve = ReliabilityCurve.Compute([0, 0.5, 0.5, 0.6, 1], [false, true, false, true, true], bins: 2);
        Assert.Equal([new(0, 0.5, 3, 1, 1.0 / 3), new ReliabilityBin(0.5, 1, 2, 2, 0.8)], curve.Bins);
        Assert.Equal(0 * 3 / 5.0 + 0.2 * 2 / 5.0, curve.CalibrationError!.Value, 15);
    }

    [Fact]
    public void A_share_is_of_those_that_count_and_its_interval_by_patient()
    {
        bool?[] hits = [true, null, false, true, true, null];
        string[] patients = ["a", "a", "b", "b", "c", "d"];
        var options = new BootstrapOptions { Resamples = 100, Seed = 4 };
        var share = ResampledShares.Compute([i => hits[i], _ => null], patients, options);
        Assert.Equal(0.75, share[0].Value);
        Assert.Equal(default, share[1]);
        List<double> drawn = [];
        foreach (var seed in PatientBootstrap.Seeds(options))
        {
            var random = new Random(seed);
            bool[] counted = [.. Enumerable.Range(0, 4).Select(_ => "abcd"[random.Next(4)].ToString())
                .SelectMany(p => Enumerable.Range(0, 6).Where(i => patients[i] == p)).Select(i => hits[i]).OfType<bool>()];
            drawn.Add(counted.Length == 0 ? double.NaN : (double)counted.Count(c => c) / counted.Length);
        }
        Assert.Equal(Figure.From(0.75, ResampledInterval.Compute([.. drawn], 0.95)), share[0]);
    }
}
