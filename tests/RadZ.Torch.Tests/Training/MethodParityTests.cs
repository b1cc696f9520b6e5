using System.Text.Json.Nodes;
using RadZ.Model.Adapters;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;
using RadZ.Torch.Tests.Model;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;

namespace RadZ.Torch.Tests.Training;

/// <summary>The whole method on the tiny model with LoRA: features, first gradients, ten steps, against PyTorch.</summary>
public class MethodParityTests
{
    static readonly string Folder = Fixtures.At("model", "method", "training");
    static readonly JsonNode Plan = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "trajectory.json")))!;

    sealed class Setup : IDisposable
    {
        readonly SafetensorsFile _start = new(Path.Combine(Folder, "start.safetensors"));
        readonly DisposeScope _scope = NewDisposeScope();

        public Setup()
        {
            Model = FixtureModel.Build(Fixtures.At("model", "llava-mistral-tiny"), trainable: true,
                adapter: Path.Combine(Folder, "adapter"), specials: Start("specials"));
            (Image, Text, Bank) = (Batch("image"), Batch("text"), Batch("bank"));
            foreach (var (name, value) in Model.Weights) value.requires_grad_(IsAdapter(name) || IsProjector(name));
        }

        public LlavaModel Model { get; }
        public TokenBatch Image { get; }
        public TokenBatch Text { get; }
        public TokenBatch Bank { get; }
        public List<IReadOnlyList<int>?> Positives { get; } =
            [.. Plan["positives"]!.AsArray().Select(p => p?.AsArray().Select(i => i!.GetValue<int>()).ToList())];

        public Tensor Start(string name) => _start.Read(name);

        public static bool IsProjector(string name) => name.StartsWith("multi_modal_projector.", StringComparison.Ordinal);

        public static bool IsAdapter(string name) => name.Contains(".lora_", StringComparison.Ordinal) || name == "specials";

        TokenBatch Batch(string kind) => FixtureModel.Batch(Model.Config, Start($"{kind}_ids"), Start($"{kind}_mask"));

        public FeaturePair ImageFeatures() => Model.Features(Image, Model.Project(Model.See(Start("pixel_values"))), ScalarType.Float32);

        public FeaturePair Features(TokenBatch batch) => Model.Features(batch, null, ScalarType.Float32);

        public (Tensor Total, Tensor Cross, Tensor Anchor) Loss(Tensor? frozenBank)
        {
            var (tau, lambda) = (Plan["tau"]!.GetValue<double>(), Plan["lambda"]!.GetValue<double>());
            var (image, text) = (ImageFeatures(), Features(Text));
            var bank = frozenBank ?? Model.Features(Bank, null, ScalarType.Float32, globalOnly: true).Global_BD;
            var cross = CrossLoss.Compute(image, text, tau);
            var anchor = AnchorLoss.Compute(image.Global_BD, text.Global_BD, bank, Positives, tau);
            return (lambda * cross + (1 - lambda) * anchor, cross, anchor);
        }

        public Tensor FrozenBank()
        {
            using var _ = no_grad();
            return Features(Bank).Global_BD;
        }

        public void Dispose()
        {
            Model.Dispose();
            _start.Dispose();
            _scope.Dispose();
        }
    }

    [Fact]
    public void Features_are_pytorchs()
    {
        using var setup = new Setup();
        using var _ = no_grad();
        var (image, text) = (setup.ImageFeatures(), setup.Features(setup.Text));
        Check("g_image", image.Global_BD);
        Check("l_image", image.Local_BD!);
        Check("g_text", text.Global_BD);
        Check("l_text", text.Local_BD!);
        Check("bank", setup.FrozenBank());

        void Check(string name, Tensor actual) => Assert.InRange(FixtureModel.Difference(actual, setup.Start(name)), 0, 1e-5);
    }

    [Fact]
    public void Global_features_alone_are_the_same_with_the_last_layer_cut_to_the_tokens()
    {
        using var setup = new Setup();
        using var _ = no_grad();
        // places differ by row
        Check(setup.Model.Features(setup.Image, setup.Model.Project(setup.Model.See(setup.Start("pixel_values"))), ScalarType.Float32,
            globalOnly: true), "g_image");
        Check(setup.Model.Features(setup.Text, null, ScalarType.Float32, globalOnly: true), "g_text");
        // places at the end
        foreach (var row in Enumerable.Range(0, setup.Image.Rows))
        {
            var batch = FixtureModel.Batch(setup.Model.Config, setup.Start("image_ids").narrow(0, row, 1),
                setup.Start("image_mask").narrow(0, row, 1));
            var cut = setup.Model.Features(batch, setup.Model.Project(setup.Model.See(setup.Start("pixel_values").narrow(0, row, 1))),
                ScalarType.Float32, globalOnly: true);
            Assert.InRange(FixtureModel.Difference(cut.Global_BD, setup.Start("g_image").narrow(0, row, 1)), 0, 1e-5);
        }

        void Check(FeaturePair cut, string name)
        {
            Assert.Null(cut.Local_BD);
            Assert.InRange(FixtureModel.Difference(cut.Global_BD, setup.Start(name)), 0, 1e-5);
        }
    }

    [Theory, InlineData("frozen"), InlineData("live")]
    public void First_gradients_are_pytorchs(string bank)
    {
        using var setup = new Setup();
        setup.Loss(bank == "frozen" ? setup.FrozenBank() : null).Total.backward();
        using var expected = new SafetensorsFile(Path.Combine(Folder, $"gradients-{bank}.safetensors"));
        AssertWeights(expected, setup.Model, w => w.grad, (difference, scale) => difference <= 1e-4 * scale);
    }

    [Theory, InlineData("frozen"), InlineData("live")]
    public void Ten_steps_are_pytorchs(string bank)
    {
        using var setup = new Setup();
        var rate = Plan["lr"]!.GetValue<double>();
        var schedule = new Schedule(rate, Plan["steps"]!.GetValue<int>(), Plan["warmup_steps"]!.GetValue<int>());
        using var optimizer = new FlatAdamW([
            new([.. setup.Model.Weights.Where(w => Setup.IsAdapter(w.Name) && OnPath(w.Name))], 1, 0),
            new([.. setup.Model.Weights.Where(w => Setup.IsProjector(w.Name))], Plan["projector_lr"]!.GetValue<double>() / rate, 0)]);
        var frozen = bank == "frozen" ? setup.FrozenBank() : null;
        foreach (var (step, expected) in Plan[bank]!.AsArray().Index())
        {
            using var _ = NewDisposeScope();
            Assert.Equal(expected!["lr"]!.GetValue<double>(), schedule.At(step), 1e-12);
            var (total, cross, anchor) = setup.Loss(frozen);
            total.backward();
            var norm = optimizer.Step(schedule.At(step), Plan["clip_norm"]!.GetValue<double>());
            Assert.Equal(expected["loss"]!.GetValue<double>(), total.item<float>(), 1e-4);
            Assert.Equal(expected["cross"]!.GetValue<double>(), cross.item<float>(), 1e-4);
            Assert.Equal(expected["anchor"]!.GetValue<double>(), anchor.item<float>(), 1e-4);
            Assert.Equal(expected["grad_norm"]!.GetValue<double>(), norm, 1e-3);
        }
        using var final = new SafetensorsFile(Path.Combine(Folder, $"final-{bank}.safetensors"));
        AssertWeights(final, setup.Model, w => w, (difference, _) => difference <= 2e-4);

        bool OnPath(string name) => !name.Contains($".layers.{setup.Model.Config.DecoderLayersNeeded}.", StringComparison.Ordinal);
    }

    static void AssertWeights(SafetensorsFile expected, LlavaModel model, Func<Parameter, Tensor?> of, Func<double, double, bool> near)
    {
        var ours = model.Weights.ToDictionary(w => w.Name, w => w.Value);
        Assert.NotEmpty(expected.Header.Tensors);
        foreach (var theirs in expected.Header.Tensors.Keys)
        {
            using var _ = NewDisposeScope();
            var want = expected.Read(theirs);
            var got = of(ours[AdapterFile.InternalName(theirs)]) ?? zeros_like(want);
            var difference = (got.detach() - want).abs().max().item<float>();
            Assert.True(near(difference, want.abs().max().item<float>()),
                $"{theirs}: differs by {difference:g3}, largest entry {want.abs().max().item<float>():g3}");
        }
    }
}
