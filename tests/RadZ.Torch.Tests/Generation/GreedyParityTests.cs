using System.Text.Json;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;
using RadZ.Torch.Tests.Model;

namespace RadZ.Torch.Tests.Generation;

/// <summary>Token by token what <c>transformers</c> generates greedily (fixtures/model/*/generate), in every way of decoding.</summary>
public class GreedyParityTests
{
    public static TheoryData<string> Folders => FixtureModel.Folders;

    sealed record Case(int[] Prompt, int[] Greedy);

    static readonly JsonSerializerOptions s_names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static Case[] Cases(string folder) =>
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(folder, "generate", "greedy.json")), s_names)!;

    static Prompt[] Prompts(IEnumerable<Case> cases, LlavaConfig config) =>
        [.. cases.Select((c, i) =>
            new Prompt(new(c.Prompt, [.. c.Prompt.Select(id => id == config.ImageTokenIndex ? TokenRole.Image : TokenRole.Text)]), i))];

    static Tensor Patches(LlavaModel model, string folder, ScalarType type)
    {
        using var file = new SafetensorsFile(Path.Combine(folder, "generate", "pixels.safetensors"));
        return model.Project(model.See(file.Read("pixel_values").to(type)));
    }

    static int[][] Greedy(LlavaModel model, IReadOnlyList<Prompt> prompts, Tensor patches_IVD, ScalarType type, int steps)
    {
        using var prefix = PromptPrefix.Decode(model, prompts, patches_IVD, type, CancellationToken.None);
        using var session = DecodingSession.Begin(model, prefix, prompts, patches_IVD, type, steps, CancellationToken.None);
        List<int>[] rows = [.. prompts.Select(_ => new List<int>())];
        for (var step = 0; step < steps; step++)
        {
            if (step > 0) session.Append(rows.Select(r => r[^1]), CancellationToken.None);
            var best = session.Next_BW.argmax(1).data<long>().ToArray();
            for (var row = 0; row < rows.Length; row++) rows[row].Add((int)best[row]);
        }
        return [.. rows.Select(r => r.ToArray())];
    }

    [Theory, MemberData(nameof(Folders))]
    public void Rows_alone_and_a_left_padded_batch_give_the_ids_of_transformers(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(folder);
        var cases = Cases(folder);
        Assert.True(cases.Select(c => c.Prompt.Length).Distinct().Count() > 1, "prompts of one length pad nothing");
        var (prompts, patches) = (Prompts(cases, model.Config), Patches(model, folder, ScalarType.Float32));
        foreach (var (i, prompt) in prompts.Index())
            Assert.Equal(cases[i].Greedy, Greedy(model, [prompt], patches, ScalarType.Float32, cases[i].Greedy.Length)[0]);
        Assert.Equal(cases.Select(c => c.Greedy), Greedy(model, prompts, patches, ScalarType.Float32, cases[0].Greedy.Length));
    }

    [Theory, MemberData(nameof(Folders))]
    public void Every_naming_of_the_weights_generates_the_same(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var config = LlavaConfigFile.Read(Path.Combine(folder, "config.json"));
        if (!Directory.Exists(Path.Combine(folder, "layouts"))) Assert.Skip($"{name} has no other layouts");
        foreach (var layout in Directory.GetDirectories(Path.Combine(folder, "layouts"))
            .Where(d => Directory.EnumerateFiles(d, "*.safetensors").Any()))
        {
            using var model = FixtureModel.Build(layout, config: config);
            var cases = Cases(folder);
            Assert.Equal(cases.Select(c => c.Greedy),
                Greedy(model, Prompts(cases, config), Patches(model, folder, ScalarType.Float32), ScalarType.Float32,
                    cases[0].Greedy.Length));
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Questions_about_one_image_share_its_keys_and_values_and_change_nothing(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(folder);
        var patches = Patches(model, folder, ScalarType.Float32);
        Prompt[] prompts = [.. Prompts(Cases(folder), model.Config).Select(p => p with { Image = 1 })];
        using var prefix = PromptPrefix.Decode(model, prompts, patches, ScalarType.Float32, CancellationToken.None);
        Assert.Equal(1 + model.Config.Vision.Patches, prefix.Length);                                      // <s> and the image
        var together = Greedy(model, prompts, patches, ScalarType.Float32, 24);
        Assert.Equal(prompts.Select(p => Greedy(model, [p], patches, ScalarType.Float32, 24)[0]), together);
    }

    /// <summary>
    /// The scores of each step are those of the whole sequence decoded anew without a cache, in float32 and in bfloat16 as near as its
    /// rounding lets them.
    /// </summary>
    [Theory, MemberData(nameof(Folders))]
    public void Bfloat16_with_a_cache_is_as_near_to_float32_as_without(string name)
    {
        var folder = Fixtures.At("model", name);
        if (!Directory.Exists(Path.Combine(folder, "bf16"))) Assert.Skip($"{name} has no bfloat16 weights");
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var config = LlavaConfigFile.Read(Path.Combine(folder, "config.json"));
        var weights = Path.Combine(folder, "bf16", "model.safetensors");
        using var half = FixtureModel.Build(weights, config: config);
        using var exact = FixtureModel.Build(weights, ScalarType.Float32, config: config);
        var cases = Cases(folder);
        var prompts = Prompts(cases, config);
        var (halfPatches, exactPatches) = (Patches(half, folder, ScalarType.BFloat16), Patches(exact, folder, ScalarType.Float32));
        using var none = PromptPrefix.Decode(half, [prompts[0]], null, ScalarType.BFloat16, CancellationToken.None);
        using var cached = DecodingSession.Begin(half, none, prompts, halfPatches, ScalarType.BFloat16, 24, CancellationToken.None);
        var (worst, worstWithout) = (0.0, 0.0);
        for (var step = 0; step < 24; step++)
        {
            if (step > 0) cached.Append(cases.Select(c => c.Greedy[step - 1]), CancellationToken.None);
            for (var row = 0; row < prompts.Length; row++)
            {
                int[] ids = [.. cases[row].Prompt, .. cases[row].Greedy[..step]];
                var expected = Whole(exact, ids, row, exactPatches, ScalarType.Float32);
                worst = Math.Max(worst, FixtureModel.Difference(cached.Next_BW[row], expected));
                worstWithout = Math.Max(worstWithout,
                    FixtureModel.Difference(Whole(half, ids, row, halfPatches, ScalarType.BFloat16), expected));
            }
        }
        Assert.InRange(worst, 0, 1.5 * worstWithout + 0.02);
    }

    static Tensor Whole(LlavaModel model, int[] ids, int image, Tensor patches_IVD, ScalarType type)
    {
        TokenRole[] roles = [.. ids.Select(id => id == model.Config.ImageTokenIndex ? TokenRole.Image : TokenRole.Text)];
        var embeds = model.Embed(TokenBatch.Pad([new(ids, roles)], 0, PaddingSide.Right), patches_IVD.narrow(0, image, 1), type);
        return model.Logits(model.Last(embeds))[0, ids.Length - 1].to(ScalarType.Float32);
    }

    /// <summary>
    /// A window of 5 positions over prompts of 11 and more: the cache, with and without a prefix, against the whole sequence.
    /// </summary>
    [Theory, MemberData(nameof(Folders))]
    public void A_sliding_window_hides_what_lies_further_back(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var config = LlavaConfigFile.Read(Path.Combine(folder, "config.json"));
        using var model = FixtureModel.Build(folder, config: config with { Decoder = config.Decoder with { SlidingWindow = 5 } });
        using var far = FixtureModel.Build(folder, config: config);
        var patches = Patches(model, folder, ScalarType.Float32);
        var cases = Cases(folder);
        foreach (var oneImage in (bool[])[false, true])
        {
            Prompt[] prompts = [.. Prompts(cases, config).Select(p => oneImage ? p with { Image = 0 } : p)];
            using var prefix = PromptPrefix.Decode(model, prompts, patches, ScalarType.Float32, CancellationToken.None);
            using var session = DecodingSession.Begin(model, prefix, prompts, patches, ScalarType.Float32, 8, CancellationToken.None);
            for (var step = 0; step < 8; step++)
            {
                if (step > 0) session.Append(cases.Select(c => c.Greedy[step - 1]), CancellationToken.None);
                for (var row = 0; row < prompts.Length; row++)
                {
                    int[] ids = [.. cases[row].Prompt, .. cases[row].Greedy[..step]];
                    Assert.InRange(FixtureModel.Difference(session.Next_BW[row],
                        Whole(model, ids, prompts[row].Image, patches, ScalarType.Float32)), 0, 5e-5);
                    Assert.True(FixtureModel.Difference(session.Next_BW[row],
                        Whole(far, ids, prompts[row].Image, patches, ScalarType.Float32)) > 1e-2);
                }
            }
        }
    }

    /// <summary>
    /// One key-value head for six query heads, heads wider than their share, six steps: cached against whole, prefix and padding included.
    /// </summary>
    [Theory]
    [InlineData(6, 1, 16, 48, ScalarType.Float32, 5e-5)]
    [InlineData(4, 4, 8, 24, ScalarType.Float32, 5e-5)]
    [InlineData(6, 3, 8, 40, ScalarType.Float64, 1e-6)]
    public void Other_shapes_decode_with_a_cache_as_without(int heads, int shared, int headDim, int width, ScalarType type,
        double tolerance)
    {
        var config = new LlavaConfig
        {
            Vision =
                new() { HiddenSize = 16, IntermediateSize = 16, NumHiddenLayers = 2, NumAttentionHeads = 2, ImageSize = 32, PatchSize = 8 },
            Decoder = new()
            {
                ModelType = "mistral",
                HiddenSize = width,
                IntermediateSize = 40,
                NumHiddenLayers = 5,
                NumAttentionHeads = heads,
                NumKeyValueHeads = shared,
                HeadDim = headDim,
                VocabSize = 131
            },
            ImageTokenIndex = 121,
        };
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = new LlavaModel(new FreshWeights(3, CPU, type), config,
            SpecialTokens.Create(121, 0, Enumerable.Range(131, 4), Enumerable.Range(135, 8)), table => zeros(12, table.shape[1]));
        var patches = randn(2, 16, width, type, generator: new Generator(4));
        int[] image = [.. Enumerable.Repeat(121, 16)];
        int[][] ids = [[1, 5, .. image, 9, 8, 7], [1, 5, .. image, 30], [1, 5, .. image, 9, 8, 2, 3, 4, 11]];
        foreach (var images in (int[][])[[0, 1, 0], [1, 1, 1]])
        {
            Prompt[] prompts = [.. ids.Select((row, i) =>
                new Prompt(new(row, [.. row.Select(id => id == 121 ? TokenRole.Image : TokenRole.Text)]), images[i]))];
            using var prefix = PromptPrefix.Decode(model, prompts, patches, type, CancellationToken.None);
            Assert.Equal(images[0] == images[1] ? 18 : 0, prefix.Length);
            using var session = DecodingSession.Begin(model, prefix, prompts, patches, type, 6, CancellationToken.None);
            for (var step = 0; step < 6; step++)
            {
                if (step > 0) session.Append([40 + step, 50 + step, 60 + step], CancellationToken.None);
                for (var row = 0; row < 3; row++)
                    Assert.InRange(FixtureModel.Difference(session.Next_BW[row],
                        Whole(model, [.. ids[row], .. Enumerable.Range(1, step).Select(s => 40 + 10 * row + s)], images[row], patches,
                            type)), 0, tolerance);
            }
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Decoding_leaves_no_tensor_behind_and_stops_when_told(string name)
    {
        var folder = Fixtures.At("model", name);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(folder);
        var patches = Patches(model, folder, ScalarType.Float32);
        var prompts = Prompts(Cases(folder), model.Config);
        Greedy(model, prompts, patches, ScalarType.Float32, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var scope = NewDisposeScope()) Greedy(model, [.. prompts.Select(p => p with { Image = 0 })], patches, ScalarType.Float32, 6);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        using var none = PromptPrefix.Decode(model, [prompts[0]], null, ScalarType.Float32, CancellationToken.None);
        Assert.Throws<OperationCanceledException>(() =>
            DecodingSession.Begin(model, none, prompts, patches, ScalarType.Float32, 4, stopped.Token));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
