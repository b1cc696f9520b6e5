using RadZ.Data;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Protocols;
using RadZ.Files;

namespace RadZ.Tests.Evaluation.Protocols;

/// <summary>The linear probe: its fit against scikit-learn's, its choice, and what it does without labels.</summary>
public class LinearProbeTests
{
    const int Images = 40, Width = 3;

    static FeatureTable Features(int images = Images) =>
        new([.. Enumerable.Range(0, images)
            .SelectMany(i => Enumerable.Range(0, Width).Select(j => (float)((i * 7 + j * 5) % 11 / 10.0 + i % 3 * 0.25 * j)))], Width);

    static LinearProbe Fit(IReadOnlyList<string> names, FeatureTable training, Label[,] labels, FeatureTable validation, Label[,] held) =>
        LinearProbe.Fit(names, training, labels, validation, held, TestContext.Current.CancellationToken);

    static bool Truth(int image) => image * 3 % 7 < 3;

    static Label[,] Labels(int images, Func<int, int, Label> of, int classes = 1)
    {
        var labels = new Label[images, classes];
        for (var i = 0; i < images; i++)
            for (var c = 0; c < classes; c++) labels[i, c] = of(i, c);
        return labels;
    }

    static Label Of(bool present) => present ? Label.Present : Label.Absent;

    /// <summary>
    /// LogisticRegression(C = 1 / (penalty n), newton-cg, tol 1e-14) of scikit-learn 1.2 on features standardised by their own mean and
    /// deviation.
    /// </summary>
    [Theory]
    [InlineData(0.1, -0.008315454106552548, 0.18452237978652308, 0.017204100575973078, -0.30497196141729793)]
    [InlineData(0.001, 0.039318148561681046, 0.28613459314339584, -0.005255882261075078, -0.3074003033035911)]
    public void A_fit_is_that_of_scikit_learn(double penalty, params double[] expected)
    {
        var (mean, scale) = Features().Standard();
        var fitted = new LogisticRegression(Features(), [.. Enumerable.Range(0, Images)], [.. Enumerable.Range(0, Images).Select(Truth)],
            mean, scale).Fit(penalty);
        Assert.All(expected.Zip(fitted), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Wide_features_are_summed_as_narrow_ones_are()
    {
        // 19 features: two whole vectors and a rest; the gradient of the answer must vanish by plain sums
        var random = new Random(5);
        var features = new FeatureTable([.. Enumerable.Range(0, 60 * 19).Select(_ => (float)random.NextDouble())], 19);
        var (mean, scale) = features.Standard();
        bool[] present = [.. Enumerable.Range(0, 60).Select(i => features.Row(i)[17] + random.NextDouble() > 1)];
        var w = new LogisticRegression(features, [.. Enumerable.Range(0, 60)], present, mean, scale).Fit(0.01);
        for (var d = 0; d < 20; d++)
        {
            var gradient = 0.0;
            for (var i = 0; i < 60; i++)
            {
                var p = 1 / (1 + Math.Exp(-LogisticRegression.LogOdds(features.Row(i), w, mean, scale)));
                gradient += (p - (present[i] ? 1 : 0)) * (d == 19 ? 1 : (features.Row(i)[d] - mean[d]) / scale[d]) / 60;
            }
            Assert.Equal(0, gradient + (d == 19 ? 0 : 0.01 * w[d]), 1e-7);
        }
    }

    [Fact]
    public void The_penalty_of_least_log_loss_on_validation_is_taken_and_all_tried_are_told()
    {
        var held = Labels(21, (i, _) => Of(Truth(i + 40)));
        var probe = Fit(["mass"], Features(), Labels(Images, (i, _) => Of(Truth(i))), Features(21), held);
        Assert.Equal([10, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5], probe.Tried.Select(t => t.Penalty));
        Assert.Equal(probe.Tried.MinBy(t => t.LogLoss)!.Penalty, probe.Penalty);
        var chosen = probe.Score(Features(21));
        double[] scores = [.. Enumerable.Range(0, 21).Select(i => chosen[i, 0])];
        Assert.Equal(probe.Tried.Min(t => t.LogLoss),
            ProbabilityScores.LogLoss(scores, [.. Enumerable.Range(0, 21).Select(i => Truth(i + 40))])!.Value, 1e-12);
    }

    [Fact]
    public void Unknown_labels_are_no_negatives()
    {
        var known = Labels(Images, (i, _) => i < 20 ? Of(Truth(i)) : i % 2 == 0 ? Label.Unknown : Label.Uncertain);
        var (whole, half) = (Fit(["mass"], Features(), known, Features(), Labels(Images, (i, _) => Of(Truth(i)))),
            new FeatureTable(Features().Values[..(20 * Width)], Width));
        Assert.Equal((9, 11), (whole.Classes[0].Positives, whole.Classes[0].Negatives));
        var (mean, scale) = Features().Standard();
        var alone = new LogisticRegression(half, [.. Enumerable.Range(0, 20)], [.. Enumerable.Range(0, 20).Select(Truth)], mean, scale)
            .Fit(whole.Penalty);
        Assert.All(alone.Zip(whole.Classes[0].Weights!), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_class_without_a_positive_says_the_same_of_every_image()
    {
        var probe = Fit(["mass", "hernia"], Features(), Labels(Images, (i, c) => Of(c == 0 && Truth(i)), 2), Features(),
            Labels(Images, (i, _) => Of(Truth(i)), 2));
        Assert.Null(probe.Classes[1].Weights);
        Assert.Equal([1 / 42.0], Enumerable.Range(0, Images).Select(i => probe.Score(Features())[i, 1]).Distinct());
        var none = Assert.Throws<InvalidInputException>(() =>
            Fit(["mass"], Features(), Labels(Images, (_, _) => Label.Absent), Features(), Labels(Images, (i, _) => Of(Truth(i)))));
        Assert.Equal("no-classes", none.Kind);
    }

    [Fact]
    public void The_same_data_give_the_same_bits()
    {
        string Json() => Fit(["a", "b", "c"], Features(), Labels(Images, (i, c) => Of(Truth(i + c)), 3), Features(),
            Labels(Images, (i, c) => Of(Truth(i + c)), 3)).Json();
        Assert.Equal(Json(), Json());
    }
}
