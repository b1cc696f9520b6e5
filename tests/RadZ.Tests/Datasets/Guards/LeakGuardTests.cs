using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Files;

namespace RadZ.Tests.Datasets;

public sealed class LeakGuardTests : IDisposable
{
    readonly SetTree _tree = new();

    public void Dispose() => _tree.Dispose();

    static Sample At(string image, string patient) => new($"/x/{image}", patient, "x", Labels.None);

    static SetCard Card(string name) => Ontology.Embedded.Resolve(name);

    [Fact]
    public void Training_patients_are_kept_as_hashes_and_found_again()
    {
        TrainingPatients.FromKeys(["nih:1", "kermany:person1", "nih:1"]).Write(_tree.Root);
        var text = File.ReadAllText(Path.Combine(_tree.Root, TrainingPatients.FileName));
        Assert.StartsWith("# radz training patients 1: sources kermany nih\n", text);
        Assert.DoesNotContain("person1", text);
        var read = TrainingPatients.Find(_tree.Root)!;
        Assert.Equal((2, true, false), (read.Count, read.Contains("nih:1"), read.Contains("nih:2")));
        Assert.Null(TrainingPatients.Find("/nowhere"));
        _tree.With(TrainingPatients.FileName, text + "oops\n");
        Assert.Equal("bad-hash", Assert.Throws<InvalidInputException>(() => TrainingPatients.Find(_tree.Root)).Kind);
    }

    [Fact]
    public void Measuring_on_training_patients_refuses_or_says_so()
    {
        var (samples, trained) = ((Sample[])[At("a", "nih:1"), At("b", "nih:1"), At("c", "nih:2")], TrainingPatients.FromKeys(["nih:1"]));
        var refused = Assert.Throws<InvalidInputException>(() => LeakGuard.Training(Card("cxr14"), samples, trained, allowed: false));
        Assert.Equal("training-patients", refused.Kind);
        Assert.Contains("1 of these 2 patients (2 of 3 images)", refused.Message);
        Assert.Equal(["training-patients"], LeakGuard.Training(Card("cxr14"), samples, trained, allowed: true).Select(n => n.Kind));
        Assert.Empty(LeakGuard.Training(Card("cxr14"), samples[2..], trained, allowed: false));
        Assert.Equal(["training-unknown"], LeakGuard.Training(Card("cxr14"), samples, null, allowed: false).Select(n => n.Kind));
    }

    [Fact]
    public void A_set_within_a_training_set_is_refused_unless_identifiers_clear_it()
    {
        var trained = TrainingPatients.FromKeys(["nih:1"]);
        var refused = Assert.Throws<InvalidInputException>(() =>
            LeakGuard.Training(Card("siim"), [At("a", "siim:1.2.3")], trained, allowed: false));
        Assert.Equal("contamination", refused.Kind);
        Assert.Contains("NIH ChestX-ray14", refused.Message);
        Assert.Equal(["contamination"],
            LeakGuard.Training(Card("siim"), [At("a", "siim:1.2.3")], trained, allowed: true).Select(n => n.Kind));
        Assert.Empty(LeakGuard.Training(Card("rsna"), [At("a", "nih:2")], trained, allowed: false));        // mapped, and not among them
        Assert.Throws<InvalidInputException>(() =>
            LeakGuard.Training(Card("rsna"), [At("a", "nih:2"), At("b", "rsna:x")], trained, allowed: false));
        Assert.Empty(LeakGuard.Training(Card("siim"), [At("a", "siim:1.2.3")], TrainingPatients.FromKeys(["kermany:person1"]),
            allowed: false));
    }

    [Fact]
    public void Patients_of_other_splits_are_named()
    {
        _tree.With("test.txt", "p1 a.png positive x\np2 b.png negative x\n").With("train.txt",
            "p1 c.png positive x\np1 d.png positive x\np9 e.png negative x\n");
        var request = new SetRequest(_tree.Root, "test") { Images = false };
        var notice = LeakGuard.OtherSplits(Card("covidx"), request, PublishedSets.Read(Card("covidx"), request).Samples).Single();
        Assert.Equal(("patients-in-other-split",
            "1 patients (1 images here) are also in split 'train': a model that was fine-tuned on it has seen them."),
                (notice.Kind, notice.Text));
    }

    [Fact]
    public void A_split_by_rows_puts_an_image_on_both_sides()
    {
        _tree.With("train-rle.csv", "ImageId,EncodedPixels\n1.2,1 2\n1.2,5 2\n1.3,-1\n").With("test.csv", "ImageId\n1.2\n1.3\n")
            .With("train.csv", "ImageId\n1.2\n");
        var request = new SetRequest(_tree.Root, "test") { Images = false };
        Assert.Contains("1 of its images are the very same",
            LeakGuard.OtherSplits(Card("siim"), request, PublishedSets.Read(Card("siim"), request).Samples).Single().Text);
    }

    [Fact]
    public void A_patient_on_both_sides_of_a_run_is_an_error() =>
        Assert.Equal("patient-in-two-splits",
            Assert.Throws<InvalidInputException>(() => LeakGuard.Splits(("test", [At("a", "p")]), ("valid", [At("b", "p")]))).Kind);

    [Fact]
    public void Losses_of_the_measured_labels_are_told()
    {
        var notices = LeakGuard.Labels(Card("rsna"), [ClassColumn.Parse("pneumonia"), ClassColumn.Parse("normal = not pneumonia")]);
        Assert.Contains(notices, n => n.Kind == "complement" && n.Text.Contains("'not pneumonia'"));
        Assert.Contains(notices, n => n.Kind == "trap" && n.Text.Contains("11,821"));
        Assert.Contains(notices, n => n.Kind == "patients-unknown");
        Assert.DoesNotContain(LeakGuard.Labels(Card("cxr14"), [ClassColumn.Parse("mass")]), n => n.Text.Contains("'Infiltration' is"));
    }
}
