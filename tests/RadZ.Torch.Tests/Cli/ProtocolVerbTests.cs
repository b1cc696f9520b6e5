using System.Diagnostics;
using System.Text.Json;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Runs;
using SkiaSharp;

namespace RadZ.Torch.Tests.Cli;

/// <summary>
/// <c>radz evaluate --protocol</c>, <c>--calibrate</c> and <c>--resume</c>, and <c>classify --calibration</c>, through the real program.
/// </summary>
[Collection(SharedWorld.Name)]
public class ProtocolVerbTests(CliWorld world)
{
    const string Classes = "pneumonia,mass";

    /// <summary>
    /// A table of films of the given patients a split, two each; with pneumonia they are brighter, so that a probe can learn it.
    /// </summary>
    string Table(string name, int training = 12, int validation = 8, int test = 8, string more = "")
    {
        Directory.CreateDirectory(world.At(name + "-films"));
        var rows = "image,patient,split,site,sex,age,pneumonia,mass\n";
        var patient = 0;
        foreach (var (split, count) in ((string, int)[])[("training", training), ("validation", validation), ("test", test)])
            for (var i = 0; i < count; i++, patient++)
                for (var film = 0; film < 2; film++)
                {
                    var (pneumonia, file) = (patient % 2 == 0, $"{name}-films/{patient}_{film}.png");
                    Film(world.At(file), patient * 2 + film, pneumonia ? 90 : 40);
                    rows += $"{file},{patient},{split},{(patient % 3 == 0 ? "north" : "south")},{"FM"[patient % 2]},{30 + patient}," +
                        $"{(pneumonia ? 1 : 0)},{(patient % 3 == film ? 1 : 0)}\n";
                }
        return world.Write(name + ".csv", rows + more);
    }

    static void Film(string path, int seed, int light)
    {
        using var bitmap = new SKBitmap(32, 32, SKColorType.Gray8, SKAlphaType.Opaque);
        var random = new Random(seed);
        for (var y = 0; y < 32; y++)
            for (var x = 0; x < 32; x++)
            {
                var level = (byte)(light + random.Next(60));
                bitmap.SetPixel(x, y, new(level, level, level));
            }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        File.WriteAllBytes(path, data.ToArray());
    }

    string Text(params string[] parts) => File.ReadAllText(world.At(parts));

    [Fact]
    public void A_probe_is_fitted_for_each_share_and_seed_and_verified_and_goes_on_after_a_stop()
    {
        string[] command = ["evaluate", "--dataset", Table("probe"), "--diseases", Classes, "--protocol", "probe", "--fraction", "50,100",
            "--seeds", "2", "--resamples", "20", "--out", "probe-run", "--no-duplicate-check", "--calibrate", "platt"];
        var run = world.Program.Start(command);
        Assert.Equal(0, run.Code);
        Assert.StartsWith("probe.csv, split 'test', class list '--diseases': probe of tiny", run.Out);
        Assert.Contains("50 %: 6 patients, 12 images, 2 seeds.\n100 %: 12 patients, 24 images, 1 seed.", run.Out);
        Assert.Contains("pneumonia  1.000 +- 0.000 [1.000, 1.000]  1.000 [1.000, 1.000]", run.Out);
        Assert.Equal("Research use only. Not a medical device.", run.Lines[^1]);
        Assert.All((string[])["report.html", "metrics.json", "percent-50/seed-2/report.html", "percent-50/seed-1/training.csv",
            "percent-100/seed-1/probe.json"], f => Assert.True(File.Exists(world.At("probe-run", f)), f));
        Assert.Contains("site: north", Text("probe-run", "percent-100", "seed-1", "report.html"));
        Assert.NotEqual(Text("probe-run", "percent-50", "seed-1", "training.csv"),
            Text("probe-run", "percent-50", "seed-2", "training.csv"));
        var verified = world.WithoutModel.Start("verify", "probe-run");
        Assert.Equal((0, "probe-run: every number follows from the scores, and nothing was changed."), (verified.Code, verified.Lines[0]));

        var (metrics, scores) = (Text("probe-run", "metrics.json"), Text("probe-run", "percent-50", "seed-2", "scores.csv"));
        Assert.Contains("holds a run already; go on with it by --resume", world.Program.Start(command).Error);
        File.Delete(world.At("probe-run", "run.json"));
        File.Delete(world.At("probe-run", "percent-50", "seed-2", "run.json"));
        var resumed = world.Program.Start([.. command, "--resume"]);
        Assert.Equal((0, run.Out), (resumed.Code, resumed.Out));
        Assert.DoesNotContain("seed-1:", resumed.Error);
        Assert.Equal((metrics, scores), (Text("probe-run", "metrics.json"), Text("probe-run", "percent-50", "seed-2", "scores.csv")));
        Assert.Contains("was begun in another way",
            world.Program.Start([.. command.Select(a => a == "platt" ? "isotonic" : a), "--resume"]).Error);

        File.WriteAllText(world.At("probe-run", "percent-50", "seed-2", "training.csv"),
            Text("probe-run", "percent-50", "seed-1", "training.csv"));
        var changed = world.WithoutModel.Start("verify", "probe-run");
        Assert.Equal(2, changed.Code);
        Assert.Contains("training.csv: its images and patients are not those of split 'training' as recorded.", changed.Out);
    }

    [Fact]
    public void A_model_is_trained_further_on_a_share_of_the_patients_and_measured()
    {
        var run = world.Program.Start("evaluate", "--dataset", Table("tune", test: 4), "--diseases", Classes, "--protocol", "finetune",
            "--fraction", "50", "--seeds", "1", "--resamples", "20", "--out", "tune-run", "--no-duplicate-check", "--no-report");
        Assert.Equal(0, run.Code);
        Assert.Contains("50 %: 6 patients, 12 images, 1 seed.", run.Out);
        var member = EvaluationRun.Read(world.At("tune-run", "percent-50", "seed-1"));
        Assert.Equal(("finetune", 6, "tiny"), (member.Learnt!.Protocol, member.Learnt.Training.Patients, member.Scores.Name));
        Assert.NotEqual(member.Scores.Hash,
            world.Program.Start("classify", "xrays/a.png", "--format", "json").Json.GetProperty("model").GetProperty("hash").GetString());
        Assert.True(File.Exists(world.At("tune-run", "percent-50", "seed-1", "training", "model", "training-patients.txt")));
        Assert.Equal(0, world.WithoutModel.Start("verify", "tune-run").Code);
    }

    [Fact]
    public void A_patient_on_two_sides_is_refused_or_not_learnt_from()
    {
        string[] command = ["evaluate", "--dataset", Table("leak", more: "xrays/a.png,20,training,north,F,50,1,0\n"), "--diseases", Classes,
            "--protocol", "probe", "--resamples", "0", "--out", "leak-run", "--no-duplicate-check", "--no-report"];
        var refused = world.Program.Start(command);
        Assert.Equal(2, refused.Code);
        Assert.Contains("patient 'leak:20' is in 'test' and in 'training (training)'", refused.Error);
        Assert.Contains("Or say --drop-shared-patients", refused.Error);
        var dropped = world.Program.Start([.. command, "--drop-shared-patients"]);
        Assert.Equal(0, dropped.Code);
        Assert.Contains("1 patients (1 images) of 'training' are in the measured or the validation split too, and were not learnt from.",
            dropped.Out);
    }

    [Fact]
    public void A_calibration_is_measured_written_and_used()
    {
        var fit = world.Program.Start("evaluate", "--dataset", Table("fit", training: 0, validation: 20, test: 20), "--diseases", Classes,
            "--probability", "score", "--calibrate", "platt", "--write-calibration", "fit.json", "--resamples", "0",
            "--no-duplicate-check");
        Assert.Equal(0, fit.Code);
        Assert.Contains("Calibrated on validation, means of ", fit.Out);
        Assert.Contains("fitted on 40 images of 20 patients of manifest, split 'validation'", fit.Out);
        var known = CalibrationFile.Read(world.At("fit.json")).Classes.Select(c => c.Class).ToList();

        var found = world.Program.Start("classify", "xrays", "--format", "json", "--calibration", "fit.json", "--abstain", "0.9").Json;
        Assert.Contains("conformal sets of 90 %", found.GetProperty("model").GetProperty("calibration").GetString());
        foreach (var finding in found.GetProperty("results").EnumerateArray().SelectMany(r => r.GetProperty("findings").EnumerateArray()))
        {
            var calibrated = finding.GetProperty("calibrated");
            if (known.Contains(finding.GetProperty("disease").GetString()!)) Assert.InRange(calibrated.GetDouble(), 0, 1);
            else Assert.Equal(System.Text.Json.JsonValueKind.Null, calibrated.ValueKind);
            Assert.Contains(finding.GetProperty("answer").GetString(), (string[])["present", "absent", "unsure"]);
        }
        Assert.Equal("file,disease,score,probability,standalone,error,message,gate,calibrated,answer",
            world.Program.Start("classify", "xrays", "--format", "csv", "--calibration", "fit.json", "--abstain", "0.8", "--abstain-rule",
                "coverage").Lines[0]);
        Assert.Contains("calibrated: platt, fitted on 40 images of 20 patients",
            world.Program.Start("classify", "xrays/a.png", "--calibration", "fit.json").Out);

        var ofStudies = world.Program.Start("classify", "xrays/a.png", "--by", "study", "--calibration", "fit.json", "--abstain", "0.9");
        Assert.Contains("of studies with several views they promise nothing", ofStudies.Out);
        Assert.DoesNotContain("at most", ofStudies.Out);
        world.Program.Start("classify", "xrays/a.png", "--calibration", "fit.json", "--abstain", "0.9", "--fhir", "calibrated-fhir.json");
        var bundle = File.ReadAllText(world.At("calibrated-fhir.json"));
        Assert.Contains("\"calibrated\"", bundle);
        Assert.Contains("\"answer\"", bundle);

        var model = world.Changed("calibrated-model", "radz.json", text => text);
        File.Copy(world.At("fit.json"), world.At(model, "calibration.json"));
        Assert.Contains("unsure", world.Program.Start("classify", "xrays/a.png", "--model", model, "--abstain", "0.9").Out);
        Assert.DoesNotContain("calibrated:", world.Program.Start("classify", "xrays/a.png", "--model", model, "--score", "bank").Out);
        var other = world.Program.Start("classify", "xrays/a.png", "--calibration", "fit.json", "--score", "bank");
        Assert.Equal(2, other.Code);
        Assert.StartsWith("error: fit.json: is a calibration of --score direct, not of bank; make one", other.Error);
        var none = world.Program.Start("classify", "xrays/a.png", "--abstain", "0.9");
        Assert.Equal(2, none.Code);
        Assert.Contains("there is no calibration.json in", none.Error);
        Assert.Contains("radz evaluate --dataset SET", none.Error);
    }

    [Fact]
    public void Killed_and_resumed_an_evaluation_gives_the_same_numbers()
    {
        var table = Table("kill", training: 0, validation: 0, test: 100);
        string[] Command(string output) => ["evaluate", "--dataset", table, "--diseases", Classes, "--resamples", "0",
            "--no-duplicate-check", "--no-report", "--out", output];
        Assert.Equal(0, world.Program.Start(Command("kill-whole")).Code);
        var journal = world.At("kill-run", "scoring", "scored.f64");
        using (var process = Process.Start(world.Program.Command(Command("kill-run")))!)
        {
            while (!(File.Exists(journal) && new FileInfo(journal).Length > 0))
                Assert.False(process.WaitForExit(1), "it ended before it could be killed");
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(File.Exists(world.At("kill-run", "run.json")));
        var other = world.Program.Start([.. Command("kill-run"), "--resume", "--score", "bank"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("was begun in another way", other.Error);
        Assert.Equal(0, world.Program.Start([.. Command("kill-run"), "--resume"]).Code);
        Assert.Equal(Text("kill-whole", "scores.csv"), Text("kill-run", "scores.csv"));
        Assert.Equal(Text("kill-whole", "metrics.json"), Text("kill-run", "metrics.json"));
        Assert.False(Directory.Exists(world.At("kill-run", "scoring")));
        var again = world.Program.Start([.. Command("kill-run"), "--resume"]);
        Assert.Equal((0, "kill-run is finished; nothing was scored again.\n"), (again.Code, again.Error));
    }

    [Fact]
    public void A_finished_run_is_shown_again_only_while_model_and_films_are_those_of_its_scores()
    {
        var (table, model) = (Table("stale", training: 0, validation: 6, test: 6), world.Changed("stale-model", "radz.json", text => text));
        string[] command = ["evaluate", "--dataset", table, "--model", model, "--diseases", Classes, "--convention", "locked",
            "--resamples", "0", "--no-duplicate-check", "--no-report", "--out", "stale-run", "--resume"];
        Assert.Equal(0, world.Program.Start(command).Code);
        Assert.Equal((0, "stale-run is finished; nothing was scored again.\n"),
            (world.Program.Start(command).Code, world.Program.Start(command).Error));
        void Refused(string file, Func<string, string> change, string told)
        {
            var before = File.ReadAllText(file);
            File.WriteAllText(file, change(before));
            var run = world.Program.Start(command);
            File.WriteAllText(file, before);
            Assert.Equal((2, ""), (run.Code, run.Out));
            Assert.StartsWith($"error: stale-run: holds a finished run of other input: {told}", run.Error);
        }
        Refused(world.At("stale.csv"), t => t.Replace(",test,south,M,37,0,", ",test,south,M,37,1,", StringComparison.Ordinal),
            "images, patients or labels of 'test' were changed since");
        Refused(world.At("stale.csv"), t => t.Replace(",validation,south,M,31,0,", ",validation,south,M,31,1,", StringComparison.Ordinal),
            "images, patients or labels of 'validation' were changed since");

        // the same folder, other weights
        var weights = world.At(model, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^3] ^= 1;
        // the shared model's may be the same file
        File.Delete(weights);
        File.WriteAllBytes(weights, bytes);
        var other = world.Program.Start(command);
        Assert.Equal((2, ""), (other.Code, other.Out));
        Assert.StartsWith("error: stale-run: holds a finished run of other input: the model (tiny, ", other.Error);
        Assert.Equal(0, world.Program.Start([.. command.Where(a => a != "--resume")]).Code);
        Assert.Equal(0, world.Program.Start(command).Code);
    }

    [Fact]
    public void Shares_that_agree_to_two_decimals_are_two_runs()
    {
        var run = world.Program.Start("evaluate", "--dataset", Table("near"), "--diseases", Classes, "--protocol", "probe", "--fraction",
            "50.001,50.004", "--seeds", "1", "--resamples", "0", "--out", "near-run", "--no-duplicate-check", "--no-report");
        Assert.Equal(0, run.Code);
        Assert.Contains("50.001 %: ", run.Out);
        Assert.Contains("50.004 %: ", run.Out);
        Assert.Equal((50.001, 50.004),
            (EvaluationRun.Read(world.At("near-run", "percent-50.001", "seed-1")).Learnt!.Percent,
                EvaluationRun.Read(world.At("near-run", "percent-50.004", "seed-1")).Learnt!.Percent));
    }

    [Theory]
    [InlineData("\"alignment\": { \"grounding\": 0.5 }",
        "phases[0].alignment.grounding is 0.5; the drawn films say of no finding where it is")]
    [InlineData("\"distillation\": { \"category_scores\": 1 }",
        "phases[0].distillation learns from a teacher, and a model that is trained further has none")]
    public void A_recipe_that_no_resumed_run_could_read_is_refused_before_it_starts(string part, string told)
    {
        var recipe = world.Write("unfit.json", $$"""
            { "name": "unfit",
              "model": { "start": "a-trunk", "new": { "tokenizer": {{JsonSerializer.Serialize(TinyModelFolder.Tokenizer)}} } },
              "data": { "sources": [ { "name": "a", "kind": "phantoms", "phantoms": { "count": 4 } } ] },
              "phases": [ { "kind": "alignment", {{part}} } ] }
            """);
        var run = world.Program.Start("evaluate", "--dataset", Table("unfit"), "--diseases", Classes, "--protocol", "finetune", "--recipe",
            recipe, "--seeds", "1", "--out", "unfit-run", "--no-duplicate-check");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains(told, run.Error);
        Assert.False(Directory.Exists(world.At("unfit-run")));
    }

    [Theory]
    [InlineData("--fraction 10", "--fraction goes with --protocol probe or finetune")]
    [InlineData("--protocol probe", "--protocol probe and finetune need --out DIR")]
    [InlineData("--protocol prob --out x", "--protocol is 'prob', expected one of zero-shot, probe, finetune; did you mean 'probe'?")]
    [InlineData("--protocol probe --fraction 0,10 --out x",
        "--fraction is '0,10', expected percents of the patients above 0, at most 100, as 1,10,100")]
    [InlineData("--protocol probe --out x --scores s.csv", "--protocol probe and finetune need a model; --scores are of another program")]
    [InlineData("--write-calibration c.json", "--write-calibration goes with --calibrate temperature, platt or isotonic")]
    [InlineData("--protocol probe --out x --recipe r.json", "--recipe goes with --protocol finetune")]
    [InlineData("--calibrate platt --lock-on train_val --hold-out 0.2", "give either --lock-on or --hold-out, not both")]
    [InlineData("--convention lockd", "--convention is 'lockd', expected one of paper, locked; did you mean 'locked'?")]
    [InlineData("--resume", "--resume goes on with a folder; give --out DIR")]
    public void Slips_are_answered(string arguments, string error)
    {
        var run = world.Program.Start(["evaluate", "--dataset", "cxr14", "--root", ".", .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith($"error: {error}", run.Error);
    }
}
