using System.Text.Json;
using RadZ.Evaluation.Tables;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class EvaluateVerbTests(CliWorld world)
{
    const string Manifest = """
        image,patient,Pneumonia,lung mass,disease:kerley lines
        xrays/a.png,p1,1,0,
        xrays/b.jpg,p2,0,1,
        xrays/deeper/c.png,p3,1,,1
        xrays/lost.png,p4,0,0,0
        bad/cut.jpg,p5,0,0,0
        xrays/notes.txt,p6,maybe,0,0

        """;

    string Written() => world.Write("manifest.csv", Manifest);

    [Fact]
    public void Json_is_the_contract_and_failures_are_counted_and_named()
    {
        var run = world.Program.Start("evaluate", Written(), "--format", "json", "--out", "results", "--seed", "5");

        Assert.Equal(2, run.Code);
        Assert.Equal(["rows", "failed", "classes", "macro"], run.Json.EnumerateObject().Select(m => m.Name));
        Assert.Equal((3, 3), (run.Json.GetProperty("rows").GetInt32(), run.Json.GetProperty("failed").GetInt32()));
        JsonElement[] classes = [.. run.Json.GetProperty("classes").EnumerateArray()];
        Assert.All(classes, c => Assert.Equal(["disease", "positives", "negatives", "auc", "auc_low", "auc_high", "average_precision", "f1",
            "accuracy"], c.EnumerateObject().Select(m => m.Name)));
        Assert.Equal(["Pneumonia 2 1", "lung mass 1 1", "disease:kerley lines 1 0"],
            classes.Select(c => $"{c.GetProperty("disease")} {c.GetProperty("positives")} {c.GetProperty("negatives")}"));
        Assert.Equal(JsonValueKind.Null, classes[2].GetProperty("auc").ValueKind);
        Assert.Equal("auc", run.Json.GetProperty("macro").EnumerateObject().First().Name);
        string[] errors = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(5, errors.Length);
        Assert.StartsWith("error: manifest.csv:5: there is no file ", errors[0]);
        Assert.Equal("error: manifest.csv:7: column 'Pneumonia' holds 'maybe', expected 1 (present), 0 (absent), -1 (uncertain) or " +
            "nothing (not mentioned).", errors[1]);
        Assert.StartsWith($"error: {world.At("bad", "cut.jpg")}: the JPEG ends ", errors[2]);
        Assert.Equal(["Not zero-shot: labels of pneumonia were seen in training.", "Research use only. Not a medical device."],
            errors[3..]);

        Assert.Equal(run.Out, File.ReadAllText(world.At("results", "metrics.json")));
        var table = ScoreTableFile.Read(world.At("results", "scores.csv"));
        Assert.Equal(run.Out, ScoreCard.Compute(table, new() { Seed = 5 }).ToJson() + "\n");          // every figure can be computed again
        Assert.All(Enumerable.Range(0, 3), row => Assert.Equal(1, Enumerable.Range(0, 3).Sum(c => table.Scores[row, c]), 9));
        Assert.Equal(3, table.Failed.Count);
        Assert.Equal(["duplicates.csv", "images.csv", "metrics.json", "run.json", "scores.csv", "seal.json", "skipped.csv", "table.txt"],
            Directory.GetFiles(world.At("results")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_manifest_leaves_is_a_run_that_report_verify_and_compare_read()
    {
        world.Write("whole.csv", "image,patient,Pneumonia,lung mass\nxrays/a.png,p1,1,0\nxrays/b.jpg,p2,0,1\nxrays/deeper/c.png,p3,1,\n" +
            "xrays/lost.png,p4,0,0\n");
        Run Evaluated(string run, params string[] more) => world.Program.Start(["evaluate", "whole.csv", "--out", run, .. more]);
        Assert.Equal((2, 2), (Evaluated("kept").Code, Evaluated("kept-bank", "--score", "bank", "--control", "20").Code));

        var verified = world.WithoutModel.Start("verify", "kept");
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        Assert.Equal("kept: every number follows from the scores, and nothing was changed.", verified.Lines[0]);
        var report = world.WithoutModel.Start("report", "kept");
        Assert.Equal((0, "Research use only. Not a medical device.\n"), (report.Code, report.Error));
        Assert.All(report.Lines, line => Assert.True(File.Exists(world.At(line))));
        Assert.Contains("<h1>whole.csv, split &#39;all&#39;</h1>", File.ReadAllText(world.At("kept", "report.html")));
        Assert.Equal(0, world.WithoutModel.Start("verify", "kept").Code);                     // the report, too
        var compared = world.WithoutModel.Start("compare", "kept", "kept-bank", "--format", "json", "--resamples", "0");
        Assert.Equal((0, true, 3),
            (compared.Code, compared.Json.GetProperty("same").GetBoolean(), compared.Json.GetProperty("images").GetInt32()));
        var controlled = world.WithoutModel.Start("verify", "kept-bank");                     // descriptions against random ones, too
        Assert.Equal((0, ""), (controlled.Code, controlled.Error));

        var table = File.ReadAllText(world.At("kept", "scores.csv"));
        File.WriteAllText(world.At("kept", "scores.csv"), table.Replace("p1,", "p9,"));
        var changed = world.WithoutModel.Start("verify", "kept");
        Assert.Equal(2, changed.Code);
        Assert.Contains("scores.csv: is not what was sealed", changed.Out);
    }

    [Fact]
    public void The_scores_are_those_that_classify_gives()
    {
        world.Program.Start("evaluate", Written(), "--out", "alone", "--probability", "standalone", "--diseases", "kerley lines,pneumonia",
            "--score", "bank");
        var table = ScoreTableFile.Read(world.At("alone", "scores.csv"));
        Assert.Equal(["disease:kerley lines", "Pneumonia"], table.Diseases);

        var run = world.Program.Start("classify", "xrays/a.png", "xrays/b.jpg", "xrays/deeper/c.png", "--diseases",
            "disease:kerley lines,pneumonia", "--score", "bank", "--format", "json");
        var images = run.Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.All(Enumerable.Range(0, 3), row =>
        {
            var alone = images[row].GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("disease").GetString()!,
                f => f.GetProperty("standalone").GetDouble());
            Assert.Equal(alone["kerley lines"], table.Scores[row, 0], 1e-6);
            Assert.Equal(alone["pneumonia"], table.Scores[row, 1], 1e-6);
        });
    }

    [Fact]
    public void The_table_says_what_was_measured_on_what()
    {
        var run = world.Program.Start("evaluate", Written(), "--diseases", "mass,pneumonia");
        Assert.Equal("manifest.csv: n = 3 images of 3 patients; model tiny, direct score, softmax over 2 diseases; 95 % intervals by " +
            "bootstrap over patients.", run.Lines[0]);
        Assert.Matches("^disease +positives +negatives +AUC +95 % ", run.Lines[2]);
        Assert.Matches("^lung mass +1 +1 ", run.Lines[3]);
        Assert.Equal(["Not zero-shot: labels of pneumonia were seen in training.", "Research use only. Not a medical device."],
            run.Lines[^2..]);
    }

    [Theory]
    [InlineData("xrays/a.png,p1,1", "--diseases pneumona",
        "error: --diseases: 'pneumona' is no column of own.csv; did you mean 'Pneumonia'?\n")]
    [InlineData("lost.png,p1,1", "", "error: own.csv: none of its 1 rows could be scored; the reasons stand above.\n")]
    public void What_cannot_be_measured_is_an_error(string row, string options, string error)
    {
        world.Write("own.csv", $"image,patient,Pneumonia\n{row}\n");
        var run = world.Program.Start(["evaluate", "own.csv", "--out", "never",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.EndsWith(error, run.Error);
        Assert.False(Directory.Exists(world.At("never")));
    }

    [Fact]
    public void A_column_that_is_no_disease_is_answered_with_the_nearest()
    {
        world.Write("slip.csv", "image,patient,pneumotorax\nxrays/a.png,p1,1\n");
        var run = world.Program.Start("evaluate", "slip.csv");
        Assert.Equal(2, run.Code);
        Assert.EndsWith("did you mean 'pneumothorax'?\n", run.Error);
    }
}
