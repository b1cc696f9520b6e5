using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Imaging.Preparation;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Text.Knowledge;
using RadZ.Text.Sequences;
using RadZ.Training.Data;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Torch.Tests.Training;

/// <summary>Whole runs on toy pictures: they learn, they repeat, they survive being stopped anywhere.</summary>
public class TrainingRunTests
{
    [Fact]
    public async Task The_method_learns_to_see_what_anyone_can_see()
    {
        using var toy = new ToyData(90);
        var recipe = toy.Recipe("learns", """
            { "kind": "alignment", "epochs": 12, "batch": 16, "rate": 3e-3, "warmup": 0.1, "validate_epochs": 12,
              "alignment": { "targets": "same_label" } }
            """);
        await toy.Train(recipe, "run");
        Assert.InRange(toy.Reports[^1].Auc!.Value, 0.95, 1);
        Assert.Equal(3, toy.Reports[^1].Classes);
    }

    [Fact]
    public async Task The_same_recipe_and_seed_give_the_same_weights_and_another_seed_gives_others()
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("same", ToyData.ThreePhases);
        var first = ToyData.Weights(await toy.Train(recipe, "one"));
        Assert.Equal(first, ToyData.Weights(await toy.Train(recipe, "two")));
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("\"seed\": 3", "\"seed\": 4", StringComparison.Ordinal));
        Assert.NotEqual(first, ToyData.Weights(await toy.Train(recipe, "three")));
    }

    [Theory, InlineData("1-teacher", 3), InlineData("2-warmstart", 2), InlineData("3-alignment", 3), InlineData("3-alignment", 1)]
    public async Task A_run_stopped_anywhere_goes_on_to_the_same_bits(string phase, int step)
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("stopped", ToyData.ThreePhases);
        var whole = await toy.Train(recipe, "whole");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(recipe, "cut", r => r.Phase == phase && r.Step == step));
        Assert.False(Directory.Exists(toy.At("cut/model")));
        var cut = await toy.Train(recipe, "cut", resume: true);
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(cut));
        Assert.Equal(Losses(whole, phase), Losses(cut, phase));
    }

    // all but images/s
    static IEnumerable<string> Losses(RunFolder run, string phase) =>
        File.ReadAllLines(run.Steps(phase)).Select(l => string.Join(',', l.Split(',').Where((_, i) => i != 4)));

    [Fact]
    public async Task A_finished_run_reports_model_and_baseline_with_intervals_and_manifests_to_repeat_it()
    {
        using var toy = new ToyData();
        var run = await toy.Train(toy.Recipe("report", ToyData.ThreePhases), "run");
        foreach (var folder in (string[])[run.ModelReport, run.TeacherReport])
        {
            var report = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))!;
            var card = report["tasks"]![0]!["of_probabilities"]!;
            Assert.Equal(3, card["macro"]!["classes"]!.GetValue<int>());
            Assert.True(card["macro"]!["auc_low"]!.GetValue<double>() <= card["macro"]!["auc"]!.GetValue<double>());
            var table = RadZ.Evaluation.Tables.ScoreTableFile.Read(Path.Combine(folder, "toy.csv"));
            Assert.Equal(card["rows"]!.GetValue<int>(), table.Rows.Count);
        }
        var manifest = RadZ.Data.Sets.ManifestFile.Read(Path.Combine(run.Manifests, "toy.csv"));
        Assert.Empty(manifest.Skipped);
        Assert.Equal(["pleural effusion", "mass", "no finding"], manifest.Diseases.Select(d => d.Name));
        Assert.Equal(["mass", "no finding", "pleural effusion"],
            RadZ.Text.Knowledge.KnowledgeBase.Load(Path.Combine(run.Model, "knowledge.json")).Diseases.Select(d => d.Name)
                .Order(StringComparer.Ordinal));
        var facts = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(run.Facts))!;
        Assert.Equal(64, facts["training_hash"]!.GetValue<string>().Length);
        Assert.Equal(manifest.Samples.Count, facts["sources"]!["toy"]!["validation_images"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_finished_run_and_a_folder_without_one_say_so()
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("done", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }""");
        await toy.Train(recipe, "run");
        Assert.Equal("occupied", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(recipe, "run"))).Kind);
        Assert.Equal("missing", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(recipe, "nowhere", resume: true))).Kind);
    }

    [Theory, InlineData(""), InlineData(", \"lora\": { \"rank\": 2 }")]
    public async Task A_checkpoint_that_has_seen_the_validation_patients_is_refused(string lora)
    {
        using var toy = new ToyData(24);
        const string phase = """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }""";
        await toy.Train(toy.Recipe("base", phase), "base");
        var further = toy.Recipe("further", phase, $"\"folder\": \"base/model\"{lora}");
        var run = await toy.Train(further, "same-split");
        Assert.True(RadZ.Data.Guards.TrainingPatients.Find(run.Model)!.Count > 0);
        File.WriteAllText(further,
            File.ReadAllText(further).Replace("\"root\": \".\"", "\"root\": \".\", \"split_salt\": \"other:\"", StringComparison.Ordinal));
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(further, "other-split"));
        Assert.Equal(("leak", false), (e.Kind, File.Exists(toy.At("other-split/recipe.json"))));
        Assert.Contains("was trained on patients of ", e.Message, StringComparison.Ordinal);
        // who has no validation patients is judged on none
        File.WriteAllText(further, File.ReadAllText(further).Replace("\"validation\": 0.3", "\"validation\": 0", StringComparison.Ordinal));
        await toy.Train(further, "all");
    }

    [Fact]
    public async Task Two_do_not_train_in_one_folder()
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("held", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }""");
        var run = await toy.Train(recipe, "run");
        using (run.Lock())
            Assert.Equal("in-use", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(recipe, "run", resume: true))).Kind);
        await toy.Train(recipe, "run", resume: true);
    }

    [Fact]
    public void A_film_whose_report_names_a_side_is_not_mirrored_where_reports_are_read()
    {
        var film = new byte[16 * 16];
        film[0] = 255;
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-sides-").FullName, "film.png");
        PictureFile.Write(new Raster(16, 16, 1, film), path);
        float[][] Seen(string report, bool read)
        {
            var sample = new Sample(path, "p", "s", Labels.None) { Report = report };
            var data = new TrainingData([sample], [], [], 0, [])
            {
                Repeat = new Dictionary<string, int> { ["s"] = 1 },
                Split = new("x:", new Dictionary<string, double>()),
            };
            var producer = new BatchProducer(data, new PreparedImages(new ClipPreparation { Size = 16 }),
                new ReportGrammar(new(), KnowledgeBase.Embedded), new() { HorizontalFlip = true }, 1, 1,
                read ? t => new([1], [TokenRole.Text]) : null);
            return [.. Enumerable.Range(0, 24).Select(epoch => producer.Make([0], epoch, 0).Pixels)];
        }
        bool Mirrored(float[] pixels) => pixels[15] > pixels[0];
        Assert.DoesNotContain(Seen("Effusion on the left.", true), Mirrored);
        Assert.Contains(Seen("Effusion.", true), Mirrored);
        Assert.Contains(Seen("Effusion on the left.", false), Mirrored);
    }

    [Fact]
    public async Task Lora_trains_adapters_tokens_and_projector_and_nothing_else()
    {
        using var toy = new ToyData();
        var basis = await toy.Train(toy.Recipe("base", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }"""), "base");
        var before = File.ReadAllBytes(Path.Combine(basis.Model, "model.safetensors"));
        RadZ.Data.Guards.TrainingPatients.FromKeys(["base:1"]).Write(basis.Model);
        var recipe = toy.Recipe("lora", """{ "kind": "alignment", "epochs": 1, "batch": 4, "rate": 1e-3, "accumulate": 2 }""",
            "\"folder\": \"base/model\", \"lora\": { \"rank\": 2, \"alpha\": 4, \"dropout\": 0.1 }");
        var run = await toy.Train(recipe, "adapted");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(basis.Model, "model.safetensors")));

        using var file = new SafetensorsFile(Path.Combine(run.Adapter, "adapter_model.safetensors"));
        Assert.All(file.Header.Tensors.Keys.Where(k => k.Contains(".lora_", StringComparison.Ordinal)),
            k => Assert.StartsWith("base_model.model.model.language_model.layers.", k));
        Assert.Equal(3 * 7 * 2 + 4 + 1, file.Header.Tensors.Count);                     // and the projector, and the modality tokens' rows
        Assert.All(file.Header.Tensors.Keys.Where(k =>
            k.Contains("layers.0", StringComparison.Ordinal) && k.Contains("lora_B", StringComparison.Ordinal)),
            k => { using var _ = NewDisposeScope(); Assert.True(file.Read(k).abs().max().ToDouble() > 0, $"{k} was not trained"); });
        Assert.Contains("base_model.model.model.language_model.embed_tokens.token_adapter.trainable_tokens_delta",
            file.Header.Tensors.Keys);

        // beside both stands what was anchored to and who was trained on; the model has seen its base's patients too
        Assert.Equal(File.ReadAllText(Path.Combine(run.Model, "knowledge.json")),
            File.ReadAllText(Path.Combine(run.Adapter, "knowledge.json")));
        RadZ.Data.Guards.TrainingPatients Seen(string folder) => RadZ.Data.Guards.TrainingPatients.Find(folder)!;
        Assert.Equal(Seen(run.Path).Count, Seen(run.Adapter).Count + 1);
        Assert.True(Seen(run.Model).Contains("base:1") && !Seen(run.Adapter).Contains("base:1"));
        Assert.Equal(Seen(run.Path).Count, Seen(run.Model).Count);

        // the finished model is a plain folder with the adapters merged: the decoder differs from its base, the vision tower does not
        using (var merged = RadiologyEncoder.Load(run.Model))
        using (var over = RadiologyEncoder.Load(basis.Model, new() { Adapter = run.Adapter }))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var pixels = randn(2, 3, 32, 32);
            Assert.InRange((merged.Images(pixels).Global_BD - over.Images(pixels).Global_BD).abs().max().ToDouble(), 0, 1e-4);
            Assert.Equal("lora", over.Folder.Settings.Name);
        }
        using (var merged = RadiologyEncoder.Load(run.Model))
        using (var plain = RadiologyEncoder.Load(basis.Model))
        {
            var before_ = plain.Training.Weights.ToDictionary(w => w.Name, w => w.Value);
            string[] changed =
                [.. merged.Training.Weights.Where(w => !w.Value.equal(before_[w.Name]).all().item<bool>()).Select(w => w.Name)];
            Assert.Contains("language_model.model.layers.0.self_attn.q_proj.weight", changed);
            Assert.Contains("multi_modal_projector.linear_1.weight", changed);
            Assert.Contains("specials", changed);
            Assert.DoesNotContain(changed,
                n => n.StartsWith("vision_tower.", StringComparison.Ordinal) || n.Contains("norm", StringComparison.Ordinal));
        }

        // going on with a finished run changes nothing
        var finished = ToyData.Weights(run);
        await toy.Train(recipe, "adapted", resume: true);
        Assert.Equal(finished, ToyData.Weights(run));
    }

    [Fact]
    public async Task A_run_does_not_go_on_over_other_data()
    {
        using var toy = new ToyData();
        var recipe = toy.Recipe("moved", ToyData.ThreePhases);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(recipe, "cut", r => r.Phase == "1-teacher" && r.Step == 3));
        File.AppendAllText(toy.At("manifest.csv"), "0.png,p99,1,0,0\n".Replace("0.png", "extra.png", StringComparison.Ordinal));
        File.Copy(toy.At("0.png"), toy.At("extra.png"));
        Assert.Equal("other-data", (await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(recipe, "cut", resume: true))).Kind);
    }

    [Fact]
    public async Task A_description_may_not_tell_of_what_is_left_out()
    {
        using var toy = new ToyData();
        File.WriteAllText(toy.At("words.json"), """
            { "version": 1, "diseases": [ { "name": "pleural effusion",
                "description": { "overview": "Fluid beside a mass.", "imaging": "White.", "presentation": "Dyspnoea." } } ] }
            """);
        var path = toy.Recipe("told", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }""");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"root\": \".\"",
            "\"root\": \".\", \"leave_out\": [\"mass\"], \"knowledge\": \"words.json\"", StringComparison.Ordinal));
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => toy.Train(path, "run"));
        Assert.Equal(("left-out-told", ""), (e.Kind, e.Kind == "left-out-told" ? "" : e.Message));
        Assert.Contains("'pleural effusion' speaks of mass", e.Message);
    }

    [Fact]
    public async Task What_is_left_out_appears_in_no_text_and_no_label()
    {
        using var toy = new ToyData();
        var recipe = RecipeFile.Read(toy.Recipe("unseen", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }"""));
        var data = TrainingData.Read(recipe.Data with { LeaveOut = ["mass"] }, RadZ.Text.Knowledge.KnowledgeBase.Embedded);
        Assert.DoesNotContain("mass", data.Diseases);
        Assert.All(data.Training, s => Assert.Equal(RadZ.Data.Label.Unknown, s.Labels["mass"]));
        Assert.True(data.Silent > 0);
        Assert.Contains(data.Validation, s => s.Labels["mass"] == RadZ.Data.Label.Present);
        Assert.Empty(data.Training.Select(s => s.Patient).Intersect(data.Validation.Select(s => s.Patient)));
        await Task.CompletedTask;
    }

    [Fact]
    public void Three_mistakes_are_told_at_once_with_the_nearest_right_names()
    {
        using var toy = new ToyData();
        var path = toy.Recipe("wrong", """{ "kind": "alignmnt", "epochs": 1, "bach": 16, "rate": 7 }""",
            rest: ", \"precision\": \"float32\"");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"pleural effusion\"", "\"plural effusion\"", StringComparison.Ordinal));
        var e = Assert.Throws<InvalidInputException>(() => RecipeFile.Read(path));
        Assert.Contains("unknown member 'bach'; did you mean 'batch'?", e.Message);
        Assert.Contains("'kind' is 'alignmnt'; did you mean 'alignment'?", e.Message);
        Assert.Contains("phases[0].rate is 7; it must be between 0 and 1", e.Message);
        Assert.Contains("'plural effusion'; did you mean 'pleural effusion'?", e.Message);
    }

    /// <summary>The folder's recipes; its sweeps and descriptions are files of other kinds.</summary>
    public static TheoryData<string> Recipes => [.. Directory.GetFiles(Path.Combine(RadZ.TestKit.Fixtures.Repository, "recipes"), "*.json")
        .Where(f => System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(f),
            documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject() is var file
                && !file.ContainsKey("variants") && !file.ContainsKey("diseases"))
        .Select(f => Path.GetFileName(f))];

    [Theory, MemberData(nameof(Recipes))]
    public void Every_shipped_recipe_parses(string name) =>
        Assert.NotEmpty(RecipeFile.Read(Path.Combine(RadZ.TestKit.Fixtures.Repository, "recipes", name)).Phases);
}
