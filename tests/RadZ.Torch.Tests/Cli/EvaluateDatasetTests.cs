using RadZ.Data.Guards;
using RadZ.Evaluation.Runs;
using SkiaSharp;

namespace RadZ.Torch.Tests.Cli;

/// <summary><c>radz evaluate --dataset</c> through the real program.</summary>
[Collection(SharedWorld.Name)]
public class EvaluateDatasetTests(CliWorld world)
{
    /// <summary>A ChestX-ray14 of six images of four patients, two of them for locking thresholds.</summary>
    string Tree(string name)
    {
        var rows = "";
        foreach (var (i, label) in ((string[])["Pneumonia", "Mass", "No Finding", "Pneumonia|Mass", "Edema", "No Finding"]).Index())
        {
            Directory.CreateDirectory(world.At(name, "images"));
            CliWorld.Picture(world.At(name, "images", $"0000000{i / 2 + 1}_00{i % 2}.png"), 40, 40, SKEncodedImageFormat.Png, 40 + i);
            rows += $"0000000{i / 2 + 1}_00{i % 2}.png,{label},0,{i / 2 + 1},05{i}Y,M,PA,1,1,1,1,\n";
        }
        world.Write(Path.Combine(name, "Data_Entry_2017.csv"),
            "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
            "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n" + rows);
        world.Write(Path.Combine(name, "test_list.txt"), "00000001_000.png\n00000001_001.png\n00000002_000.png\n00000002_001.png\n");
        world.Write(Path.Combine(name, "train_val_list.txt"), "00000003_000.png\n00000003_001.png\n");
        return name;
    }

    [Fact]
    public void A_model_is_measured_and_leaves_a_record_from_which_all_follows()
    {
        var run = world.Program.Start("evaluate", "--dataset", "cxr14", "--root", Tree("nih"), "--diseases", "pneumonia,mass,edema",
            "--convention", "locked", "--lock-on", "train_val", "--resamples", "50", "--out", "nih-run");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("NIH ChestX-ray14, split 'test', class list '--diseases': model tiny, direct score", run.Out);
        Assert.Contains("THRESHOLD FROM THE TEST SET", run.Out);
        Assert.Contains("Not zero-shot: labels of pneumonia were seen in training.", run.Out);
        Assert.Contains("edema: no AUC, for want of positives; it is in no mean of AUC.", run.Out);
        Assert.Equal("Research use only. Not a medical device.", run.Lines[^1]);
        var record = EvaluationRun.Read(world.At("nih-run"));
        Assert.Equal((4, 2, "train_val", 2), (record.Test.Images, record.Test.Patients, record.Validation!.Name, record.Validation.Images));
        Assert.Equal(File.ReadAllText(world.At("nih-run", "metrics.json")),
            EvaluationRun.Json(EvaluationRun.Recompute(world.At("nih-run"), record)));
        Assert.Equal(run.Out, File.ReadAllText(world.At("nih-run", "table.txt")));
    }

    [Fact]
    public void Scores_of_others_need_no_model_and_no_images()
    {
        Tree("bare");
        Directory.Delete(world.At("bare", "images"), recursive: true);
        world.Write("theirs.csv",
            "image,pneumonia,mass\n00000001_000.png,0.9,0.1\n00000001_001.png,0.2,0.8\n00000002_000.png,0.3,0.2\n" +
            "00000002_001.png,0.7,0.9\n");
        var run = world.WithoutModel.Start("evaluate", "--dataset", "chestxray14", "--root", "bare", "--scores", "theirs.csv", "--diseases",
            "pneumonia,mass", "--format", "json", "--resamples", "20");
        Assert.Equal(0, run.Code);
        Assert.Equal([1.0, 1.0],
            run.Json.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("auc").GetProperty("value").GetDouble()));
        Assert.Contains("training-unknown: ", run.Error);
    }

    [Fact]
    public void Training_patients_are_refused_unless_allowed_and_then_stand_above_the_table()
    {
        var model = world.Changed("trained", "radz.json", text => text);
        TrainingPatients.FromKeys(["nih:1"]).Write(world.At(model));
        string[] command = ["evaluate", "--dataset", "cxr14", "--root", Tree("seen"), "--model", model, "--diseases", "pneumonia,mass",
            "--resamples", "20", "--no-duplicate-check"];
        var refused = world.Program.Start(command);
        Assert.Equal((2, ""), (refused.Code, refused.Out));
        Assert.StartsWith("error: chestxray14: the model was trained on 1 of these 2 patients (2 of 4 images)", refused.Error);
        Assert.Equal("!! TRAINED ON THESE PATIENTS: 1 of 2 patients (2 of 4 images) were in training. These figures say nothing of new " +
            "patients.", world.Program.Start([.. command, "--allow-training-patients"]).Lines[2]);

        world.Write("own-patients.csv", "image,patient,pneumonia\nxrays/a.png,nih:1,1\n");
        Assert.StartsWith("error: own-patients.csv: the model was trained on 1 of its 1 patients",
            world.Program.Start("evaluate", "own-patients.csv", "--model", model).Error);
        Assert.Contains("TRAINED ON THESE PATIENTS",
            world.Program.Start("evaluate", "own-patients.csv", "--model", model, "--allow-training-patients").Out);
    }

    [Theory, InlineData("nih:1", "nih:9"), InlineData("nih:9", "nih:1")]
    public void Training_patients_of_the_base_and_of_the_adapter_are_refused(string ofBase, string ofAdapter)
    {
        var (model, adapter) = (world.Changed($"base-of-{ofAdapter[^1]}", "radz.json", text => text),
            MergeVerbTests.Adapter(world, $"adapter-of-{ofAdapter[^1]}"));
        TrainingPatients.FromKeys([ofBase]).Write(world.At(model));
        TrainingPatients.FromKeys([ofAdapter]).Write(world.At(adapter));
        var set = world.Program.Start("evaluate", "--dataset", "cxr14", "--root", Tree($"seen-{ofAdapter[^1]}"), "--model", model,
            "--adapter", adapter, "--diseases", "pneumonia,mass", "--no-duplicate-check");
        Assert.Equal((2, ""), (set.Code, set.Out));
        Assert.StartsWith("error: chestxray14: the model was trained on 1 of these 2 patients", set.Error);
        world.Write("of-adapter.csv", "image,patient,pneumonia\nxrays/a.png,nih:1,1\n");
        Assert.StartsWith("error: of-adapter.csv: the model was trained on 1 of its 1 patients",
            world.Program.Start("evaluate", "of-adapter.csv", "--model", model, "--adapter", adapter).Error);

        Assert.Equal(0, world.Program.Start("merge", "--model", model, "--adapter", adapter, "--out", $"merged-{ofAdapter[^1]}").Code);
        var merged = TrainingPatients.Find(world.At($"merged-{ofAdapter[^1]}"))!;
        Assert.Equal((2, true, true), (merged.Count, merged.Contains("nih:1"), merged.Contains("nih:9")));
    }

    [Theory]
    [InlineData("--dataset cxr14", "error: --dataset needs --root DIR, the folder in which the set lies\n")]
    [InlineData("", "error: evaluate needs MANIFEST.csv or --dataset NAME --root DIR\n")]
    [InlineData("m.csv --dataset cxr14 --root .", "error: evaluate takes MANIFEST.csv or --dataset, not both\n")]
    [InlineData("m.csv --split test", "error: --split needs --dataset NAME\n")]
    [InlineData("--dataset cxr14 --root . --control 20", "error: --control goes with MANIFEST.csv, not with --dataset\n")]
    [InlineData("m.csv --control 20 --score vqa", "error: --control compares descriptions; --score vqa asks without them\n")]
    [InlineData("--dataset cxr14 --root . --lock-on val", "error: --lock-on goes with --convention locked\n")]
    [InlineData("--dataset cxr14 --root . --scores s.csv --validation-scores v.csv",
        "error: --validation-scores goes with --convention locked\n")]
    [InlineData("--dataset cxr14 --root . --scores s.csv --score bank",
        "error: --score is for scores of a model; those of --scores are taken as they are\n")]
    [InlineData("--dataset cxr14 --root . --scores s.csv --probability score",
        "error: --probability is for scores of a model; those of --scores are taken as they are\n")]
    [InlineData("--dataset cxr14 --root . --scores s.csv --adapter a",
        "error: --adapter is for scores of a model; those of --scores are taken as they are\n")]
    [InlineData("--dataset cxr14 --root . --scores s.csv --vision-tower own",
        "error: --vision-tower is for scores of a model; those of --scores are taken as they are\n")]
    [InlineData("--dataset cxr15 --root .", "error: --dataset: there is no set 'cxr15'; did you mean 'cxr14'?\n")]
    [InlineData("--dataset cxr14 --root . --classes kda",
        "error: --classes: chestxray14 has no class list 'kda'; did you mean 'kad'?; there are radz, kad.\n")]
    public void Slips_are_answered(string arguments, string error)
    {
        var run = world.Program.Start(["evaluate", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith(error, run.Error);
    }
}
