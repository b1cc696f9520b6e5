using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Conversion;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Model;

/// <summary>Adapters that become part of the weights.</summary>
public sealed partial class AdapterTests
{
    [Theory, MemberData(nameof(Folders))]
    public void Merged_weights_are_peft_s(string name)
    {
        if (!Directory.Exists(Lora(name))) Assert.Skip($"{name} has no adapter");
        var layouts = Directory.GetDirectories(Fixtures.At("model", name, "layouts"))
            .Where(l => File.Exists(Path.Combine(l, "config.json"))).Append(Fixtures.At("model", name)).ToList();
        using var _ = NewDisposeScope();
        using var expected = new SafetensorsFile(Path.Combine(Lora(name), "merged.safetensors"));
        foreach (var layout in layouts)
        {
            var model = At("base-" + Path.GetFileName(layout));
            Directory.CreateDirectory(model);
            foreach (var file in Directory.GetFiles(layout)) File.Copy(file, Path.Combine(model, Path.GetFileName(file)), overwrite: true);
            File.Delete(Path.Combine(model, "mm_projector.bin"));
            File.WriteAllText(Path.Combine(model, "vision_config.json"),
                Json(Fixtures.At("model", name, "config.json"))["vision_config"]!.ToJsonString());
            var output = At("merged-" + Path.GetFileName(layout));
            Merge(model, Lora(name), output);
            using var merged = CheckpointFolder.Open(output);
            using var source = CheckpointFolder.Open(layout);
            Assert.Equal(source.Naming, merged.Naming);
            Assert.Equal(source.Weights.Values.Select(w => w.Theirs).Order(), merged.Weights.Values.Select(w => w.Theirs).Order());
            foreach (var key in expected.Header.Tensors.Keys)
                Assert.InRange(FixtureModel.Difference(merged.Weights[key].File.View(merged.Weights[key].Theirs), expected.Read(key)), 0,
                    1e-6);
            foreach (var (key, weight) in merged.Weights.Where(w =>
                !w.Key.Contains("_proj.weight", StringComparison.Ordinal) || w.Key.StartsWith("vision_tower.", StringComparison.Ordinal)))
                Assert.True(weight.File.View(weight.Theirs).equal(source.Weights[key].File.View(source.Weights[key].Theirs)).all()
                    .item<bool>(), key);
        }
    }

    [Fact]
    public void Llavas_own_trainables_bring_the_projector_to_a_bare_language_model()
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var source = Fixtures.At("model", "llava-llama-tiny", "layouts", "original");
        var (model, adapter) = (At("vicuna"), At("llava-lora"));
        Directory.CreateDirectory(model);
        using (var whole = CheckpointFolder.Open(source))
            SafetensorsFile.Write(Path.Combine(model, "model.safetensors"),
                [.. whole.Weights.Where(w => !w.Key.StartsWith("multi_modal", StringComparison.Ordinal))
                    .Select(w => (w.Value.Theirs, w.Value.File.View(w.Value.Theirs)))]);
        File.WriteAllText(Path.Combine(model, "config.json"), """{"model_type": "llama"}""");
        Changed("llava-llama-tiny", k => k.Replace(Ours5, "base_model.model.model.", StringComparison.Ordinal),
            json => json["target_modules"] = new JsonArray([.. LoraOptions.AllDecoderProjections.Select(t => (JsonNode)t)]),
            target: "llava-lora");
        File.Copy(Path.Combine(source, "config.json"), Path.Combine(adapter, "config.json"));
        File.WriteAllText(Path.Combine(adapter, "vision_config.json"),
            Json(Fixtures.At("model", "llava-llama-tiny", "config.json"))["vision_config"]!.ToJsonString());
        File.WriteAllText(Path.Combine(model, "vision_config.json"),
            Json(Fixtures.At("model", "llava-llama-tiny", "config.json"))["vision_config"]!.ToJsonString());
        using (var projector = CheckpointFolder.Open(source))
        {
            var maker = new PickleMaker();
            var storages = new List<(string, float[])>();
            maker.Dictionary(p =>
            {
                foreach (var (ours, weight) in projector.Weights.Where(w => w.Key.StartsWith("multi_modal", StringComparison.Ordinal)))
                {
                    var value = weight.File.View(weight.Theirs);
                    storages.Add(($"{storages.Count}", value.data<float>().ToArray()));
                    p.Text("base_model.model." + weight.Theirs).Tensor(storages[^1].Item1, "FloatStorage", value.numel(), 0, value.shape,
                        value.dim() == 1 ? [1] : [value.shape[1], 1]);
                }
            });
            foreach (var (key, values) in storages) maker.Floats(key, values);
            File.WriteAllBytes(Path.Combine(adapter, "non_lora_trainables.bin"), maker.File());
        }
        Merge(model, adapter, At("llava"));
        using var merged = CheckpointFolder.Open(At("llava"));
        using var expected = new SafetensorsFile(Path.Combine(Lora("llava-llama-tiny"), "merged.safetensors"));
        foreach (var key in expected.Header.Tensors.Keys)
            Assert.InRange(FixtureModel.Difference(merged.Weights[key].File.View(merged.Weights[key].Theirs), expected.Read(key)), 0, 1e-6);
        Assert.Equal("model.mm_projector.0.weight", merged.Weights["multi_modal_projector.linear_1.weight"].Theirs);
        Assert.Equal("llava_llama", Json(At("llava", "config.json"))["model_type"]!.GetValue<string>());

        Directory.CreateDirectory(At("stage-1"));
        File.Copy(Fixtures.At("model", "llava-llama-tiny", "layouts", "original-bin", "mm_projector.bin"),
            At("stage-1", "mm_projector.bin"));
        using var alone = AdapterFolder.Open(At("stage-1"));
        Assert.Equal(["multi_modal_projector.linear_1.bias", "multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_2.bias",
            "multi_modal_projector.linear_2.weight"], alone.Whole.Keys.Order());
    }

    [Fact]
    public void A_merge_that_cannot_be_leaves_nothing()
    {
        var adapter = Trained("one", 1);
        Directory.CreateDirectory(At("full"));
        File.WriteAllText(At("full", "mine.txt"), "");
        Assert.Contains("not empty", Assert.Throws<InvalidInputException>(() => Merge(Tiny(), adapter, At("full"))).Message);
        Assert.Throws<InvalidInputException>(() => Merge(Tiny(), Lora("llava-mistral-tiny"), At("other")));
        Assert.Throws<OperationCanceledException>(() =>
            AdapterMerge.Write(Tiny(), adapter, At("stopped"), null, new CancellationToken(canceled: true)));
        Assert.Equal(["base", "full", "one", "one-whole"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order());
    }
}
