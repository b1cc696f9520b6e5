using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Files;
using RadZ.Imaging.Preparation;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Recipes;

namespace RadZ.Torch.Tests.Training;

/// <summary>Patches that learn to say which findings cover them.</summary>
public class GroundingTests
{
    [Fact]
    public void The_loss_of_flat_logits_is_known()
    {
        using var _ = NewDisposeScope();
        // one picture of 4 patches, 3 diseases: the first covers one patch, the second is absent, the third unknown
        var shares = zeros(1, 4, 3);
        shares[0, 2, 0] = 1;
        double Loss(Tensor logits, params float[] known) => GroundingLoss.Compute(logits, shares, tensor(known, [1, 3])).item<float>();
        Assert.Equal(Math.Log(4) + Math.Log(2) + Math.Log(2), Loss(zeros(1, 4, 3), 1, 0, -1), 1e-5);        // where, how much, nowhere
        Assert.Equal(Math.Log(4) + Math.Log(2), Loss(zeros(1, 4, 3), 1, -1, -1), 1e-5);
        Assert.Equal(Math.Log(2), Loss(zeros(1, 4, 3), -1, 0, -1), 1e-5);
        Assert.Equal(0, Loss(zeros(1, 4, 3), -1, -1, -1), 1e-6);
        // what is left out may say what it likes, and the right place costs nothing
        var right = full([1, 4, 3], -20f);
        right[0, 2, 0] = 20;
        right.select(2, 2).fill_(7);
        Assert.Equal(0, Loss(right, 1, 0, -1), 1e-5);
    }

    [Fact]
    public void A_patchs_share_is_the_covered_part_of_it_and_only_what_is_known_counts()
    {
        var area = new byte[8 * 8];
        for (var y = 0; y < 4; y++) area.AsSpan(y * 8 + 6, 2).Fill(255);              // right half of the upper right patch of 2 x 2
        Labels Of(params (string, Label)[] labels) => new(labels.ToDictionary(l => l.Item1, l => l.Item2));
        Sample Sample(Labels labels) => new("x", "p", "s", labels);
        var batch = new TrainingBatch([], [
            Sample(Of(("mass", Label.Present), ("nodule", Label.Absent), ("edema", Label.Present), ("hernia", Label.Present),
                ("fibrosis", Label.Unknown), (Disease.NoFinding, Label.Absent))),
            Sample(Of(("mass", Label.Absent)))], [], [])
        {
            Areas = [[new("mass", new(8, 8, 1, area)), new("edema", new(8, 8, 1, new byte[64]))], null],
        };
        var shares = PatchShares.Compute(batch, ["mass", "nodule", "edema", "hernia", "fibrosis", Disease.NoFinding], 2);
        // hidden, without area, unknown, no place; and a film whose areas nobody knows
        Assert.Equal([1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1], shares.Known);
        Assert.Equal(0.5f, shares.Shares[1 * 6 + 0]);
        Assert.Equal(0.5f, shares.Shares.Sum());
        Assert.True(shares.Any);
        Assert.False(PatchShares.Compute(batch with { Areas = [] }, ["mass"], 2).Any);
    }

    [Fact]
    public void Features_with_states_are_the_features_and_their_means()
    {
        var folder = Directory.CreateTempSubdirectory("radz-states-").FullName;
        Cli.TinyModelFolder.Write(folder);
        using var encoder = RadiologyEncoder.Load(folder);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var pixels = randn(2, 3, 32, 32);
        var (plain, with) = (encoder.Images(pixels), encoder.Sequences.ImagesAndStates(encoder.Sequences.Patches(pixels)));
        Assert.True(plain.Global_BD.allclose(with.Features.Global_BD, rtol: 0, atol: 1e-5));
        Assert.True(plain.Local_BD!.allclose(with.Features.Local_BD!, rtol: 0, atol: 1e-5));
        Assert.True(with.States_BVD.equal(encoder.PatchStates(pixels)).all().item<bool>());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_batch_knows_where_the_findings_of_its_varied_phantoms_are()
    {
        var data = TrainingData.Read(new()
        {
            Sources = [new() { Name = "a", Kind = SourceKind.Phantoms, Phantoms = new() { Count = 8, Size = 64, Prevalence = 1 } }],
        }, KnowledgeBase.Embedded);
        var images = new PreparedImages(new ClipPreparation { Size = 64 }) { WithAreas = true };
        var batch = new BatchProducer(data, images, new ReportGrammar(new(), KnowledgeBase.Embedded), new(), 8, seed: 3, tokenize: null)
            .Make([0, 1, 2, 3, 4, 5, 6, 7], 0, 0);
        var source = new PhantomSource(new() { Seed = 1, Prevalence = 1, Sites = [Site.A] }, 64);
        for (var i = 0; i < 8; i++)
        {
            var drawn = source.Draw(i);
            Assert.Equal(drawn.Findings.Select(f => f.Plan.Disease), batch.Areas[i]!.Select(a => a.Disease));
            Assert.All(drawn.Findings.Zip(batch.Areas[i]!),
                p => Assert.Equal(p.First.Mask.Select(m => (byte)(m * 255)), p.Second.Area.Levels));
        }
        // what is not asked for is not kept
        Assert.Null(new PreparedImages(new ClipPreparation { Size = 64 }).Picture(data.Training[0]).Areas);
        await Task.CompletedTask;
    }

    const string Phantoms = """
        { "name": "train", "kind": "phantoms", "phantoms": { "count": 24, "size": 64, "prevalence": 1 } },
        { "name": "toy", "kind": "phantoms", "validation": 1, "phantoms": { "count": 8, "size": 64, "seed": 2 } }
        """;

    static string Recipe(ToyData toy, string name, string grounding, string sources = Phantoms, string rest = "")
    {
        var path = toy.Recipe(name,
            $$"""{ "kind": "alignment", "epochs": 2, "batch": 4, "rate": 1e-3{{rest}}, "alignment": { {{grounding}} } }""");
        File.WriteAllText(path, File.ReadAllText(path)
            .Replace("""{ "name": "toy", "kind": "manifest", "path": "manifest.csv", "validation": 0.3 }""", sources,
                StringComparison.Ordinal));
        return path;
    }

    [Fact]
    public async Task A_grounded_run_says_in_its_model_that_it_points_and_goes_on_after_a_stop()
    {
        using var toy = new ToyData(1);
        var recipe = Recipe(toy, "grounded", "\"grounding\": 0.5");
        var losses = new List<double>();
        var whole = await toy.Train(recipe, "whole",
            r => { losses.AddRange(r.Terms.Where(t => t.Name == "grounding").Select(t => t.Value)); return false; });
        Assert.True(losses.Count == 12 && losses[^3..].Average() < losses[..3].Average(), string.Join(" ", losses));
        using (var encoder = RadiologyEncoder.Load(whole.Model)) Assert.InRange(encoder.Folder.Settings.Grounding!.Scale, 5, 20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(recipe, "cut", r => r.Step == 5));
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await toy.Train(recipe, "cut", resume: true)));
        Assert.Equal(File.ReadAllText(Path.Combine(whole.Model, "radz.json")),
            File.ReadAllText(Path.Combine(toy.At("cut"), "model", "radz.json")));
        // without the term nothing is said of it
        using var plain = RadiologyEncoder.Load((await toy.Train(Recipe(toy, "plain", ""), "plain")).Model);
        Assert.Null(plain.Folder.Settings.Grounding);
    }

    [Theory]
    [InlineData("alignment", "1e-3", false)]
    [InlineData("answering", "1e-3", false)]
    [InlineData("alignment", "0", true)]
    public async Task Who_trains_on_without_the_term_no_longer_says_that_it_points(string kind, string rate, bool points)
    {
        using var toy = new ToyData(1);
        var trunk = await toy.Train(Recipe(toy, "trunk", "\"grounding\": 0.5"), "trunk");
        var arm = Recipe(toy, "arm", "");
        File.WriteAllText(arm, File.ReadAllText(arm)
            .Replace("\"model\": {", "\"model\": { \"start\": \"trunk\", ", StringComparison.Ordinal)
            .Replace("\"alignment\", \"epochs\": 2", $"\"{kind}\", \"epochs\": 1", StringComparison.Ordinal)
            .Replace("\"rate\": 1e-3", $"\"rate\": {rate}", StringComparison.Ordinal));
        var whole = await toy.Train(arm, "whole");
        using (var encoder = RadiologyEncoder.Load(whole.Model)) Assert.Equal(points, encoder.Folder.Settings.Grounding is not null);
        using (var kept = new SafetensorsFile(whole.Checkpoint)) Assert.Equal(points, kept.Header.Tensors.ContainsKey("grounding.scale"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toy.Train(arm, "cut", r => r.Step == 3));
        await toy.Train(arm, "cut", resume: true);
        Assert.Equal(File.ReadAllText(Path.Combine(whole.Model, "radz.json")),
            File.ReadAllText(Path.Combine(toy.At("cut"), "model", "radz.json")));
    }

    [Theory]
    [InlineData("""{ "name": "toy", "kind": "manifest", "path": "manifest.csv", "validation": 0.3 }""", "",
        "no training source knows where findings are")]
    [InlineData(Phantoms, ", \"micro_batch\": 2", "patches are not cached")]
    public void What_cannot_be_grounded_is_told(string sources, string rest, string message)
    {
        using var toy = new ToyData(1);
        var recipe = Recipe(toy, "bad", "\"grounding\": 0.5", sources, rest);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => RecipeFile.Read(recipe)).Message);
    }
}
