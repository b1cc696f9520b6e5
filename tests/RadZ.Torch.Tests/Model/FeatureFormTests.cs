using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>Every way of reading features, against plain loops over the hidden states that PyTorch computed.</summary>
public class FeatureFormTests
{
    public static IEnumerable<TheoryDataRow> Forms
    {
        get
        {
            var all = new List<TheoryDataRow>();
            foreach (var folder in FixtureModel.Folders)
                foreach (var pooling in (Pooling[])[Pooling.Last, Pooling.Mean])
                {
                    var layers = LlavaConfigFile.Read(Path.Combine(Fixtures.At("model", folder.Data),
                        "config.json")).Decoder.NumHiddenLayers;
                    for (var layer = -2; layer >= -layers; layer--) all.Add(new(folder.Data, pooling, layer));
                }
            return all;
        }
    }

    [Theory, MemberData(nameof(Forms))]
    internal void Pooled_states_are_those_of_pytorch_pooled_by_hand(string name, Pooling pooling, int layer)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = Build(name, new(pooling, layer));
        using var io = new SafetensorsFile(Path.Combine(Fixtures.At("model", name), "io.safetensors"));
        var (batch, patches) = Inputs(model, io);
        var states = io.Read($"hidden.{model.Config.Decoder.NumHiddenLayers + 1 + layer}");
        var (pair, alone) = (model.Features(batch, patches, ScalarType.Float32),
            model.Features(batch, patches, ScalarType.Float32, globalOnly: true));
        for (var row = 0; row < batch.Rows; row++)
        {
            int[] real = [.. Enumerable.Range(0, batch.Length).Where(i => batch.Roles[row * batch.Length + i] != TokenRole.Padding)];
            int[] words = [.. real.Where(i => batch.Roles[row * batch.Length + i] != TokenRole.Special)];
            Near(Mean(states[row], pooling == Pooling.Last ? [real[^1]] : real), pair.Global_BD[row]);
            Near(Mean(states[row], pooling == Pooling.Last ? [real[^1]] : real), alone.Global_BD[row]);
            Near(Mean(states[row], words), pair.Local_BD![row]);
        }
    }

    [Theory, MemberData(nameof(FixtureModel.Folders), MemberType = typeof(FixtureModel))]
    public void Layer_minus_one_is_the_last_state_before_the_final_norm(string name)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = Build(name, new(Pooling.Last, -1));
        using var io = new SafetensorsFile(Path.Combine(Fixtures.At("model", name), "io.safetensors"));
        var (batch, patches) = Inputs(model, io);
        var global = model.Features(batch, patches, ScalarType.Float32, globalOnly: true).Global_BD;
        // transformers gives the last one normalised
        var normed = io.Read($"hidden.{model.Config.Decoder.NumHiddenLayers}");
        var weight = model.Weights.Single(w => w.Name == "language_model.model.norm.weight").Value.data<float>().ToArray();
        for (var row = 0; row < batch.Rows; row++)
        {
            var x = global[row].data<float>().Select(v => (double)v).ToArray();
            var scale = 1 / Math.Sqrt(x.Average(v => v * v) + model.Config.Decoder.RmsNormEps);
            Near([.. x.Select((v, d) => v * scale * weight[d])], normed[row, batch.LengthOf(row) - 1]);
        }
    }

    [Theory, InlineData(HeadKind.Linear), InlineData(HeadKind.Mlp)]
    internal void The_head_is_applied_to_positions_before_the_mean(HeadKind head)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var config = LlavaConfigFile.Read(Path.Combine(Fixtures.At("model", FixtureModel.Folders.First().Data), "config.json"));
        var first = config.Decoder.VocabSize;
        LlavaModel Of(HeadKind kind) => new(new FreshWeights(5, CPU), config,
            SpecialTokens.Create(config.ImageTokenIndex, 0, [first, first + 1], [first + 2]), table => ones(3, table.shape[1]) * 0.1,
            new(Pooling.Tokens, -2, kind));
        using var model = Of(head);
        using var plain = Of(HeadKind.Identity);
        foreach (var bias in model.Weights.Where(w => w.Name.StartsWith("feature_head.", StringComparison.Ordinal)
            && w.Name.EndsWith("bias", StringComparison.Ordinal))) bias.Value.normal_(0, 0.3);
        var batch = TokenBatch.Pad([
            new([1, 5, 6, first + 2], [TokenRole.Text, TokenRole.Text, TokenRole.Text, TokenRole.Special]),
            new([1, 7, first + 2], [TokenRole.Text, TokenRole.Text, TokenRole.Special])], 0, PaddingSide.Right);
        var states = plain.Penultimate(plain.Embed(batch, null, ScalarType.Float32));
        double[] Weight(string name) =>
            [.. model.Weights.Single(w => w.Name == $"feature_head.{name}").Value.data<float>().Select(v => (double)v)];
        double[] Map(double[] x,
            string name) => [.. Enumerable.Range(0, x.Length)
                .Select(o => Weight($"{name}.bias")[o] + x.Select((v, i) => v * Weight($"{name}.weight")[o * x.Length + i]).Sum())];
        double[] Head(double[] x) => head == HeadKind.Linear ? Map(x, "linear") : Map([.. Map(x, "linear_1").Select(Gelu)], "linear_2");
        double[] State(int row, int i) => [.. states[row, i].data<float>().Select(v => (double)v)];

        var pair = model.Features(batch, null, ScalarType.Float32);
        foreach (var (row, length) in ((int, int)[])[(0, 4), (1, 3)])
        {
            var heads = Enumerable.Range(0, length).Select(i => Head(State(row, i))).ToList();
            Near(heads[^1], pair.Global_BD[row]);
            Near([.. Enumerable.Range(0, heads[0].Length).Select(d => heads.SkipLast(1).Average(h => h[d]))], pair.Local_BD![row]);
        }
        Assert.InRange((model.Features(batch, null, ScalarType.Float32, globalOnly: true).Global_BD - pair.Global_BD).abs().max()
            .ToDouble(), 0, 1e-6);
        model.Weights.Single(w => w.Name == "feature_head.linear.weight" || w.Name == "feature_head.linear_1.weight").Value.zero_();
        Assert.InRange((model.Features(batch, null, ScalarType.Float32).Global_BD[0] - pair.Global_BD[0]).abs().max().ToDouble(), 1e-3,
            1e3);
    }

    [Theory, InlineData(-1, 3), InlineData(-2, 2), InlineData(-3, 1)]
    public void What_is_kept_for_running_layers_again_is_an_input_of_each_layer_that_runs(int layer, int layers)
    {
        var folder = Directory.CreateTempSubdirectory("radz-form-").FullName;
        try
        {
            Cli.TinyModelFolder.Write(Path.Combine(folder, "m"), change: s => s with { FeatureLayer = layer });
            using var encoder = RadiologyEncoder.Load(Path.Combine(folder, "m"));
            Assert.Null(encoder.Training.ReplayBytes(10));
            encoder.Training.CheckpointLayers = true;
            Assert.Equal<long?>(10 * 32 * layers * sizeof(float), encoder.Training.ReplayBytes(10));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// x times the normal distribution function of x, by its series: erf z = 2/sqrt(pi) sum (-1)^n z^(2n+1) / (n! (2n+1)).
    /// </summary>
    static double Gelu(double x)
    {
        var (z, term, sum) = (x / Math.Sqrt(2), x / Math.Sqrt(2), 0.0);
        for (var n = 0; n < 120; n++)
        {
            sum += term / (2 * n + 1);
            term *= -z * z / (n + 1);
        }
        return x * 0.5 * (1 + 2 / Math.Sqrt(Math.PI) * sum);
    }

    static LlavaModel Build(string name, FeatureForm form)
    {
        var config = LlavaConfigFile.Read(Path.Combine(Fixtures.At("model", name), "config.json"));
        using var file = new CheckpointWeights(Fixtures.At("model", name), null, CPU, trainable: false);
        return new(file, config, SpecialTokens.Create(config.ImageTokenIndex, config.Decoder.VocabSize, [], []),
            table => zeros(0, table.shape[1]), form);
    }

    static (TokenBatch, Tensor) Inputs(LlavaModel model, SafetensorsFile io) =>
        (FixtureModel.Batch(model.Config, io.Read("input_ids"), io.Read("attention_mask")),
            model.Project(model.See(io.Read("pixel_values"))));

    static double[] Mean(Tensor states_SD, int[] positions) =>
        [.. Enumerable.Range(0, (int)states_SD.shape[1]).Select(d => positions.Average(i => (double)states_SD[i, d].item<float>()))];

    static void Near(double[] expected, Tensor actual_D)
    {
        var actual = actual_D.to(ScalarType.Float32).data<float>().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (var d = 0; d < expected.Length; d++) Assert.InRange(Math.Abs(expected[d] - actual[d]), 0, 2e-5);
    }
}
