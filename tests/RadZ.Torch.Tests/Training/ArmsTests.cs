using System.Text.Json.Nodes;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Torch.Tests.Training;

/// <summary>
/// Runs that differ from the method in one thing, and baselines: they train, survive a stop, are scored in one form, and share a trunk.
/// </summary>
public class ArmsTests
{
    const string Alignment = """{ "kind": "alignment", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9 }""";

    static string New(string more) => ToyData.NewModel.TrimEnd().TrimEnd('}') + ", " + more + " }";

    [Theory]
    [InlineData("\"image_tokens\": 0, \"text_tokens\": 0, \"pooling\": \"last\"", 0)]
    [InlineData("\"image_tokens\": 0, \"text_tokens\": 3, \"pooling\": \"mean\"", 3)]
    [InlineData("\"image_tokens\": 16, \"text_tokens\": 16, \"feature_layer\": -1", 32)]
    [InlineData("\"image_tokens\": 1, \"text_tokens\": 1, \"feature_layer\": -3, \"head\": \"linear\"", 2)]
    [InlineData("\"pooling\": \"mean\", \"head\": \"mlp\"", 12)]
    public async Task Every_form_trains_survives_a_stop_and_is_read_again_as_it_was_trained(string form, int tokens)
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("form", Alignment, New(form));
        var whole = await toy.Train(recipe, "whole");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(recipe, "cut", r => r.Step == 3));
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await toy.Train(recipe, "cut", resume: true)));

        var sizes = RecipeFile.Read(recipe).Model.New!;
        using var encoder = RadiologyEncoder.Load(whole.Model);
        var settings = encoder.Folder.Settings;
        Assert.Equal((sizes.Pooling, sizes.FeatureLayer, sizes.Head, tokens),
            (settings.Pooling, settings.FeatureLayer, settings.Head, settings.ImageTokens.Count + settings.TextTokens.Count));
        Assert.True(ScoreTableFile.Read(Path.Combine(whole.ModelReport, "toy.csv")).Rows.Count > 0);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var pixels = randn(3, 3, 32, 32);
        Assert.InRange((encoder.Images(pixels).Global_BD - encoder.Images(pixels, globalOnly: true).Global_BD).abs().max().ToDouble(), 0,
            1e-5);
        string[] texts = ["mass", "there is a large pleural effusion on the left side", "no finding"];
        var together = encoder.Texts(texts);
        Assert.InRange((together.Global_BD - encoder.Texts(texts, globalOnly: true).Global_BD).abs().max().ToDouble(), 0, 1e-5);
        using (var evidence = encoder.Evidence(pixels))
            Assert.InRange((evidence.Global_BD - encoder.Images(pixels).Global_BD).abs().max().ToDouble(), 0, 1e-5);
        using var before = new SafetensorsFile(Path.Combine(whole.Model, "model.safetensors"));
        Assert.Equal(sizes.Head switch { HeadKind.Linear => 2, HeadKind.Mlp => 4, _ => 0 },
            before.Header.Tensors.Keys.Count(k => k.StartsWith("feature_head.", StringComparison.Ordinal)));
        Assert.Equal(JsonNode.Parse(File.ReadAllText(Path.Combine(whole.Model, "config.json")))!.AsObject().Select(p => p.Key),
            PlainConfigKeys);
    }

    static IEnumerable<string> PlainConfigKeys
    {
        get
        {
            using var toy = new ToyData(12);
            var folder = ModelStart.New("plain", RecipeFile.Read(toy.Recipe("plain", Alignment)).Model.New!);
            folder.Write(toy.At("plain"));
            return [.. JsonNode.Parse(File.ReadAllText(toy.At("plain/config.json")))!.AsObject().Select(p => p.Key)];
        }
    }

    [Fact]
    public async Task A_head_that_is_missing_from_the_weights_is_named()
    {
        using var toy = new ToyData(12);
        var run = await toy.Train(toy.Recipe("head", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }""",
            New("\"head\": \"linear\"")), "run");
        var file = Path.Combine(run.Model, "model.safetensors");
        using (var read = new SafetensorsFile(file))
        {
            Assert.True(read.Read("feature_head.linear.bias").abs().max().ToDouble() > 0, "the head was not trained");
            SafetensorsFile.Write(toy.At("rest.safetensors"),
                [.. read.Header.Tensors.Keys.Where(k => k != "feature_head.linear.weight").Select(k => (k, read.Read(k)))]);
        }
        File.Move(toy.At("rest.safetensors"), file, overwrite: true);
        Assert.Contains("feature_head.linear.weight", Assert.Throws<InvalidInputException>(() => RadiologyEncoder.Load(run.Model)).Message);
    }

    public static TheoryData<string> Baselines => [
        """{ "kind": "answering", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9 }""",
        """{ "kind": "encoder_alignment", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9 }""",
        """{ "kind": "encoder_alignment", "epochs": 1, "batch": 4, "rate": 1e-3, "alignment": { "lambda": 1 } }""",
        """{ "kind": "supervised", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9 }"""];

    [Theory, MemberData(nameof(Baselines))]
    public async Task Every_baseline_goes_on_to_the_same_bits_and_is_scored_like_the_method(string phase)
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("baseline", phase);
        var whole = await toy.Train(recipe, "whole");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(recipe, "cut", r => r.Step == 3));
        var cut = await toy.Train(recipe, "cut", resume: true);
        var made = phase.Contains("answering", StringComparison.Ordinal) ? Path.Combine("model", "model.safetensors")
            : "baseline.safetensors";
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Path, made)), File.ReadAllBytes(Path.Combine(cut.Path, made)));
        Assert.Equal(phase.Contains("answering", StringComparison.Ordinal), Directory.Exists(whole.Model));
        foreach (var name in (string[])["metrics.json", "toy.csv"])
            Assert.Equal(File.ReadAllText(Path.Combine(whole.ModelReport, name)), File.ReadAllText(Path.Combine(cut.ModelReport, name)));
        Assert.Equal(ScoreTableFile.Read(Path.Combine(whole.MajorityReport, "toy.csv")).Rows.Count,
            ScoreTableFile.Read(Path.Combine(whole.ModelReport, "toy.csv")).Rows.Count);
        Assert.Equal(0.5, AucOf(whole.MajorityReport));
        // a finished run goes on to nothing
        await toy.Train(recipe, "cut", resume: true);
    }

    [Theory]
    [InlineData("""{ "kind": "answering", "epochs": 40, "batch": 16, "rate": 3e-3, "warmup": 0.1, "validate_epochs": 40 }""")]
    [InlineData("""
        { "kind": "encoder_alignment", "epochs": 15, "batch": 16, "rate": 3e-3, "warmup": 0.1, "validate_epochs": 15,
          "alignment": { "targets": "same_label" } }
        """)]
    [InlineData("""{ "kind": "supervised", "epochs": 15, "batch": 16, "rate": 3e-3, "warmup": 0.1, "validate_epochs": 15 }""")]
    [InlineData("""
        { "kind": "teacher", "epochs": 15, "batch": 16, "rate": 3e-3, "warmup": 0.1, "validate_epochs": 15,
          "teacher": { "widths": [8, 16], "blocks": [1, 1] } }
        """)]
    public async Task Every_baseline_learns_to_see_what_anyone_can_see(string phase)
    {
        using var toy = new ToyData(90);
        var run = await toy.Train(toy.Recipe("learns", phase), "run");
        Assert.InRange(toy.Reports[^1].ScoreAuc!.Value, 0.95, 1);
        Assert.InRange(AucOf(run.ModelReport), 0.95, 1);
    }

    static double AucOf(string report) => JsonNode.Parse(File.ReadAllText(Path.Combine(report, "metrics.json")))!
        ["tasks"]![0]!["of_scores_macro"]!["auc"]!.GetValue<double>();

    const string TrunkPhases = """
        { "kind": "teacher", "epochs": 1, "batch": 4, "rate": 1e-3, "teacher": { "widths": [8, 16], "blocks": [1, 1] } },
        { "kind": "warm_start", "epochs": 1, "batch": 4, "rate": 1e-3, "distillation": { "features": 1, "scores": 1, "labels": 1 } }
        """;

    const string Arm = """
        { "kind": "alignment", "epochs": 1.5, "batch": 4, "rate": 1e-3, "vision_rate": 0, "augment": false, "cache_vision": CACHE,
          "alignment": { "bank": "refreshed" }, "distillation": { "category_scores": 2 } }
        """;

    static string ArmOf(bool cache) => Arm.Replace("CACHE", cache ? "true" : "false", StringComparison.Ordinal);

    [Fact]
    public async Task Arms_share_a_trunk_and_its_teacher_and_kept_vision_changes_nothing_that_counts()
    {
        using var toy = new ToyData();
        var trunk = await toy.Train(toy.Recipe("trunk", TrunkPhases), "trunk");
        var arm = toy.Recipe("arm", ArmOf(cache: true), "\"start\": \"trunk\", " + New("\"image_tokens\": 2, \"head\": \"linear\""));
        using var shared = new SharedPictures();
        var whole = await toy.Train(arm, "whole", shared: shared);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(arm, "cut", r => r.Step == 5, shared: shared));
        Directory.Move(trunk.Path, toy.At("gone"));                                                       // what it took it has
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await toy.Train(arm, "cut", resume: true)));
        Directory.Move(toy.At("gone"), trunk.Path);

        var facts = JsonNode.Parse(File.ReadAllText(whole.Facts))!["start"]!;
        Assert.Equal("trunk", facts["name"]!.GetValue<string>());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(trunk.Checkpoint))),
            facts["checkpoint_sha256"]!.GetValue<string>());
        using (var mine = new SafetensorsFile(Path.Combine(whole.Model, "model.safetensors")))
        using (var theirs = new SafetensorsFile(Path.Combine(trunk.Model, "model.safetensors")))
        {
            using var scope = NewDisposeScope();
            const string vision = "vision_tower.vision_model.encoder.layers.1.mlp.fc1.weight",
                table = "language_model.model.embed_tokens.weight";
            var own = CheckpointNames.Detect(mine.Header.Tensors.Keys);
            string Name(string ours) => mine.Header.Tensors.Keys.Single(k => CheckpointNames.InternalName(k) == ours);
            Assert.NotNull(own);
            Assert.True(mine.Read(Name(vision)).equal(theirs.Read(Name(vision))).all().item<bool>(), "a frozen tower changed");
            Assert.Equal(theirs.Read(Name(table)).shape[0] - 2, mine.Read(Name(table)).shape[0]);
        }
        var uncached = await toy.Train(toy.Recipe("uncached", ArmOf(cache: false),
            "\"start\": \"trunk\", " + New("\"image_tokens\": 2, \"head\": \"linear\"")), "uncached");
        double[] Losses(RunFolder run) =>
            [.. File.ReadAllLines(run.Steps("1-alignment")).Skip(1)
                .Select(l => double.Parse(l.Split(',')[5], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.All(Losses(whole).Zip(Losses(uncached)), p => Assert.Equal(p.First, p.Second, 3));
    }

    [Theory]
    [InlineData("answering", "")]
    [InlineData("encoder_alignment", ", \"distillation\": { \"category_scores\": 1 }")]
    [InlineData("supervised", "")]
    public async Task Baselines_start_from_the_same_trunk(string kind, string more)
    {
        using var toy = new ToyData(24);
        await toy.Train(toy.Recipe("trunk", TrunkPhases), "trunk");
        var run = await toy.Train(toy.Recipe("arm",
            $$"""{ "kind": "{{kind}}", "epochs": 1, "batch": 4, "rate": 1e-3, "vision_rate": 0, "cache_vision": true{{more}} }""",
            "\"start\": \"trunk\", " + ToyData.NewModel), "run");
        Assert.True(ScoreTableFile.Read(Path.Combine(run.ModelReport, "toy.csv")).Rows.Count > 0);
    }

    [Fact]
    public async Task A_trunk_that_does_not_fit_is_refused_with_the_tensors_that_differ()
    {
        using var toy = new ToyData(24);
        await toy.Train(toy.Recipe("trunk", TrunkPhases), "trunk");
        async Task<string> Refused(string model, string kind)
        {
            var e = await Assert.ThrowsAsync<InvalidInputException>(() =>
                toy.Train(toy.Recipe("arm", ArmOf(false), "\"start\": \"trunk\", " + model), "arm"));
            Assert.Equal((kind, false), (e.Kind, File.Exists(toy.At("arm/recipe.json"))));
            return e.Message;
        }
        Assert.Contains("vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight is [128, 32] in it, [192, 48] here",
            await Refused(ToyData.NewModel.Replace("\"vision_width\": 32", "\"vision_width\": 48", StringComparison.Ordinal),
                "wrong-checkpoint"));
        Assert.Contains("layers.3.",
            await Refused(ToyData.NewModel.Replace("\"layers\": 3, \"heads\"", "\"layers\": 4, \"heads\"", StringComparison.Ordinal),
                "wrong-checkpoint"));
        Assert.Contains("layers.2.",
            await Refused(ToyData.NewModel.Replace("\"layers\": 3, \"heads\"", "\"layers\": 2, \"heads\"", StringComparison.Ordinal),
                "wrong-checkpoint"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            toy.Train(toy.Recipe("half", TrunkPhases), "half", r => r is { Phase: "2-warmstart", Step: 2 }));
        Assert.Equal("missing",
            (await Assert.ThrowsAsync<InvalidInputException>(() =>
                toy.Train(toy.Recipe("arm", ArmOf(false), "\"start\": \"nowhere\", " + ToyData.NewModel), "arm"))).Kind);
        var halfway = toy.Recipe("arm", ArmOf(false), "\"start\": \"half\", " + ToyData.NewModel);
        Assert.Contains("in the middle of phase 2, at step 2",
            (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(halfway, "arm"))).Message);
    }

    [Fact]
    public async Task A_trunk_that_has_seen_the_validation_patients_is_refused()
    {
        using var toy = new ToyData(24);
        await toy.Train(toy.Recipe("trunk", TrunkPhases), "trunk");
        var arm = toy.Recipe("arm", ArmOf(false), "\"start\": \"trunk\", " + ToyData.NewModel);
        File.WriteAllText(arm, File.ReadAllText(arm).Replace("\"root\": \".\"", "\"root\": \".\", \"split_salt\": \"other:\"",
            StringComparison.Ordinal));
        Assert.Equal("leak", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(arm, "run"))).Kind);
    }

    [Fact]
    public async Task A_chain_of_trunks_remembers_the_patients_of_all()
    {
        using var toy = new ToyData(27);
        var rows = File.ReadAllLines(toy.At("manifest.csv"));
        string Link(string name, string? start, int from)
        {
            File.WriteAllLines(toy.At($"{name}.csv"), rows.Take(1).Concat(rows.Skip(1 + from).Take(9)));
            var recipe = toy.Recipe(name, """{ "kind": "alignment", "epochs": 0.5, "batch": 2, "rate": 1e-3 }""",
                start is null ? "" : $"\"start\": \"{start}\", " + ToyData.NewModel);
            File.WriteAllText(recipe,
                File.ReadAllText(recipe).Replace("\"manifest.csv\", \"validation\": 0.3", $"\"{name}.csv\", \"validation\": 0",
                    StringComparison.Ordinal));
            return recipe;
        }
        RadZ.Data.Guards.TrainingPatients Seen(string folder) => RadZ.Data.Guards.TrainingPatients.Find(folder)!;
        var first = await toy.Train(Link("c1", null, 0), "c1");
        var second = await toy.Train(Link("c2", "c1", 9), "c2");
        Directory.Move(first.Path, toy.At("gone"));                                                       // it is not asked again
        var third = await toy.Train(Link("c3", "c2", 18), "c3");
        Assert.Equal([9, 18, 27, 27], new[] { toy.At("gone"), second.Path, third.Path, third.Model }.Select(f => Seen(f).Count));
        var films = RadZ.Data.Sets.ManifestFile.Read(toy.At("c1.csv"), RadZ.Text.Knowledge.KnowledgeBase.Embedded, "toy");
        var patient = films.Samples[0].Patient;
        Assert.True(Seen(third.Model).Contains(patient));

        // and the fourth may not be judged on the first's
        var fourth = Link("c4", "c3", 18);
        File.WriteAllText(fourth,
            File.ReadAllText(fourth).Replace("\"sources\": [ { \"name\": \"toy\"",
                "\"sources\": [ { \"name\": \"toy\", \"kind\": \"manifest\", \"path\": \"c1.csv\", \"validation\": 1 }, { \"name\": " +
                "\"new\"", StringComparison.Ordinal));
        Assert.Equal("leak", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(fourth, "c4"))).Kind);
    }

    [Fact]
    public void Mistakes_of_arms_are_told_with_what_to_take()
    {
        using var toy = new ToyData(3);
        string Problems(string phase, string model = "", string rest = "") =>
            Assert.Throws<InvalidInputException>(() => RecipeFile.Read(toy.Recipe("wrong", phase, model, rest))).Message;
        Assert.Contains("take pooling 'last' or 'mean'", Problems(Alignment, New("\"text_tokens\": 0")));
        Assert.Contains("model.new.image_tokens is 3; it must be 0, 1, 2, 4, 8 or 16.", Problems(Alignment, New("\"image_tokens\": 3")));
        Assert.Contains("feature_layer is -4; the decoder has 3 layers", Problems(Alignment, New("\"feature_layer\": -4")));
        Assert.Contains("feature_layer is 0; it must be between -64 and -1", Problems(Alignment, New("\"feature_layer\": 0")));
        Assert.Contains("cache_vision: vision_rate is 1", Problems("""{ "kind": "alignment", "cache_vision": true }"""));
        Assert.Contains("set 'augment' of this phase to false",
            Problems("""{ "kind": "alignment", "cache_vision": true, "vision_rate": 0 }""",
                rest: ", \"augmentation\": { \"rotation_degrees\": 5 }"));
        Assert.Contains("answering.question has no {disease}",
            Problems("""{ "kind": "answering", "answering": { "question": "Is it there?" } }"""));
        Assert.Contains("leave 'global_local' out",
            Problems("""{ "kind": "encoder_alignment", "alignment": { "cross": "global_local" } }"""));
    }
}

/// <summary>What docs/ablations.md shows is read by the program as it stands there.</summary>
public class AblationPageTests
{
    static readonly string s_page = File.ReadAllText(Path.Combine(RadZ.TestKit.Fixtures.Repository, "docs", "ablations.md"));

    public static TheoryData<string, string, string> Arms
    {
        get
        {
            var arms = new TheoryData<string, string, string>();
            foreach (var cells in s_page.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal))
                .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
                .Where(c => c.Length > 3 && c[3].StartsWith("`{", StringComparison.Ordinal)))
                arms.Add(cells[1], cells[2], cells[3].Trim('`'));
            return arms;
        }
    }

    [Theory, MemberData(nameof(Arms))]
    public void Every_arm_of_the_page_is_a_recipe_that_differs(string arm, string place, string patch)
    {
        var shown = JsonNode.Parse(
            s_page[(s_page.IndexOf("```json", StringComparison.Ordinal) + 7)..s_page.IndexOf("```\n\n-", StringComparison.Ordinal)])!;
        shown["model"]!["new"]!["tokenizer"] = Cli.TinyModelFolder.Tokenizer;
        var folder = Directory.CreateTempSubdirectory("radz-arm-");
        string Read()
        {
            var path = Path.Combine(folder.FullName, "arm.json");
            File.WriteAllText(path, shown.ToJsonString());
            return RecipeFile.Write(RecipeFile.Read(path, RadZ.Text.Knowledge.KnowledgeBase.Embedded));
        }
        try
        {
            var before = Read();
            var at = place switch
            {
                "new" => shown["model"]!["new"]!,
                "phase" => shown["phases"]![0]!,
                "data" => shown["data"]!,
                _ =>
                throw new InvalidOperationException(arm)
            };
            Merge(at.AsObject(), JsonNode.Parse(patch)!.AsObject());
            var after = Read();
            if (arm is not "bank refreshed") Assert.NotEqual(before, after);
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>RFC 7396.</summary>
    static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is null) into.Remove(name);
            else if (value is JsonObject more && into[name] is JsonObject own) Merge(own, more);
            else into[name] = value.DeepClone();
    }
}
