using RadZ.Model.Features;
using RadZ.Torch.Tests.Training;

namespace RadZ.Torch.Tests.Model;

public class EncoderTests
{
    [Fact]
    public async Task A_saved_folder_gives_the_same_features_and_leaves_nothing_behind()
    {
        using var toy = new ToyData(12);
        var run = await toy.Train(toy.Recipe("save", """{ "kind": "alignment", "epochs": 1, "batch": 4, "rate": 1e-3 }"""), "run");
        using var encoder = RadiologyEncoder.Load(run.Model);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var pixels = randn(3, 3, 32, 32);
        var before = scope.DisposablesCount;
        var features = encoder.Images(pixels);
        Assert.Equal(before + 2, scope.DisposablesCount);               // global and local, nothing else
        var texts = encoder.Texts(["effusion on the left", "mass"], globalOnly: true);
        Assert.Equal(before + 3, scope.DisposablesCount);
        Assert.Null(texts.Local_BD);

        encoder.Writer.Save(toy.At("again"), ScalarType.Float32);
        using var again = RadiologyEncoder.Load(toy.At("again"));
        Assert.True(again.Images(pixels).Global_BD.equal(features.Global_BD).all().item<bool>());
        Assert.True(again.Texts(["effusion on the left", "mass"], globalOnly: true).Global_BD.equal(texts.Global_BD).all().item<bool>());
        Assert.Equal(["added_tokens.json", "config.json", "model.safetensors", "preprocessor_config.json", "processor_config.json",
            "radz.json", "tokenizer.model", "tokenizer_config.json"],
            Directory.GetFiles(toy.At("again")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_global_feature_alone_is_the_global_feature()
    {
        using var toy = new ToyData(12);
        var run = await toy.Train(toy.Recipe("cut", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }"""), "run");
        using var encoder = RadiologyEncoder.Load(run.Model);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var pixels = randn(3, 3, 32, 32);
        Assert.InRange((encoder.Images(pixels).Global_BD - encoder.Images(pixels, globalOnly: true).Global_BD).abs().max().item<float>(), 0,
            1e-5);
    }

    [Fact]
    public async Task Bfloat16_training_keeps_float32_weights_and_learns()
    {
        using var toy = new ToyData();
        var run = await toy.Train(toy.Recipe("half", """{ "kind": "alignment", "epochs": 1, "batch": 8, "rate": 1e-3 }""",
            rest: ", \"precision\": \"bfloat16\""), "run");
        using var encoder = RadiologyEncoder.Load(run.Model);
        Assert.All(encoder.Training.Weights, w => Assert.Equal(ScalarType.Float32, w.Value.dtype));
        Assert.NotEmpty(toy.Reports);
    }

    [Theory]
    [InlineData(new[] { 10, 10, 10 }, "0,1,2")]
    [InlineData(new[] { 100, 20, 100, 20, 20, 20 }, "1,3,4,5|0,2")]           // 4 x 20 + 2 x 100 + one more start beats 6 x 100
    [InlineData(new[] { 30, 29 }, "1,0")]                                      // not worth a start
    public void Texts_are_grouped_where_padding_costs_more_than_a_start(int[] lengths, string expected) =>
        Assert.Equal(expected, string.Join('|', LengthGroups.Group(lengths).Select(g => string.Join(',', g))));

    [Fact]
    public async Task Grouped_texts_give_what_each_gives_alone_in_the_given_order()
    {
        using var toy = new ToyData(12);
        var run = await toy.Train(toy.Recipe("groups", """{ "kind": "alignment", "epochs": 0.5, "batch": 4, "rate": 1e-3 }"""), "run");
        using var encoder = RadiologyEncoder.Load(run.Model);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var longText = string.Join(' ', Enumerable.Repeat("there is a large pleural effusion", 9));
        string[] texts = [longText, "mass", "edema", longText + " and a mass", "no finding", "nodule"];
        Assert.True(LengthGroups.Group([.. texts.Select(t => encoder.Sequences.Sequence(t).Length)]).Count > 1);
        var together = encoder.Texts(texts);
        foreach (var (i, text) in texts.Index())
        {
            var alone = encoder.Texts([text]);
            Assert.InRange((together.Global_BD[i] - alone.Global_BD[0]).abs().max().item<float>(), 0, 1e-5);
            Assert.InRange((together.Local_BD![i] - alone.Local_BD![0]).abs().max().item<float>(), 0, 1e-5);
        }
    }
}
