using RadZ.Files;
using RadZ.Model.RandomCheckpoints;
using RadZ.Training.Data;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Torch.Tests.Training;

/// <summary>
/// What makes a 7B model fit: layers run again, a large batch computed a few images at a time. Neither may change a gradient.
/// </summary>
public sealed class TrainingAtSizeTests : IDisposable
{
    readonly ToyData _toy = new(24);
    readonly string _base;

    public TrainingAtSizeTests()
    {
        _base = _toy.At("base");
        RandomCheckpoint.Write(CheckpointShape.Tiny, 3, _base, null, null, CancellationToken.None);
    }

    /// <summary>Gradients of one batch of 12 pairs, as one graph (<see cref="ITrainingTask.Loss"/>) or as a run computes them.</summary>
    Dictionary<string, Tensor> Gradients(string phase, double dropout, bool oneGraph, string precision = "float32", long kept = 0,
        string folder = "base")
    {
        var path = _toy.Recipe($"size{Guid.NewGuid():N}",
            $$"""{ "kind": "alignment", "epochs": 1, "batch": 12, "rate": 1e-3, "vision_rate": 0 {{phase}} }""",
            FormattableString.Invariant($$"""
            "folder": "{{folder}}", "lora": { "rank": 3, "alpha": 6, "dropout": {{dropout}} }
            """), $", \"precision\": \"{precision}\"");
        var recipe = RecipeFile.Read(path);
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        using var encoder = ModelStart.Load(recipe, data, CPU);
        foreach (var (name, value) in encoder.Training.Weights.Where(w => w.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
        {
            using var _ = no_grad();
            using var generator = new Generator(11);
            value.copy_(randn(value.shape, generator: generator) * 0.2);                  // zero would hide what A gets
        }
        using var context = new PhaseContext(recipe, data, knowledge, encoder);
        using ITrainingTask task = new AlignmentTask(context, recipe.Phases[0]) { KeptInputs = kept };
        var images = new PreparedImages(encoder.Folder.Preparation);
        var batch = new BatchProducer(data, images, new(recipe.Wording, knowledge), recipe.Augmentation, 12, 5,
            encoder.Sequences.Sequence).Make([.. Enumerable.Range(0, 12)], 0, 0);
        using (NewDisposeScope())
        {
            if (oneGraph) task.Loss(batch, 4).Total.backward();
            else task.Learn(batch, 4, 1);
        }
        return encoder.Training.Weights.Where(w => w.Value.grad is not null).ToDictionary(w => w.Name,
            w => w.Value.grad!.clone().DetachFromDisposeScope());
    }

    static void AssertNear(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(expected.Keys, k => k.EndsWith("layers.0.mlp.down_proj.lora_A.weight", StringComparison.Ordinal));
        foreach (var (name, want) in expected)
        {
            var scale = want.abs().max().item<float>();
            Assert.True(scale > 0 || name.Contains(".layers.2.", StringComparison.Ordinal), $"{name} has no gradient");
            Assert.True((actual[name] - want).abs().max().item<float>() <= tolerance * scale + 1e-12,
                $"{name}: differs by {(actual[name] - want).abs().max().item<float>():g3}, largest entry {scale:g3}");
        }
    }

    [Theory, InlineData(1), InlineData(5), InlineData(12)]
    public void A_batch_in_parts_has_the_gradient_of_the_whole_batch(int micro) =>
        AssertNear(Gradients("", 0, oneGraph: true), Gradients($", \"micro_batch\": {micro}", 0, oneGraph: false), 2e-4);

    [Fact]
    public void What_adapters_drop_is_dropped_again_in_the_replay()
    {
        var one = Gradients(", \"micro_batch\": 2", 0.4, oneGraph: true);
        AssertNear(one, Gradients(", \"micro_batch\": 2", 0.4, oneGraph: false), 2e-4);
        AssertNear(one, Gradients(", \"micro_batch\": 2, \"checkpoint_layers\": true", 0.4, oneGraph: false), 2e-4);
        foreach (var kept in (long[])[30_000, 1 << 30])                                     // some parts' inputs kept, and all
            AssertNear(one, Gradients(", \"micro_batch\": 2, \"checkpoint_layers\": true", 0.4, oneGraph: false, kept: kept), 2e-4);
        var without = Gradients(", \"micro_batch\": 2", 0, oneGraph: true);
        Assert.Contains(one, g => (g.Value - without[g.Key]).abs().max().item<float>() > 0.05 * g.Value.abs().max().item<float>());
    }

    [Theory, InlineData("float32", 0.0), InlineData("float32", 0.3), InlineData("bfloat16", 0.0)]
    public void Layers_that_are_run_again_give_the_same_gradients(string precision, double dropout)
    {
        var (kept, again) = (Gradients("", dropout, true, precision), Gradients(", \"checkpoint_layers\": true", dropout, true, precision));
        // sums over parts of a gradient may be taken in another order
        AssertNear(kept, again, precision == "float32" ? 1e-6 : 0.02);
    }

    /// <summary>
    /// A step of a model that every kernel takes (adapters over frozen weights, dropout made again from its key, layers run again, some
    /// parts' inputs kept, texts packed) against the plain operations in float32, which drop the same inputs.
    /// </summary>
    [Fact]
    public void A_wide_step_by_kernels_has_the_plain_steps_gradients()
    {
        Cli.TinyModelFolder.Write(_toy.At("wide"), width: 1024, type: ScalarType.BFloat16);
        Dictionary<string, Tensor> Step(string precision, double dropout, string more = "") =>
            Gradients(", \"alignment\": { \"temperature\": 1.0 }, \"micro_batch\": 4" + more, dropout, oneGraph: false, precision,
                folder: "wide");
        var plain = Step("float32", 0.4);
        var fused = Step("bfloat16", 0.4, ", \"checkpoint_layers\": true");
        var others = Step("float32", 0);
        double Difference(Dictionary<string, Tensor> a, string name) => ((a[name] - plain[name]).norm() / plain[name].norm()).item<float>();
        string[] names = [.. plain.Keys.Where(k => plain[k].norm().item<float>() > 0)];
        Assert.Contains(names, n => n.EndsWith("layers.1.mlp.down_proj.lora_A.weight", StringComparison.Ordinal));
        var (worst, apart) = (names.Max(n => Difference(fused, n)),
            names.Where(n => n.EndsWith("lora_A.weight", StringComparison.Ordinal)).Min(n => Difference(others, n)));
        Assert.True(worst < 0.1, $"worst {worst:f3} ({names.MaxBy(n => Difference(fused, n))}); without drops at least {apart:f3}");
        Assert.True(apart > 3 * worst, $"without drops only {apart:f3}, worst {worst:f3}");
    }

    [Fact]
    public async Task A_recipe_with_both_trains_and_goes_on_to_the_same_bits()
    {
        var recipe = _toy.Recipe("both",
            """
            { "kind": "alignment", "epochs": 2, "batch": 8, "micro_batch": 3, "checkpoint_layers": true, "rate": 1e-3, "vision_rate": 0 }
            """,
            """ "folder": "base", "lora": { "rank": 2, "alpha": 4, "dropout": 0.1 } """);
        var whole = await _toy.Train(recipe, "whole");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _toy.Train(recipe, "cut", r => r.Step == 2));
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await _toy.Train(recipe, "cut", resume: true)));
    }

    [Fact]
    public void What_cannot_be_cached_is_refused()
    {
        var path = _toy.Recipe("refused",
            """{ "kind": "teacher", "micro_batch": 2 }, { "kind": "alignment", "micro_batch": 2, "distillation": { "labels": 1 } }""");
        var message = Assert.Throws<InvalidInputException>(() => RecipeFile.Read(path)).Message;
        Assert.Contains("phases[0].micro_batch: only an alignment", message);
        Assert.Contains("phases[1].micro_batch: what is learnt from a teacher", message);
    }

    [Theory]
    [InlineData(new[] { 5, 9, 5, 30, 9 }, 20, false, "0,2|1,4|3")]
    [InlineData(new[] { 5, 9, 5, 30, 9 }, 20, true, "0,2,1|4|3")]
    [InlineData(new[] { 50 }, 20, false, "0")]
    public void Texts_go_together_while_they_fill_no_more_positions_than_allowed(int[] lengths, int positions, bool packed, string parts) =>
        Assert.Equal(parts, string.Join('|', FeatureCache.ByLength(lengths, positions, packed).Select(p => string.Join(',', p))));

    public void Dispose() => _toy.Dispose();
}
