using System.Diagnostics;
using SkiaSharp;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class TrainVerbTests(CliWorld world)
{
    string Recipe(string name, double epochs, string more = "")
    {
        Directory.CreateDirectory(world.At("lungs"));
        var rows = Enumerable.Range(0, 16).Select(i =>
        {
            CliWorld.Picture(world.At("lungs", $"{i}.png"), 40, 40, SKEncodedImageFormat.Png, 100 + i);
            return $"{i}.png,p{i},{i % 2},{1 - i % 2}\n";
        });
        world.Write("lungs/manifest.csv", "image,patient,pneumonia,no finding\n" + string.Concat(rows));
        return world.Write(name, $$"""
            {
              // a model that learns nothing, quickly
              "name": "quick", "model": { "new": { "tokenizer": "{{TinyModelFolder.Tokenizer}}",
                "image_size": 32, "patch_size": 8, "vision_width": 32, "vision_layers": 2, "vision_heads": 2,
                "width": 32, "layers": 2, "heads": 4, "key_value_heads": 2, "mlp_width": 64, "text_limit": 64 } },
              "data": { "root": "lungs", "sources": [ { "name": "own", "kind": "manifest", "path": "manifest.csv", "validation": 0.3 } ] },
              "phases": [ { "kind": "alignment", "epochs": {{epochs}}, "batch": 4, "rate": 1e-3 {{more}} } ],
              "validation": [ { "name": "lungs", "sources": [ "own" ], "diseases": [ "pneumonia", "no finding" ] } ]
            }
            """);
    }

    [Fact]
    public void A_recipe_becomes_a_model_that_classify_takes()
    {
        var run = world.Program.Start("train", Recipe("quick.json", 2), "--out", "runs/quick", "--seed", "3");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(@"\n1-alignment, step 1 of \d+, epoch 0\.\d\d, rate \d\.\de-?\d+: loss \d\.\d+, .*; \d+ images/s, 0:00:\d\d left\n",
            run.Out);
        Assert.Matches(@"\n1-alignment, epoch 2: lungs: AUC [01]\.\d+ ", run.Out);
        Assert.EndsWith("The model is in runs/quick/model.\n", run.Out);
        Assert.Contains("\"seed\": 3", File.ReadAllText(world.At("runs", "quick", "recipe.json")));

        var classified = world.Program.Start("classify", "lungs/0.png", "--model", "runs/quick/model", "--format", "json");
        Assert.Equal((0, "quick"), (classified.Code, classified.Json.GetProperty("model").GetProperty("name").GetString()));

        var again = world.Program.Start("train", "quick.json", "--out", "runs/quick");
        Assert.Equal(new Run(2, "", "error: runs/quick: holds a run already; take another --out, or continue it with --resume.\n"), again);
        var other = world.Program.Start("train", Recipe("other.json", 3), "--out", "runs/quick", "--resume");
        Assert.StartsWith("error: other.json: differs from the recipe of the run (runs/quick/recipe.json)", other.Error);
    }

    [Fact]
    public void A_published_set_is_trained_on_as_its_publishers_give_it_away()
    {
        // ChestX-ray14: images in parts, a table, two lists; a listed image that is missing, and one of the test list
        Directory.CreateDirectory(world.At("nih", "images_001", "images"));
        var (table, lists) = ("Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
            "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n", new[] { "", "" });
        for (var patient = 1; patient <= 16; patient++)
        {
            var name = $"{patient:00000000}_000.png";
            if (patient != 16)
                CliWorld.Picture(world.At("nih", "images_001", "images", name), 40, 40, SKEncodedImageFormat.Png, 500 + patient);
            table += $"{name},{(patient % 2 == 0 ? "Pneumonia|Mass" : "No Finding")},0,{patient},0{20 + patient}Y," +
                $"{(patient % 3 == 0 ? 'F' : 'M')},PA,1,1,1,1,\n";
            lists[patient > 13 && patient < 16 ? 1 : 0] += name + "\n";
        }
        world.Write("nih/Data_Entry_2017.csv", table);
        world.Write("nih/train_val_list.txt", lists[0]);
        world.Write("nih/test_list.txt", lists[1]);
        var recipe = world.Write("published.json", File.ReadAllText(world.At(Recipe("plain.json", 1)))
            .Replace("\"root\": \"lungs\", \"sources\": [ { \"name\": \"own\", \"kind\": \"manifest\", \"path\": \"manifest.csv\", " +
                "\"validation\": 0.3 } ]",
                    "\"root\": \".\", \"sources\": [ { \"name\": \"own\", \"kind\": \"published\", \"set\": \"chestxray14\", \"path\": " +
                    "\"nih\", \"split\": \"train_val\", \"validation\": 0.3 } ]", StringComparison.Ordinal));
        Assert.Contains("published", File.ReadAllText(world.At(recipe)));
        var run = world.Program.Start("train", recipe, "--out", "runs/published");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var facts = System.Text.Json.JsonDocument.Parse(File.ReadAllText(world.At("runs", "published", "run.json")));
        var source = facts.RootElement.GetProperty("sources").EnumerateObject().Single().Value;
        // not the two of the test list, nor the missing one
        Assert.Equal(13, source.GetProperty("training_images").GetInt32() + source.GetProperty("validation_images").GetInt32());
        Assert.Equal(1, facts.RootElement.GetProperty("skipped").GetArrayLength());
        // 8 to 11 images, 4 at a time
        Assert.Equal(2, File.ReadAllLines(world.At("runs", "published", "steps-1-alignment.csv")).Length - 1);
        Assert.Equal(0, world.Program.Start("classify", "nih/images_001/images/00000014_000.png", "--model", "runs/published/model").Code);
        // its patients are known: measuring on them is refused
        var measured = world.Program.Start("evaluate", "--dataset", "chestxray14", "--root", "nih", "--split", "train_val", "--model",
            "runs/published/model", "--out", "runs/measured");
        Assert.Equal(2, measured.Code);
        Assert.Contains("--allow-training-patients", measured.Error);
        var slip = world.Program.Start("train",
            world.Write("slip.json", File.ReadAllText(world.At(recipe)).Replace("\"train_val\"", "\"trainval\"", StringComparison.Ordinal)),
            "--out", "runs/slip");
        Assert.Equal(2, slip.Code);
        Assert.Contains("chestxray14 has no split 'trainval'", slip.Error);
    }

    [Fact]
    public void Stopped_by_a_signal_it_says_how_to_go_on_and_goes_on_from_there()
    {
        var (name, code) = InterruptIsIgnored ? ("TERM", 143) : ("INT", 130);
        var (first, error) = Stop(name, code, "train", Recipe("long.json", 1000), "--out", "runs/long");
        Assert.Equal(1, first);
        Assert.Equal("Go on with: radz train --out runs/long --resume\nstopped.\n", error);

        var (next, _) = Stop(name, code, "train", "--out", "runs/long", "--resume");
        Assert.True(next > 1, $"it went on with step {next}");
        Assert.False(Directory.Exists(world.At("runs", "long", "model")));
    }

    [Fact]
    public void Killed_without_warning_it_goes_on_from_the_last_checkpoint_to_the_same_bits()
    {
        var recipe = Recipe("killed.json", 60);
        var text = File.ReadAllText(world.At(recipe)).Replace("\"validation\": [", "\"checkpoint_steps\": 5, \"validation\": [",
            StringComparison.Ordinal);
        world.Write(recipe, text);
        Assert.Equal(0, world.Program.Start("train", recipe, "--out", "runs/whole").Code);

        using (var process = Process.Start(world.Program.Command("train", recipe, "--out", "runs/killed"))!)
        {
            while (!File.Exists(world.At("runs", "killed", "checkpoint.safetensors")))
                Assert.False(process.WaitForExit(1), "it ended before it could be killed");
            process.Kill();                                                         // SIGKILL: nothing of it runs any more
            process.WaitForExit();
            Assert.Equal(137, process.ExitCode);
        }
        Assert.False(Directory.Exists(world.At("runs", "killed", "model")));
        var resumed = world.Program.Start("train", "--out", "runs/killed", "--resume");
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.Equal(File.ReadAllBytes(world.At("runs", "whole", "model", "model.safetensors")),
            File.ReadAllBytes(world.At("runs", "killed", "model", "model.safetensors")));
        Assert.Equal(Steps("whole"), Steps("killed"));

        // all but images/s
        IEnumerable<string> Steps(string run) => File.ReadLines(world.At("runs", run, "steps-1-alignment.csv"))
            .Select(l => string.Join(',', l.Split(',').Where((_, i) => i != 4)));
    }

    /// <summary>Runs until the first step is told, sends the signal, and gives that step's number and what was said at the end.</summary>
    (int Step, string Error) Stop(string signal, int code, params string[] args)
    {
        using var process = Process.Start(world.Program.Command(args))!;
        var step = 0;
        while (step == 0)
        {
            var line = process.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException($"It ended early: {process.StandardError.ReadToEnd()}");
            if (line.Split("step ") is [_, var rest]) step = int.Parse(rest.Split(' ')[0]);
        }
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "it hangs");
        Assert.Equal(code, process.ExitCode);
        return (step, process.StandardError.ReadToEnd());
    }

    /// <summary>A shell starts background jobs with SIGINT ignored, and every process below inherits that.</summary>
    static bool InterruptIsIgnored =>
        (Convert.ToUInt64(File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(),
            16) & 2) != 0;

    [Fact]
    public void A_recipe_with_three_mistakes_tells_all_three_and_leaves_nothing()
    {
        var recipe = Recipe("wrong.json", 0, ", \"lossy\": 1, \"alignment\": { \"lamda\": 0.5 }");
        var run = world.Program.Start("train", recipe, "--out", "runs/wrong");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith("error: wrong.json: line 7: unknown member 'lossy'; expected one of ", run.Error);
        Assert.Contains(" line 7: unknown member 'lamda'; did you mean 'lambda'? ", run.Error);
        Assert.Contains("phases[0].epochs is 0; it must be between 0.01 and 10000.", run.Error);
        Assert.False(Directory.Exists(world.At("runs", "wrong")));
    }

    [Theory]
    [InlineData("train --out runs/x", "error: train needs RECIPE (or --resume)\nTry 'radz train --help'.\n")]
    [InlineData("train r.json", "error: Option '--out' is required\nTry 'radz train --help'.\n")]
    [InlineData("train --out runs/x --resume", "error: runs/x: holds no run (no recipe.json); start one without --resume.\n")]
    [InlineData("train --out runs/x --resume --seed 3",
        "error: --resume takes seed, data and window from the run's own recipe; leave --seed, --data and --window out\n" +
        "Try 'radz train --help'.\n")]
    [InlineData("train gone.json --out runs/x", "error: gone.json: there is no such file; check the path.\n")]
    public void What_cannot_be_trained_is_told(string args, string error)
    {
        Assert.Equal(new Run(2, "", error), world.Program.Start(args.Split(' ')));
        Assert.False(Directory.Exists(world.At("runs", "x")));
    }
}
