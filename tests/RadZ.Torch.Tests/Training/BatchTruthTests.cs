using RadZ.Data;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Recipes;

namespace RadZ.Torch.Tests.Training;

/// <summary>Unknown is neither true nor false: what counts as a pair, a category, or nothing.</summary>
public class BatchTruthTests
{
    static readonly string[] Diseases = ["pneumonia", "bacterial pneumonia", "mass", "no finding"];

    static Sample Image(params (string Disease, Label Label)[] labels) =>
        new("x.png", "t:1", "t", new(labels.ToDictionary(l => l.Disease, l => l.Label)));

    static TrainingBatch Batch(params (Sample Sample, ReportText Text)[] rows) =>
        new([], [.. rows.Select(r => r.Sample)], [.. rows.Select(r => r.Text)], []);

    [Fact]
    public void A_text_fits_where_all_it_says_is_so_and_is_unknown_where_labels_are_silent()
    {
        var bacterial = new Labels(new Dictionary<string, Label>
        {
            ["pneumonia"] = Label.Present,
            ["bacterial pneumonia"] = Label.Present,
            ["no finding"] = Label.Absent,
        });
        Assert.Equal(Label.Present, BatchTruth.Fits(bacterial, new("", ["pneumonia"], [])));
        Assert.Equal(Label.Present, BatchTruth.Fits(bacterial, new("", ["bacterial pneumonia"], ["no finding"])));
        Assert.Equal(Label.Absent, BatchTruth.Fits(bacterial, new("", ["no finding"], [])));
        Assert.Equal(Label.Unknown, BatchTruth.Fits(bacterial, new("", ["mass"], [])));
        Assert.Equal(Label.Absent, BatchTruth.Fits(bacterial, new("", ["mass", "no finding"], [])));
        Assert.Equal(Label.Unknown, BatchTruth.Fits(bacterial, new("", [], [])));
    }

    [Fact]
    public void Pairs_of_unknown_truth_are_left_out_of_the_softmax()
    {
        var truth = new BatchTruth(KnowledgeBase.Embedded, Diseases);
        var batch = Batch(
            (Image(("pneumonia", Label.Present), ("no finding", Label.Absent)), new("", ["pneumonia"], [])),
            (Image(("mass", Label.Present), ("pneumonia", Label.Absent), ("no finding", Label.Absent)), new("", ["mass"], [])),
            (Image(("pneumonia", Label.Present), ("mass", Label.Absent)), new("", ["pneumonia"], ["mass"])));
        var (targets, excluded) = truth.Pairs(batch, PairTargetKind.Entailment, UnknownPairs.Exclude);
        Assert.Equal([1, 0, 0, 0, 1, 0, 0.5, 0, 0.5], targets!);       // image 0: of text 2 nobody knows (mass); image 2 fits texts 0 and 2
        Assert.Equal([false, true, true, false, false, false, false, false, false], excluded!);
        Assert.Null(truth.Pairs(batch, PairTargetKind.Diagonal, UnknownPairs.Negative).Targets);
        Assert.Null(truth.Pairs(batch, PairTargetKind.Diagonal, UnknownPairs.Negative).Excluded);
    }

    [Fact]
    public void A_text_that_says_pneumonia_does_not_deny_that_it_is_bacterial()
    {
        var truth = new BatchTruth(KnowledgeBase.Embedded, Diseases);
        var batch = Batch((Image(("pneumonia", Label.Present), ("bacterial pneumonia", Label.Present), ("mass", Label.Present)),
            new("", ["pneumonia"], [])),
            (Image(("bacterial pneumonia", Label.Present), ("pneumonia", Label.Present)), new("", ["bacterial pneumonia"], ["mass"])));
        var texts = truth.Texts(batch, UnknownPairs.Exclude);
        Assert.Equal([0], texts.Diseases[0]!);
        Assert.Equal([1, 0], texts.Diseases[1]!);                      // what it entails is said too
        Assert.Equal([false, true, true, false, false, false, false, false], texts.Excluded!);
        var images = truth.Images(batch, UnknownPairs.Exclude);
        Assert.Equal([false, false, false, true, false, false, true, true], images.Excluded!);
    }

    [Fact]
    public void Reports_of_a_sources_own_belong_to_their_images_and_are_false_of_others_with_other_labels()
    {
        var truth = new BatchTruth(KnowledgeBase.Embedded, Diseases);
        var own = new ReportText("whatever the radiologist wrote", [], []);
        var batch = Batch((Image(("pneumonia", Label.Present)), own), (Image(("mass", Label.Present)), own),
            (Image(("pneumonia", Label.Present)), own), (Image(), own));
        var (targets, excluded) = truth.Pairs(batch, PairTargetKind.Diagonal, UnknownPairs.Exclude);
        Assert.Null(targets);
        Assert.Equal([2, 8], Enumerable.Range(0, 16).Where(i => excluded![i]));     // only image 0 with text 2 and the other way round
    }

    [Fact]
    public void Excluded_columns_change_nothing_that_is_left()
    {
        using var _ = NewDisposeScope();
        var image = tensor(new double[] { 1, 0, 0, 0, 1, 0 }, [2, 3]);
        var text = tensor(new double[] { 1, 0, 0, 0.6, 0.8, 0 }, [2, 3]);
        var excluded = tensor(new[] { false, true, true, false }, [2, 2]);
        Assert.Equal(0, ContrastiveLoss.Compute(image, text, 1, excluded_BB: excluded).item<double>(), 1e-12);
    }
}
