using RadZ.Model.Config;
using RadZ.Model.Features;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class MergeVerbTests(CliWorld world)
{
    /// <summary>The folder of an adapter of this world's model.</summary>
    internal static string Adapter(CliWorld world, string name)
    {
        if (!Directory.Exists(world.At(name)))
        {
            using var encoder = RadiologyEncoder.Load(world.Model, new() { NewLora = new() { Rank = 2, Alpha = 4 }, Seed = 5 });
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            foreach (var (weight, value) in encoder.Training.Weights.Where(w => w.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
                value.fill_(0.02);
            encoder.Writer.SaveAdapter(world.At(name), encoder.Folder.Settings with { Name = "chest" });
        }
        return name;
    }

    [Fact]
    public void A_merged_model_says_what_the_base_says_with_the_adapter()
    {
        var adapter = Adapter(world, "adapter");
        var run = world.Program.Start("merge", "--model", world.Model, "--adapter", adapter, "--out", "merged", "--format", "json");
        Assert.Equal((0, 26), (run.Code, run.Json.GetProperty("changed").GetInt32()));
        string[] picture = ["classify", "xrays/a.png", "--diseases", "pneumonia,mass", "--format", "json"];
        string Findings(params string[] model) => string.Join(' ',
            world.Program.Start([.. picture, .. model]).Json.GetProperty("results")[0].GetProperty("findings").EnumerateArray()
                .Select(f => $"{f.GetProperty("score").GetDouble():0.0000}"));
        Assert.Equal(Findings("--model", world.Model, "--adapter", adapter), Findings("--model", "merged"));
        Assert.NotEqual(Findings("--model", world.Model), Findings("--model", "merged"));

        var again = world.Program.Start("merge", "--model", world.Model, "--adapter", adapter, "--out", "merged");
        Assert.Equal(2, again.Code);
        Assert.Contains("exists and is not empty", again.Error);
    }

    [Theory, InlineData(HeadKind.Linear, Pooling.Last), InlineData(HeadKind.Mlp, Pooling.Mean)]
    internal void A_base_with_a_head_and_a_pooling_of_its_own_is_merged_and_keeps_both(HeadKind head, Pooling pooling)
    {
        var (model, adapter, merged) = ($"headed-{head}", $"headed-adapter-{head}", $"headed-merged-{head}");
        TinyModelFolder.Write(world.At(model), change: s => s with { Head = head, Pooling = pooling });
        File.WriteAllText(world.At(model, "calibration.json"), "{}");
        using (var encoder = RadiologyEncoder.Load(world.At(model), new() { NewLora = new() { Rank = 2, Alpha = 4 }, Seed = 5 }))
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            foreach (var (weight, value) in encoder.Training.Weights.Where(w => w.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
                value.fill_(0.02);
            encoder.Writer.SaveAdapter(world.At(adapter), encoder.Folder.Settings);
        }
        var run = world.Program.Start("merge", "--model", model, "--adapter", adapter, "--out", merged);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var both = RadiologyEncoder.Load(world.At(model), new() { Adapters = [world.At(adapter)] });
        using var one = RadiologyEncoder.Load(world.At(merged));
        Assert.Equal((head, pooling), (one.Folder.Settings.Head, one.Folder.Settings.Pooling));
        using (NewDisposeScope())
        using (no_grad())
        {
            Tensor Of(RadiologyEncoder encoder) => encoder.Texts(["a mass"], globalOnly: true).Global_BD;
            Assert.InRange((Of(both) - Of(one)).abs().max().item<float>(), 0, 1e-5);
        }
        Assert.False(File.Exists(world.At(merged, "calibration.json")), "the base's calibration is of other weights");
    }

    [Fact]
    public void What_is_no_adapter_is_told()
    {
        var run = world.Program.Start("merge", "--model", world.Model, "--adapter", "xrays", "--out", "nowhere");
        Assert.Equal((2, "error: xrays: holds no adapter_model.safetensors, adapter_model.bin, non_lora_trainables.bin or " +
            "mm_projector.bin; expected the folder of an adapter.\n"), (run.Code, run.Error));
        Assert.False(Directory.Exists(world.At("nowhere")));
        Assert.StartsWith("error: nobody: no such folder; expected that of a CLIP checkpoint",
            world.Program.Start("classify", "xrays/a.png", "--vision-tower", "nobody").Error);
    }
}
