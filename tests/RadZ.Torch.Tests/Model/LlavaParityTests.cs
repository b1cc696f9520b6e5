using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Model;

/// <summary>Every hidden state, elementwise, against PyTorch and transformers (fixtures/model/README.md has the tolerances).</summary>
public class LlavaParityTests
{
    public static TheoryData<string> Folders => FixtureModel.Folders;

    [Fact]
    public void There_are_fixture_models() =>
        Assert.True(FixtureModel.Folders.Count >= 2, $"expected llava-*-tiny folders under {Fixtures.At("model")}");

    [Theory, MemberData(nameof(Folders))]
    public void Every_hidden_state_agrees(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(folder);
        using var io = new SafetensorsFile(Path.Combine(folder, "io.safetensors"));
        AssertStates(model, io, "", 1e-5);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Every_naming_of_the_weights_gives_the_same_numbers(string name)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var io = new SafetensorsFile(Path.Combine(Fixtures.At("model", name), "io.safetensors"));
        var config = LlavaConfigFile.Read(Path.Combine(Fixtures.At("model", name), "config.json"));
        if (!Directory.Exists(Path.Combine(Fixtures.At("model", name), "layouts"))) Assert.Skip($"{name} has no other layouts");
        var layouts = Directory.GetDirectories(Path.Combine(Fixtures.At("model", name), "layouts"))
            .Where(d => Directory.EnumerateFiles(d, "*.safetensors").Any()).ToList();
        Assert.NotEmpty(layouts);
        foreach (var layout in layouts)
        {
            using var model = FixtureModel.Build(layout, config: config);
            AssertStates(model, io, "", 1e-5);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Bfloat16_is_as_near_to_float32_as_pytorchs(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        if (!Directory.Exists(Path.Combine(folder, "bf16"))) Assert.Skip($"{name} has no bfloat16 numbers");
        using var inputs = new SafetensorsFile(Path.Combine(folder, "io.safetensors"));
        using var expected = new SafetensorsFile(Path.Combine(folder, "bf16", "io.safetensors"));
        var config = LlavaConfigFile.Read(Path.Combine(folder, "config.json"));
        using var model = FixtureModel.Build(Path.Combine(folder, "bf16", "model.safetensors"), config: config);
        var mask = inputs.Read("attention_mask");
        var batch = FixtureModel.Batch(config, inputs.Read("input_ids"), mask);
        var patches = model.Project(model.See(inputs.Read("pixel_values").to(ScalarType.BFloat16)));
        var embeds = model.Embed(batch, patches, ScalarType.BFloat16);
        var hidden = model.Penultimate(embeds);
        Check("image_features", patches, null);
        Check($"hidden.{config.DecoderLayersNeeded}", hidden, mask);
        Check("logits", model.Logits(model.Last(embeds)), mask);

        void Check(string key, Tensor actual, Tensor? kept)
        {
            Assert.Equal(ScalarType.BFloat16, actual.dtype);
            var exact = expected.Read("fp32." + key);
            double Rms(Tensor x) => Math.Sqrt(((x.to(ScalarType.Float64) - exact.to(ScalarType.Float64)).square()
                * (kept is null ? 1 : kept.unsqueeze(-1).to(ScalarType.Float64))).mean().item<double>());
            var (ours, theirs) = (Rms(actual), Rms(expected.Read("bf16." + key)));
            Assert.True(ours <= theirs * 1.25,
                $"{key}: root mean square distance {ours:g3} from float32, PyTorch's bfloat16 has {theirs:g3}");
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Lora_from_peft_gives_pytorchs_numbers(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        if (!Directory.Exists(Path.Combine(folder, "lora"))) Assert.Skip($"{name} has no adapter");
        using var inputs = new SafetensorsFile(Path.Combine(folder, "io.safetensors"));
        using var expected = new SafetensorsFile(Path.Combine(folder, "lora", "io.safetensors"));
        using var model = FixtureModel.Build(folder, adapter: Path.Combine(folder, "lora"));
        var mask = inputs.Read("attention_mask");
        var batch = FixtureModel.Batch(model.Config, inputs.Read("input_ids"), mask);
        var embeds = model.Embed(batch, model.Project(model.See(inputs.Read("pixel_values"))), ScalarType.Float32);
        Assert.InRange(FixtureModel.Difference(model.Penultimate(embeds), expected.Read($"hidden.{model.Config.DecoderLayersNeeded}"),
            mask), 0, 2e-5);
        Assert.InRange(FixtureModel.Difference(model.Logits(model.Last(embeds)), expected.Read("logits"), mask), 0, 2e-5);
    }

    [Theory, MemberData(nameof(Folders))]
    public void A_row_alone_gives_what_it_gives_in_a_padded_batch(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(folder);
        using var io = new SafetensorsFile(Path.Combine(folder, "io.safetensors"));
        var (ids, mask, pixels) = (io.Read("input_ids"), io.Read("attention_mask"), io.Read("pixel_values"));
        var together = model.Penultimate(model.Embed(FixtureModel.Batch(model.Config, ids, mask), model.Project(model.See(pixels)),
            ScalarType.Float32));
        for (var row = 0; row < ids.shape[0]; row++)
        {
            var batch = FixtureModel.Batch(model.Config, ids.narrow(0, row, 1), mask.narrow(0, row, 1));
            var alone = model.Penultimate(model.Embed(batch, model.Project(model.See(pixels.narrow(0, row, 1))), ScalarType.Float32));
            Assert.InRange(FixtureModel.Difference(alone, together.narrow(0, row, 1).narrow(1, 0, batch.Length)), 0, 2e-5);
        }
    }

    static void AssertStates(LlavaModel model, SafetensorsFile io, string prefix, double tolerance)
    {
        var (pixels, mask) = (io.Read("pixel_values"), io.Read("attention_mask"));
        var vision = new List<Tensor>();
        var patches = model.Project(model.See(pixels, x => vision.Add(x.clone().DetachFromDisposeScope())));
        Assert.Equal(model.Config.Vision.NumHiddenLayers + 1, vision.Count);
        for (var i = 0; i < vision.Count; i++)
            Assert.InRange(FixtureModel.Difference(vision[i], io.Read($"{prefix}vision_hidden.{i}")), 0, tolerance);
        Assert.InRange(FixtureModel.Difference(patches, io.Read($"{prefix}image_features")), 0, tolerance);

        var embeds = model.Embed(FixtureModel.Batch(model.Config, io.Read("input_ids"), mask), patches, ScalarType.Float32);
        var hidden = new List<Tensor>();
        var last = model.Last(embeds, x => hidden.Add(x.clone().DetachFromDisposeScope()));
        Assert.Equal(model.Config.Decoder.NumHiddenLayers, hidden.Count);
        for (var i = 0; i < hidden.Count; i++)
            Assert.InRange(FixtureModel.Difference(hidden[i], io.Read($"{prefix}hidden.{i}"), mask), 0, tolerance);
        Assert.InRange(FixtureModel.Difference(last, io.Read($"{prefix}hidden.{hidden.Count}"), mask), 0, tolerance);
        Assert.InRange(FixtureModel.Difference(model.Logits(last), io.Read($"{prefix}logits"), mask), 0, tolerance * 2);
        foreach (var state in vision.Concat(hidden)) state.Dispose();
    }
}
