using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Model.Inspection;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>Published layouts at full size (headers over empty files, no byte of weights), separate vision towers, indexes.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    public static TheoryData<string, string> Layouts =>
        [.. Directory.GetFiles(Fixtures.At("checkpoints", "tensors"), "*.json").Order(StringComparer.Ordinal)
            .Select(p => (Path.GetFileName(p)!, ConfigOf(Path.GetFileName(p)!)))];

    static string ConfigOf(string tensors) => tensors.StartsWith("llava-1.5-7b.hf-2023", StringComparison.Ordinal)
        ? "llava-1.5-7b.hf-2023.json" : tensors.StartsWith("llava-1.5-7b.hf", StringComparison.Ordinal) ? "llava-1.5-7b.hf-5.json"
        : tensors;

    static JsonObject Json(params string[] parts) => JsonNode.Parse(File.ReadAllText(Fixtures.At(parts)))!.AsObject();

    static readonly Dictionary<string, ScalarType> s_types =
        new() { ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16, ["F32"] = ScalarType.Float32, ["I64"] = ScalarType.Int64 };

    static List<(string Name, ScalarType Type, long[] Shape)> Tensors(string file, long more = 0) =>
        [.. Json("checkpoints", "tensors", file)["tensors"]!.AsObject()
            .Select(t => (t.Key, s_types[t.Value![0]!.GetValue<string>()],
                Shape(t.Key, [.. t.Value![1]!.AsArray().Select(n => n!.GetValue<long>())], more)))];

    static long[] Shape(string name, long[] shape,
        long more) => name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)
            || name.EndsWith("lm_head.weight", StringComparison.Ordinal) ? [shape[0] + more, shape[1]] : shape;

    /// <summary>A file with a right header and holes where the numbers would be.</summary>
    static void WriteEmpty(string path, IReadOnlyList<(string, ScalarType, long[])> tensors)
    {
        using var stream = File.Create(path);
        _ = new SafetensorsWriter(stream, tensors);
        stream.SetLength(stream.Length + tensors.Sum(t => SafetensorsWriter.Bytes(t.Item2, t.Item3)));
    }

    void WriteSharded(IReadOnlyList<(string Name, ScalarType Type, long[] Shape)> tensors, int shards)
    {
        var map = new JsonObject();
        foreach (var (i, shard) in tensors.Chunk((tensors.Count + shards - 1) / shards).Index())
        {
            var name = $"model-{i + 1:00000}-of-{shards:00000}.safetensors";
            WriteEmpty(At(name), shard);
            foreach (var tensor in shard) map[tensor.Name] = name;
        }
        File.WriteAllText(At("model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Published_layouts_are_recognised_and_counted_to_the_number(string tensors, string config)
    {
        var expected = Json("checkpoints", "tensors", tensors);
        WriteSharded(Tensors(tensors), 3);
        File.Copy(Fixtures.At("checkpoints", "configs", config), At("config.json"));
        var report = ModelReport.Read(_folder);
        Assert.Equal(expected["layout"]!.GetValue<string>(), report.Layout);
        Assert.Equal(expected["parameters"]!.GetValue<long>(), report.Parameters);
        Assert.Equal(expected["bytes"]!.GetValue<long>(), report.BytesNeeded);
        Assert.Empty(report.Unexpected);
        Assert.Empty(report.Misshaped);
        if (report.VisionTower.Stored) Assert.Equal((true, 0), (report.Fits, report.Missing.Count));
        else
        {
            Assert.All(report.Missing, m => Assert.StartsWith("model.vision_tower.vision_tower.vision_model.", m));
            Assert.Equal(391, report.Missing.Count);
            Assert.Contains("openai/clip-vit-large-patch14-336 was not found", report.Fault!.Message);
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Rows_of_special_tokens_may_have_been_added(string tensors, string config)
    {
        WriteSharded(Tensors(tensors, more: 12), 3);
        File.Copy(Fixtures.At("checkpoints", "configs", config), At("config.json"));
        var report = ModelReport.Read(_folder);
        Assert.Empty(report.Misshaped.Concat(report.Unexpected));
        Assert.Equal((tensors.Contains("hf", StringComparison.Ordinal) ? 32064 : 32000) + 12, report.Config!.Decoder.VocabSize);
    }

    [Fact]
    public void Every_row_of_the_mapping_is_known_in_every_naming_both_ways()
    {
        var mapping = Json("checkpoints", "mapping.json");
        foreach (var row in mapping["rows"]!.AsArray().Select(r => r!.AsObject()))
            foreach (var naming in CheckpointNames.All)
            {
                var (theirs, ours) = (row[naming.Name]!.GetValue<string>().Replace("{i}", "7", StringComparison.Ordinal),
                    row["hf_2023_disk"]!.GetValue<string>().Replace("{i}", "7", StringComparison.Ordinal));
                Assert.Equal(ours, CheckpointNames.InternalName(theirs));
                Assert.Equal(ours, CheckpointNames.InternalName(theirs, naming));
                Assert.Equal(theirs, CheckpointNames.StoredName(ours, naming));
            }
        Assert.Equal(mapping["namings"]!.AsArray().Select(n => n!.GetValue<string>()).Order(),
            CheckpointNames.All.Select(n => n.Name).Order());
        foreach (var naming in CheckpointNames.All)
            Assert.Equal(naming.Name,
                CheckpointNames.Layout(mapping["rows"]!.AsArray()
                    .Select(r => r![naming.Name]!.GetValue<string>().Replace("{i}", "0", StringComparison.Ordinal)).Skip(1)));
    }

    [Fact]
    public void Keys_that_differ_by_layer_alone_are_one_line_of_the_error()
    {
        WriteSharded([.. Tensors("llava-med-v1.5-mistral-7b.original.json")
            .Where(t => !t.Name.EndsWith(".mlp.up_proj.weight", StringComparison.Ordinal))
            .Append(("model.layers.3.surprise", ScalarType.Float32, [2L]))], 4);
        File.Copy(Fixtures.At("checkpoints", "configs", "llava-med-v1.5-mistral-7b.original.json"), At("config.json"));
        using var checkpoint = CheckpointFolder.Open(_folder);
        var weights = new CheckpointWeights(checkpoint, new(null, CPU));
        new LlavaModel(weights, checkpoint.ReadConfig(), SpecialTokens.Original(32000), t => zeros(12, t.shape[1])).Dispose();
        var e = Assert.Throws<InvalidInputException>(weights.Verify);
        Assert.Contains("32 weight(s) of the model are missing: model.layers.{0-31}.mlp.up_proj.weight. 1 entr(ies) fit nothing in the " +
            "model: model.layers.3.surprise.", e.Message);
    }

    [Theory]
    [InlineData("../a.safetensors"), InlineData("/etc/a.safetensors"), InlineData("sub/a.safetensors"), InlineData("..\\a.safetensors"),
        InlineData(".."), InlineData(""), InlineData("c:a.safetensors"), InlineData("passwd")]
    public void An_index_that_leads_outside_is_refused_with_key_and_file(string file)
    {
        File.WriteAllText(At("model.safetensors.index.json"),
            new JsonObject { ["weight_map"] = new JsonObject { ["some.weight"] = file } }.ToJsonString());
        var e = Assert.Throws<InvalidInputException>(() => CheckpointFiles.Open(_folder));
        Assert.Contains("some.weight", e.Message);
        Assert.Contains(At("model.safetensors.index.json"), e.Message);
    }

    [Fact]
    public void A_link_may_lead_into_the_hubs_cache_and_nowhere_else()
    {
        Directory.CreateDirectory(At("blobs"));
        Directory.CreateDirectory(At("elsewhere"));
        Directory.CreateDirectory(At("snapshots", "abc"));
        WriteEmpty(At("blobs", "1"), [("a", ScalarType.Float32, [2])]);
        WriteEmpty(At("elsewhere", "1"), [("a", ScalarType.Float32, [2])]);
        var (shard, index) = (At("snapshots", "abc", "model-1.safetensors"), """{"weight_map": {"a": "model-1.safetensors"}}""");
        File.WriteAllText(At("snapshots", "abc", "model.safetensors.index.json"), index);
        File.CreateSymbolicLink(shard, "../../blobs/1");
        Directory.CreateSymbolicLink(At("model"), At("snapshots", "abc"));
        foreach (var way in (string[])[At("snapshots", "abc"), At("model")])
            foreach (var file in CheckpointFiles.Open(way)) file.Dispose();
        File.Delete(shard);
        File.CreateSymbolicLink(shard, At("elsewhere", "1"));
        Assert.Contains("a link to", Assert.Throws<InvalidInputException>(() => CheckpointFiles.Open(At("snapshots", "abc"))).Message);
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "x.safetensors", "a": "x.safetensors"}}""", "weight_map.a comes twice")]
    [InlineData("""{"weight_map": {"a": "x.safetensors", "b": "x.safetensors"}}""", "places b in x.safetensors, which does not hold it")]
    [InlineData("""{"weight_map": {"c": "y.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map": {"a": 3}}""", "places a in 3")]
    [InlineData("""{"weight_map": {}}""", "no weight_map")]
    [InlineData("""{"metadata": NaN}""", "at metadata")]
    public void An_index_that_says_otherwise_than_its_shards_is_refused(string index, string says)
    {
        WriteEmpty(At("x.safetensors"), [("a", ScalarType.Float32, [2])]);
        File.WriteAllText(At("model.safetensors.index.json"), index);
        Assert.Contains(says, Assert.Throws<InvalidInputException>(() => CheckpointFiles.Open(_folder)).Message);
    }

    [Fact]
    public void A_truncated_shard_is_named_with_its_key()
    {
        WriteSharded(Tensors("llava-1.5-7b.hf-2023-disk.json"), 3);
        using (var stream = File.OpenWrite(At("model-00002-of-00003.safetensors"))) stream.SetLength(stream.Length - 1);
        var e = Assert.Throws<InvalidInputException>(() => CheckpointFiles.Open(_folder));
        Assert.Contains("model-00002-of-00003.safetensors", e.Message);
        Assert.Contains("truncated", e.Message);
        Assert.Contains("layers.", e.Message);
    }

    /// <summary>The tiny original LLaVA without its tower, and the tower as a CLIP folder with a text tower in it.</summary>
    (string Model, string Clip) Apart(bool named)
    {
        var source = Fixtures.At("model", "llava-mistral-tiny", "layouts", "original");
        var (model, clip) = (At("llava"), At("clip-tiny"));
        Directory.CreateDirectory(model);
        Directory.CreateDirectory(clip);
        using var _ = NewDisposeScope();
        using var whole = CheckpointFolder.Open(source);
        var tower = whole.Weights.Where(w => w.Key.StartsWith("vision_tower.", StringComparison.Ordinal)).ToList();
        SafetensorsFile.Write(Path.Combine(model, "model.safetensors"),
            [.. whole.Weights.Except(tower).Select(w => (w.Value.Theirs, w.Value.File.View(w.Value.Theirs)))]);
        SafetensorsFile.Write(Path.Combine(clip, "model.safetensors"),
            [.. tower.Select(w => (w.Key["vision_tower.".Length..], w.Value.File.View(w.Value.Theirs))), ("text_model.x", ones(3)),
                ("logit_scale", ones(1)), ("visual_projection.weight", ones(2, 2)), ("vision_model.embeddings.position_ids", arange(10))]);
        var config = Json("model", "llava-mistral-tiny", "layouts", "original", "config.json");
        if (!named) config["mm_vision_tower"] = "nobody/clip-none";
        File.WriteAllText(Path.Combine(model, "config.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(clip, "config.json"),
            new JsonObject
            {
                ["model_type"] = "clip",
                ["vision_config"] =
                Json("model", "llava-mistral-tiny", "config.json")["vision_config"]!.DeepClone()
            }.ToJsonString());
        return (model, clip);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_vision_tower_of_a_folder_of_its_own_gives_the_same_numbers(bool named)
    {
        var (model, clip) = Apart(named);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var checkpoint = CheckpointFolder.Open(model, named ? null : clip);
        Assert.Equal((Path.GetFullPath(clip), false), (Path.GetFullPath(checkpoint.Tower.Folder!), checkpoint.Tower.Stored));
        var weights = new CheckpointWeights(checkpoint, new(null, CPU));
        var config = checkpoint.ReadConfig();
        using var built = new LlavaModel(weights, config, SpecialTokens.Original(160), t => zeros(12, t.shape[1]));
        weights.Verify();
        using var io = new SafetensorsFile(Fixtures.At("model", "llava-mistral-tiny", "io.safetensors"));
        Assert.InRange(FixtureModel.Difference(built.Project(built.See(io.Read("pixel_values"))), io.Read("image_features")), 0, 1e-5);
    }

    [Fact]
    public void Without_its_tower_the_error_says_where_to_get_one()
    {
        var (model, clip) = Apart(named: false);
        Assert.Contains("VisionTower",
            Assert.Throws<InvalidInputException>(() => CheckpointFolder.Open(model).ReadConfig()).Message);
        Assert.Contains("no vision tower of its own",
            Assert.Throws<InvalidInputException>(() => CheckpointFolder.Open(model, "own")).Message);
        File.Copy(Path.Combine(clip, "config.json"), Path.Combine(model, "clip.json"));
        var vision = JsonNode.Parse(File.ReadAllText(Path.Combine(clip, "config.json")))!["vision_config"]!;
        File.WriteAllText(Path.Combine(model, "vision_config.json"), vision.ToJsonString());
        using var checkpoint = CheckpointFolder.Open(model);
        var weights = new CheckpointWeights(checkpoint, new(null, CPU));
        new LlavaModel(weights, checkpoint.ReadConfig(), SpecialTokens.Original(160), t => zeros(12, t.shape[1])).Dispose();
        var e = Assert.Throws<InvalidInputException>(weights.Verify);
        Assert.Equal("no-vision-tower", e.Kind);
        Assert.Contains("radz pull nobody/clip-none", e.Message);
    }

    [Fact]
    public void The_users_choice_of_tower_sets_the_stored_one_aside_and_is_told()
    {
        var (_, clip) = Apart(named: true);
        var source = Fixtures.At("model", "llava-mistral-tiny", "layouts", "original");
        using var own = CheckpointFolder.Open(source);
        Assert.True(own.Tower.Ambiguous);
        Assert.Equal("the checkpoint's own (its config names clip-tiny)", own.Tower.Text);
        using var meant = CheckpointFolder.Open(source, "own");
        Assert.False(meant.Tower.Ambiguous);
        using var other = CheckpointFolder.Open(source, clip);
        Assert.Equal($"{clip} (the checkpoint's own is set aside)", other.Tower.Text);
        var tower = other.Weights.Where(w => w.Key.StartsWith("vision_tower.", StringComparison.Ordinal)).ToList();
        Assert.Equal(own.Weights.Count, other.Weights.Count);
        Assert.All(tower, w => Assert.StartsWith(clip, w.Value.File.Path));
    }

    public static TheoryData<string> Pickled =>
        [.. FixtureModel.Folders.Select(f => f.Data).Where(f => Directory.Exists(Fixtures.At("model", f, "layouts", "original-bin")))];

    [Theory, MemberData(nameof(Pickled))]
    public void Pickled_shards_hold_what_safetensors_hold(string name)
    {
        var bins = Fixtures.At("model", name, "layouts", "original-bin");
        using var _ = NewDisposeScope();
        using var expected = CheckpointFolder.Open(Fixtures.At("model", name, "layouts", "original"));
        using var actual = CheckpointFolder.Open(bins);
        Assert.Equal(expected.Weights.Keys.Order(), actual.Weights.Keys.Order());
        foreach (var (key, weight) in actual.Weights)
            Assert.True(weight.File.View(weight.Theirs).equal(expected.Weights[key].File.View(expected.Weights[key].Theirs)).all()
                .item<bool>(), key);
    }
}
