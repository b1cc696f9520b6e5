using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

/// <summary>
/// <c>radz report</c>, <c>verify</c> and <c>compare</c> on a run that <c>radz evaluate</c> has left, through the real program.
/// </summary>
[Collection(SharedWorld.Name)]
public class RecordVerbTests(CliWorld world)
{
    /// <summary>A ChestX-ray14 of 24 patients without images, scored by a file; its third part is validation.</summary>
    string Run(string name, int seed, int tests = 16)
    {
        var (random, rows, scores, lists) = (new Random(seed), "", "image,pneumonia,mass\n", new[] { "", "" });
        for (var patient = 1; patient <= 24; patient++)
            for (var film = 0; film < 2; film++)
            {
                var image = $"{patient:00000000}_{film:000}.png";
                var (pneumonia, mass) = (patient % 3 == 0, (patient + film) % 4 == 0);
                var findings = (pneumonia, mass) switch
                {
                    (true, true) => "Pneumonia|Mass",
                    (true, _) => "Pneumonia",
                    (_, true) => "Mass",
                    _ => "No Finding",
                };
                rows += $"{image},{findings},{film},{patient},0{20 + patient * 2}Y,{(patient % 2 == 0 ? 'F' : 'M')}," +
                    $"{(film == 0 ? "PA" : "AP")},1,1,1,1,\n";
                var first = 0.2 + 0.5 * random.NextDouble() + (pneumonia ? 0.2 : 0);
                var second = 0.1 + 0.6 * random.NextDouble() + (mass ? 0.15 : 0);
                scores += FormattableString.Invariant($"{image},{first:0.000},{second:0.000}\n");
                if (patient <= 16) lists[0] += patient <= tests ? image + "\n" : "";
                else lists[1] += image + "\n";
            }
        Directory.CreateDirectory(world.At(name + "-set"));
        world.Write($"{name}-set/Data_Entry_2017.csv",
            "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
            "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n" + rows);
        world.Write($"{name}-set/test_list.txt", lists[0]);
        world.Write($"{name}-set/train_val_list.txt", lists[1]);
        world.Write(name + ".csv", scores);
        var run = world.WithoutModel.Start("evaluate", "--dataset", "cxr14", "--root", name + "-set", "--scores", name + ".csv",
            "--diseases", "pneumonia,mass", "--convention", "locked", "--lock-on", "train_val", "--resamples", "100", "--out", name);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return name;
    }

    void Edit(string run, string file, string before, string after)
    {
        var text = File.ReadAllText(world.At(run, file));
        Assert.Contains(before, text);
        File.WriteAllText(world.At(run, file), text.Replace(before, after));
    }

    [Fact]
    public void A_run_is_reported_and_holds()
    {
        var name = Run("whole", 1);
        var report = world.WithoutModel.Start("report", name);
        Assert.Equal((0, "Research use only. Not a medical device.\n"), (report.Code, report.Error));
        Assert.All(report.Lines, line => Assert.True(File.Exists(world.At(line))));
        Assert.Equal(["whole/figures/confusion.csv", "whole/figures/confusion.svg"], report.Lines[..2]);
        Assert.Equal(["whole/model-card.md", "whole/report.html"], report.Lines[^2..]);
        var page = File.ReadAllText(world.At(name, "report.html"));
        Assert.Contains("<h1>NIH ChestX-ray14, split &#39;test&#39;</h1>", page);
        Assert.Contains("sex: Female", page);

        var verified = world.WithoutModel.Start("verify", name);
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        Assert.Equal("whole: every number follows from the scores, and nothing was changed.", verified.Lines[0]);
        Assert.StartsWith("seal ", verified.Lines[^1]);
        Assert.Contains(verified.Lines[^1][5..], page);
        Assert.Equal(0, world.WithoutModel.Start("verify", name, "--seal", verified.Lines[^1][5..]).Code);
        Assert.Equal(2, world.WithoutModel.Start("verify", name, "--seal", "00").Code);
    }

    [Fact]
    public void What_was_changed_is_named_and_the_exit_code_is_2()
    {
        var name = Run("changed", 2);
        string Verified(string file, string before, string after)
        {
            Edit(name, file, before, after);
            var run = world.WithoutModel.Start("verify", name);
            Assert.Equal((2, ""), (run.Code, run.Error));
            Edit(name, file, after, before);
            return run.Out;
        }
        var row = File.ReadLines(world.At(name, "scores.csv")).First(l => l.Contains("00000003_000.png", StringComparison.Ordinal));
        var cells = row.Split(',');
        var flipped = Verified("scores.csv", row, string.Join(',', cells.Select((c, i) => i == 4 ? "0.001" : c)));
        Assert.Contains("scores.csv: is not what was sealed", flipped);
        Assert.Contains("classes[pneumonia].auc.value: ", flipped);
        Assert.Contains("table.txt\n  - line ", flipped);

        var patient = cells[1];
        var split = Verified("images.csv", $"00000003_000.png,{patient}", "00000003_000.png,nih:4711");
        Assert.Contains("images.csv: is not what was sealed", split);
        Assert.Contains("images.csv: its images and patients are not those of split 'test' as recorded.", split);

        Assert.Contains("run.json: field 'arguments' is not what was sealed.",
            Verified("run.json", "\"train_val\",\n    \"--resamples\"", "\"val\",\n    \"--resamples\""));
        Assert.Contains("run.json: field 'seed' is not what was sealed.", Verified("run.json", "\"seed\": 42", "\"seed\": 43"));
        Assert.Equal(0, world.WithoutModel.Start("verify", name).Code);
    }

    [Fact]
    public void Two_runs_on_the_same_images_are_compared_as_approved()
    {
        var (a, b) = (Run("before", 3), Run("after", 4));
        var compared = world.WithoutModel.Start("compare", a, b);
        Assert.Equal((0, ""), (compared.Code, compared.Error));
        Approved.Verify(compared.Out);
        var json = world.WithoutModel.Start("compare", a, b, "--format", "json", "--resamples", "0");
        Assert.Equal((0, true, 32), (json.Code, json.Json.GetProperty("same").GetBoolean(), json.Json.GetProperty("images").GetInt32()));
    }

    [Fact]
    public void Runs_on_other_images_say_so_first()
    {
        var (a, b) = (Run("more", 5), Run("fewer", 5, tests: 12));
        var compared = world.WithoutModel.Start("compare", a, b);
        Assert.Equal(0, compared.Code);
        Assert.StartsWith("!! NOT THE SAME IMAGES: 8 only in A (", compared.Lines[3]);
        Assert.StartsWith("Compared on what they have in common: 24 images of 12 patients.", compared.Lines[4]);
    }

    [Theory]
    [InlineData("report xrays",
        "error: xrays: holds no run.json or record.json; expected the folder that evaluate --dataset, robustness, sweep or reproduce has " +
        "left by --out.\n")]
    [InlineData("verify xrays",
        "error: xrays: holds no run.json or record.json; expected the folder that evaluate --dataset, robustness, sweep or reproduce has " +
        "left by --out.\n")]
    [InlineData("verify nowhere",
        "error: nowhere: there is no such folder; expected the folder that evaluate --dataset, robustness, sweep or reproduce has left " +
        "by --out.\n")]
    [InlineData("compare xrays", "error: compare needs A and B\nTry 'radz compare --help'.\n")]
    public void Slips_are_answered(string command, string error) =>
        Assert.Equal(new Run(2, "", error), world.WithoutModel.Start(command.Split(' ')));
}
