using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Inspection;
using RadZ.Model.RandomCheckpoints;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Model;

/// <summary>Checkpoints of random weights: the published layouts to the byte, the same at every run, and usable.</summary>
public class RandomCheckpointTests
{
    static string New() => Path.Combine(Directory.CreateTempSubdirectory("radz-random-").FullName, "made");

    static LlavaConfig ConfigOf(CheckpointShape shape)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-shape-").FullName, "config.json");
        File.WriteAllText(path, shape.ConfigText);
        return LlavaConfigFile.Read(path);
    }

    public static TheoryData<string, string, string> Published => new()
    {
        { "llava-med-7b", "llava-med-v1.5-mistral-7b.original.json", "llava-med-v1.5-mistral-7b.original" },
        { "llava-1.5-7b", "llava-1.5-7b.hf-2023-disk.json", "llava-1.5-7b.hf-2023" },
    };

    [Theory, MemberData(nameof(Published))]
    public void Names_order_shapes_dtype_config_shards_and_index_are_the_published_ones(string name, string tensors, string published)
    {
        var shape = CheckpointShape.All.Single(s => s.Name == name);
        Assert.Equal(File.ReadAllText(Fixtures.At("checkpoints", "configs", $"{published}.json")).TrimEnd(), shape.ConfigText.TrimEnd());
        var file = JsonNode.Parse(File.ReadAllText(Fixtures.At("checkpoints", "tensors", tensors)))!;
        var type = SafetensorsHeader.Types.First(t => t.Type == shape.Type).Name;
        var weights = shape.Weights(ConfigOf(shape));
        Assert.Equal(file["tensors"]!.AsObject().Select(t => $"{t.Key} {t.Value![0]} [{string.Join(", ", t.Value[1]!.AsArray())}]"),
            weights.Select(w => $"{w.Name} {type} [{string.Join(", ", w.Shape)}]"));
        var shards = RandomCheckpoint.Shards(weights, shape.Type);
        Assert.Equal(JsonNode.Parse(File.ReadAllText(Fixtures.At("checkpoints", "index",
            $"{published}.model.safetensors.index.json")))!.ToJsonString(),
            JsonNode.Parse(RandomCheckpoint.Index(shards, shards.Sum(s => s.Bytes)))!.ToJsonString());
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_the_numbers_are_normal()
    {
        var (one, two, other) = (New(), New(), New());
        RandomCheckpoint.Write(CheckpointShape.Tiny, 5, one, null, null, CancellationToken.None);
        RandomCheckpoint.Write(CheckpointShape.Tiny, 5, two, null, null, CancellationToken.None);
        RandomCheckpoint.Write(CheckpointShape.Tiny, 6, other, null, null, CancellationToken.None);
        byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        Assert.Equal(Weights(one), Weights(two));
        Assert.NotEqual(Weights(one), Weights(other));
        Assert.True(ModelReport.Read(one).Fits);

        using var _ = NewDisposeScope();
        using var file = new SafetensorsFile(Path.Combine(one, "model.safetensors"));
        var table = file.Read("language_model.model.embed_tokens.weight").to(ScalarType.Float64).flatten();
        var z = table / 0.02;
        Assert.InRange(z.mean().item<double>(), -0.012, 0.012);                            // 132,096 numbers: four standard errors
        Assert.InRange(z.square().mean().item<double>(), 0.984, 1.016);
        Assert.InRange(z.pow(4).mean().item<double>(), 2.9, 3.1);
        Assert.InRange((table[..^1] * table[1..]).mean().item<double>() / 4e-4, -0.012, 0.012);
        Assert.Equal(1, file.Read("language_model.model.norm.weight").mean().item<float>());
    }

    [Theory, InlineData(ScalarType.Float16), InlineData(ScalarType.BFloat16), InlineData(ScalarType.Float32)]
    public void A_number_depends_on_its_place_alone_and_is_rounded_as_torch_rounds(ScalarType type)
    {
        using var _ = NewDisposeScope();
        var size = type == ScalarType.Float32 ? 4 : 2;
        var (whole, part, single) = (new byte[4099 * size], new byte[51 * size], new byte[4099 * 4]);
        new RandomNumbers(type, 0.02).Fill(whole, 77, 0);
        new RandomNumbers(type, 0.02).Fill(part, 77, 4048);
        Assert.Equal(whole[(4048 * size)..], part);
        new RandomNumbers(ScalarType.Float32, 0.02).Fill(single, 77, 0);
        var expected = tensor(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(single).ToArray()).to(type);
        Assert.Equal(expected.bytes.ToArray(), whole);
    }

    [Fact]
    public void Shapes_with_fewer_layers_load_whole_and_see_pictures_apart()
    {
        var folder = New();
        RandomCheckpoint.Write(CheckpointShape.Tiny.WithLayers(2), 5, folder, null, null, CancellationToken.None);
        using var encoder = RadiologyEncoder.Load(folder);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        Assert.Equal(2, encoder.Folder.Config.Decoder.NumHiddenLayers);
        var features = encoder.Images(randn(2, 3, 56, 56)).Global_BD;
        Assert.True(features.isfinite().all().item<bool>());
        Assert.True((features[0] - features[1]).abs().max().item<float>() > 1e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => CheckpointShape.Tiny.WithLayers(1));
    }

    [Fact]
    public void What_is_in_the_way_is_refused_and_a_stop_leaves_nothing()
    {
        var folder = New();
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            RandomCheckpoint.Write(CheckpointShape.LlavaMed7B.WithLayers(2), 1, folder, null, (_, _) => stop.Cancel(), stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder)!));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "");
        Assert.Equal("occupied",
            Assert.Throws<InvalidInputException>(() =>
                RandomCheckpoint.Write(CheckpointShape.Tiny, 1, folder, null, null, CancellationToken.None)).Kind);
        Assert.Equal("wrong-checkpoint",
            Assert.Throws<InvalidInputException>(() => RandomCheckpoint.Write(CheckpointShape.LlavaMed7B, 1, New(),
                Cli.TinyModelFolder.Tokenizer, null, CancellationToken.None)).Kind);
    }
}
