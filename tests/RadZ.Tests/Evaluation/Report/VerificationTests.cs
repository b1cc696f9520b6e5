using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation.Report;

public sealed class VerificationTests : IDisposable
{
    readonly TempFolder _folder = new();

    public VerificationTests()
    {
        MadeRun.Write(_folder.Path);
        RunReport.Write(StoredRun.Read(_folder.Path), TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    void Edit(string file, Func<string, string> change)
    {
        var before = File.ReadAllText(_folder.At(file));
        var after = change(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(_folder.At(file), after);
    }

    Verification Look(string? written = null) => Verification.Run(_folder.Path, written, cancel: TestContext.Current.CancellationToken);

    string Verified() => RunReportTests.Masked(Look().ToString().Replace(_folder.Path, "RUN"));

    /// <summary>Who edits a run may make a fitting seal: then what follows from the scores must tell.</summary>
    void SealAgain()
    {
        var record = EvaluationRun.Read(_folder.Path);
        var text = File.ReadAllText(_folder.At("run.json"));
        foreach (var file in record.Files) text = text.Replace(file.Sha256, HashedFile.Read(_folder.At(file.Path)).Sha256);
        File.WriteAllText(_folder.At("run.json"), text);
        File.WriteAllText(_folder.At("seal.json"),
            Seal.Compute(text, [.. record.Files.Select(f => HashedFile.Read(_folder.At(f.Path), f.Path))]).Json());
    }

    [Fact]
    public void A_whole_run_is_as_approved()
    {
        Assert.True(Look(Seal.Read(_folder.Path).Value.ToUpperInvariant()).Holds);
        Approved.Verify(Verified());
    }

    [Fact]
    public void A_flipped_score_is_as_approved()
    {
        Edit("scores.csv", text =>
            text.Replace(text.Split('\n')[4], string.Join(',', text.Split('\n')[4].Split(',').Select((c, i) => i == 4 ? "0.999" : c))));
        var text = Verified();
        Approved.Verify(text);
        SealAgain();
        Assert.DoesNotContain("is not what was sealed", Verified());
        Assert.Contains("metrics.json", Verified());
        Assert.False(Look().Holds);
    }

    [Fact]
    public void A_patient_moved_between_images_is_told_even_when_sealed_again()
    {
        Edit("images.csv", text => text.Replace("t3.png,t:3,", "t3.png,t:4,"));
        Assert.Contains("images.csv: is not what was sealed", Verified());
        SealAgain();
        Assert.Contains("images.csv: its images and patients are not those of split 'test' as recorded.", Verified());
    }

    [Fact]
    public void A_patient_in_both_splits_is_told()
    {
        Edit("validation-scores.csv", text => text.Replace("v7.png,v:7,", "v7.png,t:3,"));
        Assert.Contains("1 patients are in both splits", Verified());
    }

    [Theory]
    [InlineData("\"seed\": 3", "\"seed\": 4", "run.json: field 'seed' is not what was sealed.")]
    [InlineData("\"uncertain\": \"ignore\"", "\"uncertain\": \"ones\"", "run.json: field 'policy' is not what was sealed.")]
    [InlineData("\"knowledge_hash\": \"k\"", "\"knowledge_hash\": \"other\"", "run.json: field 'knowledge_hash' is not what was sealed.")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"more\": 1", "run.json: field 'more' was added after it was sealed.")]
    public void A_changed_record_is_named_by_its_field(string before, string after, string said)
    {
        Edit("run.json", text => text.Replace(before, after));
        Assert.Contains(said, Verified());
    }

    [Theory]
    [InlineData("\"resamples\": 50", "\"resamples\": -1")]
    [InlineData("\"notices\": [", "\"notices\": null, \"x\": [")]
    [InlineData("\"kind\": \"evaluation\"", "\"kind\": \"training\"")]
    public void A_record_that_cannot_be_is_refused(string before, string after)
    {
        Edit("run.json", text => text.Replace(before, after));
        Assert.StartsWith(_folder.At("run.json"), Assert.Throws<InvalidInputException>(() => Look()).Message);
    }

    [Theory]
    [InlineData("report.html", "report.html")]
    [InlineData("model-card.md", "model-card.md")]
    [InlineData("figures/roc.csv", "figures/roc.csv")]
    [InlineData("table.txt", "table.txt")]
    [InlineData("metrics.json", "metrics.json")]
    public void A_printed_number_that_was_made_nicer_is_told(string file, string part)
    {
        Edit(file, text => new System.Text.RegularExpressions.Regex("0\\.[5-8]\\d\\d").Replace(text, "0.999", 1));
        Assert.Contains(Look().Parts, p => p.What == part && p.Differences.Count > 0);
    }

    [Fact]
    public void An_edited_seal_a_missing_one_and_one_of_another_run_are_told()
    {
        var written = Seal.Read(_folder.Path).Value;
        Assert.Contains("this is another run, or it was changed and sealed again", Look("abc").ToString());
        Edit("table.txt", text => text.Replace("mass", "mess"));
        SealAgain();
        Assert.DoesNotContain("table.txt: is not what was sealed", Verified());
        Assert.Contains(written + " was given", Look(written).ToString());
        Edit("seal.json", text => text.Replace("\"version\": 1,\n  \"files\": [\n    {\n      \"path\": \"scores.csv\",\n      \"bytes\": ",
            "\"version\": 1,\n  \"files\": [\n    {\n      \"path\": \"scores.csv\",\n      \"bytes\": 1"));
        Assert.Contains("the seal was edited", Verified());
        File.Delete(_folder.At("seal.json"));
        Assert.Contains("there is no seal", Verified());
        File.Delete(_folder.At("metrics.json"));
        Assert.Contains("metrics.json: no such file", Verified());
    }

    [Fact]
    public void A_broken_table_is_told_and_does_not_end_the_rest()
    {
        Edit("scores.csv", text => text.Replace("t3.png,", "t3.png,x,"));
        var text = Verified();
        Assert.Contains("scores.csv:5", text);
        Assert.Contains("scores.csv: is not what was sealed", text);
    }
}
