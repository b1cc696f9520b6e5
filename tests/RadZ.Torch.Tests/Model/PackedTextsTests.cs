using CsCheck;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>Texts in one row without padding, shared beginnings held once: the same features and gradients as text by text.</summary>
public sealed class PackedTextsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-packed-").FullName;

    /// <summary>Texts that begin alike, one that is the beginning of another, the same one twice, and one of another kind.</summary>
    static readonly string[] s_texts =
    [
        "This is a chest X-ray showing pleural effusion", "This is a chest X-ray showing a mass",
        "This is a chest X-ray showing a mass and edema", "no finding",
        "The heart is enlarged. There is a large right pleural effusion with a second sentence that makes it long.",
        "This is a chest X-ray showing a mass", "mass",
    ];

    string Folder(int width, ScalarType type, Pooling pooling = Pooling.Tokens)
    {
        var path = Path.Combine(_folder, $"{width}{type}");
        if (!Directory.Exists(path)) Cli.TinyModelFolder.Write(path, width: width, type: type);
        if (pooling == Pooling.Tokens) return path;
        using var encoder = RadiologyEncoder.Load(path);
        encoder.Writer.Save(path + pooling, type, encoder.Folder.Settings with { Pooling = pooling });
        return path + pooling;
    }

    static double Error(Tensor actual,
        Tensor expected) => ((actual.detach() - expected.detach()).to(ScalarType.Float64).norm()
            / expected.detach().to(ScalarType.Float64).norm()).item<double>();

    static readonly Gen<TokenSequence> s_text = Gen.Int[0, 3].Array[0, 12].Select(Gen.Int[1, 3], (ids, kind) =>
        new TokenSequence([1, .. ids.Select(i => i + 5), 90], [TokenRole.Text, .. ids.Select(_ => TokenRole.Text), TokenRole.Special]));

    [Fact]
    public void Every_text_is_there_at_its_places_and_beginnings_lie_once() =>
        Gen.Select(s_text.Array[1, 30], Gen.Bool, Gen.Int[1, 60]).Sample((texts, share, most) =>
    {
        var packs = PackedTexts.Pack(texts, share, most);
        Assert.Equal(Enumerable.Range(0, texts.Length), packs.SelectMany(p => p.Numbers).Order());
        foreach (var pack in packs)
        {
            Assert.True(pack.Row.Length <= most || pack.Numbers.Count == 1);
            var own = pack.Numbers.Select(i => texts[i]).ToList();
            foreach (var (text, at) in own.Zip(pack.Positions))
            {
                Assert.Equal(text.Ids, at.Select(i => pack.Row.Ids[i]));
                Assert.Equal(text.Roles, at.Select(i => pack.Row.Roles[i]));
                Assert.Equal(Enumerable.Range(0, text.Length), at.Select(i => pack.Places[i]));
            }
            var beginnings = own.SelectMany(t => Enumerable.Range(1, t.Length).Select(n => string.Join(' ', t.Ids.Take(n)))).Distinct()
                .Count();
            Assert.Equal(share ? beginnings : own.Sum(t => t.Length), pack.Row.Length);
        }
    });

    public static IEnumerable<TheoryDataRow> Kinds =>
    [
        new(32, ScalarType.Float32, Pooling.Tokens, 1e-5), new(32, ScalarType.Float32, Pooling.Last, 1e-5),
        new(32, ScalarType.Float32, Pooling.Mean, 1e-5),
        new(1024, ScalarType.BFloat16, Pooling.Tokens, 0.015), new(1024, ScalarType.BFloat16, Pooling.Mean, 0.015),
    ];

    [Theory, MemberData(nameof(Kinds))]
    internal void Features_are_those_of_each_text_alone(int width, ScalarType type, Pooling pooling, double tolerance)
    {
        using var encoder = RadiologyEncoder.Load(Folder(width, type, pooling), new() { ComputeType = type });
        Assert.Equal(pooling, encoder.Folder.Settings.Form.Pooling);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        encoder.Sequences.Packing = false;
        var alone = s_texts.Select(t => encoder.Texts([t])).ToList();
        encoder.Sequences.Packing = true;
        var (both, global) = (encoder.Texts(s_texts), encoder.Texts(s_texts, globalOnly: true));
        Assert.Equal(pooling != Pooling.Mean, global.Local_BD is null);
        for (var i = 0; i < s_texts.Length; i++)
        {
            Assert.InRange(Error(both.Global_BD[i], alone[i].Global_BD[0]), 0, tolerance);
            Assert.InRange(Error(global.Global_BD[i], alone[i].Global_BD[0]), 0, tolerance);
            Assert.InRange(Error(both.Local_BD![i], alone[i].Local_BD![0]), 0, tolerance);
        }
        Assert.True(Error(both.Global_BD[0], both.Global_BD[1]) > 10 * tolerance);           // the tolerance tells texts apart
    }

    /// <summary>
    /// Gradients of a sum over all features with weights that differ: what is shared gathers the gradients of all who share it.
    /// </summary>
    Dictionary<string, Tensor> Gradients(string folder, ScalarType type, bool packed, bool replay, bool lora, double dropout = 0)
    {
        using var encoder = RadiologyEncoder.Load(folder,
            new()
            {
                ComputeType = type,
                Trainable = !lora,
                Seed = 4,
                NewLora = lora ? new() { Rank = 3, Alpha = 6, Dropout = dropout } : null
            });
        (encoder.Sequences.Packing, encoder.Training.CheckpointLayers) = (packed, replay);
        using var generator = new Generator(5);
        using var _ = NewDisposeScope();
        foreach (var (name, value) in encoder.Training.Weights.Where(w => w.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
            using (no_grad()) value.copy_(randn(value.shape, generator: generator) * 0.1);   // zero would hide what A gets
        var features = encoder.Texts(s_texts);
        var global = encoder.Texts(s_texts, globalOnly: true).Global_BD;
        var loss = new[] { features.Global_BD, features.Local_BD!, global }.Aggregate(zeros(1),
            (sum, f) => sum + (f * randn(f.shape, generator: generator)).sum());
        encoder.Training.Backward(loss);
        return encoder.Training.Weights.Where(w => w.Value.grad is not null).ToDictionary(w => w.Name,
            w => w.Value.grad!.clone().DetachFromDisposeScope());
    }

    [Theory]
    [InlineData(32, ScalarType.Float32, false, false, 1e-4), InlineData(32, ScalarType.Float32, true, false, 1e-4),
        InlineData(32, ScalarType.Float32, true, true, 1e-4)]
    [InlineData(1024, ScalarType.BFloat16, false, true, 0.04), InlineData(1024, ScalarType.BFloat16, true, true, 0.04)]
    public void Gradients_are_those_of_the_padded_batch(int width, ScalarType type, bool replay, bool lora, double tolerance)
    {
        var folder = Folder(width, type);
        var (padded, packed) = (Gradients(folder, type, packed: false, replay, lora), Gradients(folder, type, packed: true, replay, lora));
        Assert.Equal(padded.Keys.Order(StringComparer.Ordinal), packed.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(padded.Keys, k => k.Contains("layers.0.self_attn.k_proj", StringComparison.Ordinal));
        Assert.Equal(!lora, padded.ContainsKey("specials"));
        foreach (var (name, want) in padded)
            if (want.abs().max().item<float>() > 0)
                Assert.True(Error(packed[name], want) <= tolerance, $"{name}: {Error(packed[name], want):g3}");
            else Assert.Equal(0, packed[name].abs().max().item<float>());
    }

    [Fact]
    public void Under_dropout_nothing_is_shared_and_layers_run_again_drop_the_same()
    {
        var folder = Folder(1024, ScalarType.BFloat16);
        using var encoder = RadiologyEncoder.Load(folder,
            new() { ComputeType = ScalarType.BFloat16, Seed = 4, NewLora = new() { Rank = 3, Alpha = 6, Dropout = 0.5 } });
        using var _ = NewDisposeScope();
        foreach (var (name, value) in encoder.Training.Weights.Where(w => w.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
            using (no_grad()) value.normal_(0, 0.2);
        Assert.True(encoder.Sequences.PacksTexts);
        var twice = encoder.Texts(["a mass", "a mass"]).Global_BD.detach();
        Assert.True(Error(twice[0], twice[1]) > 0.01);                                       // each text has drops of its own
        using (no_grad())
        {
            var without = encoder.Texts(["a mass", "a mass"]).Global_BD;
            Assert.True(without[0].equal(without[1]).all().item<bool>());
        }
        var (kept, again) = (Gradients(folder, ScalarType.BFloat16, packed: true, replay: false, lora: true, 0.5),
            Gradients(folder, ScalarType.BFloat16, packed: true, replay: true, lora: true, 0.5));
        foreach (var (name, want) in kept) Assert.True((again[name] - want).norm().item<float>() <= 0.02 * want.norm().item<float>(), name);
    }

    [Fact]
    public void Only_wide_models_pack_by_themselves()
    {
        using var small = RadiologyEncoder.Load(Folder(32, ScalarType.Float32));
        using var wide = RadiologyEncoder.Load(Folder(1024, ScalarType.BFloat16));
        Assert.False(small.Sequences.PacksTexts);
        Assert.True(wide.Sequences.PacksTexts);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
