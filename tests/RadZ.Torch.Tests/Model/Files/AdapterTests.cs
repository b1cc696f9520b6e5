using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Conversion;
using RadZ.Model.Features;
using RadZ.Model.Inspection;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Model;

/// <summary>PEFT's adapters in and out, LLaVA's own, several over one base, and merged.</summary>
public sealed partial class AdapterTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-adapter-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    static JsonObject Json(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    static (int Weights, int Changed) Merge(string model, string adapter, string output) =>
        AdapterMerge.Write(model, adapter, output, null, TestContext.Current.CancellationToken);

    static string Lora(string name) => Fixtures.At("model", name, "lora");

    public static TheoryData<string> Folders => FixtureModel.Folders;

    /// <summary>The fixture's adapter with other names and other keys in its config.</summary>
    string Changed(string name, Func<string, string> rename, Action<JsonObject>? config = null, Func<string, Tensor, Tensor>? value = null,
        string target = "changed")
    {
        Directory.CreateDirectory(At(target));
        using var _ = NewDisposeScope();
        using var file = new SafetensorsFile(Path.Combine(Lora(name), "adapter_model.safetensors"));
        SafetensorsFile.Write(At(target, "adapter_model.safetensors"),
            [.. file.Header.Tensors.Keys.Select(k => (rename(k), value?.Invoke(k, file.Read(k)) ?? file.Read(k)))]);
        var json = Json(Path.Combine(Lora(name), "adapter_config.json"));
        config?.Invoke(json);
        File.WriteAllText(At(target, "adapter_config.json"), json.ToJsonString());
        return At(target);
    }

    static void AssertOutputs(string name, string adapter)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var model = FixtureModel.Build(Fixtures.At("model", name), adapter: adapter);
        using var io = new SafetensorsFile(Fixtures.At("model", name, "io.safetensors"));
        using var expected = new SafetensorsFile(Path.Combine(Lora(name), "io.safetensors"));
        var embeds = model.Embed(FixtureModel.Batch(model.Config, io.Read("input_ids"), io.Read("attention_mask")),
            model.Project(model.See(io.Read("pixel_values"))), ScalarType.Float32);
        var last = model.Last(embeds);
        Assert.InRange(FixtureModel.Difference(model.Logits(last), expected.Read("logits"), io.Read("attention_mask")), 0, 2e-5);
    }

    [Fact]
    public void An_adapters_knowledge_stands_in_the_place_of_its_bases()
    {
        string Described(string folder)
        {
            Directory.CreateDirectory(At(folder));
            File.WriteAllText(At(folder, "knowledge.json"), $$"""
                { "version": 1, "diseases": [ { "name": "mass",
                    "description": { "overview": "Of the {{folder}}.", "imaging": "White.", "presentation": "Cough." } } ] }
                """);
            return At(folder);
        }
        static string Overview(string folder, string? adapter) =>
            ModelFolder.KnowledgeOf(folder, adapter).Resolve("mass").Description!.Overview;
        var (model, adapter) = (Described("base"), Described("adapter"));
        Assert.Equal(["Of the base.", "Of the adapter.", "Of the base."],
            [Overview(model, null), Overview(model, adapter), Overview(model, _folder)]);
    }

    const string Ours5 = "base_model.model.model.language_model.";

    public static TheoryData<string, string, bool> Namings => new()
    {
        { "base_model.model.model.", ".*", true }, { "base_model.model.model.", ".*", false },
        { "base_model.model.language_model.model.", ".*", true },
        { Ours5, ".*", true }, { Ours5, ".*", false }, { "model.", "list", false }, { "base_model.model.model.", "list", true },
    };

    [Theory, MemberData(nameof(Namings))]
    public void Adapters_of_every_tree_and_on_disk_or_in_memory_names_give_the_same_numbers(string prefix, string targets, bool disk)
    {
        foreach (var name in FixtureModel.Folders.Select(f => f.Data).Where(n => Directory.Exists(Lora(n))))
            AssertOutputs(name, Changed(name,
                k => (disk ? k : k.Replace(".weight", ".default.weight", StringComparison.Ordinal)).Replace(Ours5, prefix,
                    StringComparison.Ordinal),
                json => json["target_modules"] = targets == "list"
                    ? new JsonArray([.. LoraOptions.AllDecoderProjections.Select(t => (JsonNode)t)])
                    : ".*(layers).*\\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"));
    }

    /// <summary>
    /// The same product written with other ranks and alphas: numbers must not change where the patterns say so, and must where they do not.
    /// </summary>
    [Fact]
    public void Rank_and_alpha_patterns_and_rslora_scale_as_peft_does()
    {
        const string Name = "llava-mistral-tiny";
        static bool Wide(string k) => k.Contains("layers.1.mlp.up_proj", StringComparison.Ordinal);
        static Tensor Doubled(string k, Tensor v) =>
            !Wide(k) ? v : k.Contains("lora_A", StringComparison.Ordinal) ? cat([v, v], 0) : cat([v, v], 1);
        // r 8 at layer 1: (alpha / r) [B B][A; A] = 2 (8/8) B A = (8/4) B A
        AssertOutputs(Name, Changed(Name, k => k, json =>
        {
            json["rank_pattern"] = new JsonObject { [@"layers\.1\.mlp\.up_proj"] = 8 };
            json["alpha_pattern"] = new JsonObject { [@".*layers\.1\.mlp\.up_proj"] = 8, ["up_proj"] = 8, ["nothing"] = 1000 };
        }, Doubled));
        AssertOutputs(Name, Changed(Name, k => k, json =>                             // alpha / sqrt(4) = 2 with alpha 4
        {
            json["use_rslora"] = true;
            json["lora_alpha"] = 4;
        }));
        var e = Assert.Throws<InvalidInputException>(() => AssertOutputs(Name, Changed(Name, k => k, null, Doubled)));
        Assert.Contains("layers.1.mlp.up_proj.lora_A.weight [8, 32] where model and rank want [4, 32]", e.Message);
    }

    [Theory]
    [InlineData("use_dora", "true"), InlineData("lora_bias", "true"), InlineData("fan_in_fan_out", "true"), InlineData("bias", "\"all\""),
        InlineData("peft_type", "\"IA3\"")]
    [InlineData("layer_replication", "[[0, 2]]"), InlineData("target_parameters", "[\"x\"]"), InlineData("init_lora_weights", "\"pissa\""),
        InlineData("use_qalora", "true")]
    [InlineData("loftq_config", "{\"loftq_bits\": 4}"), InlineData("megatron_config", "{\"a\": 1}"),
        InlineData("arrow_config", "{\"a\": 1}"), InlineData("a_key_of_tomorrow", "3")]
    [InlineData("trainable_token_indices", "{\"lm_head\": [3]}"), InlineData("r", "0"), InlineData("lora_dropout", "2"),
        InlineData("rank_pattern", "{\"q_proj\": 1.5}")]
    public void Options_that_are_not_computed_are_refused_by_name(string key, string value)
    {
        var folder = Changed("llava-mistral-tiny", k => k, json => json[key] = JsonNode.Parse(value));
        var e = Assert.Throws<InvalidInputException>(() => AdapterFolder.Open(folder));
        Assert.Contains(key, e.Message);
        Assert.Contains("adapter_config.json", e.Message);
    }

    [Fact]
    public void Entries_without_a_place_and_places_without_an_entry_come_in_one_error()
    {
        var folder = Changed("llava-mistral-tiny",
            k => k.Contains("layers.2.mlp.up_proj", StringComparison.Ordinal) ? k.Replace("layers.2", "layers.9", StringComparison.Ordinal)
                : k);
        var e = Assert.Throws<InvalidInputException>(() =>
            FixtureModel.Build(Fixtures.At("model", "llava-mistral-tiny"), adapter: folder).Dispose());
        Assert.Contains("layers.2.mlp.up_proj.lora_A", e.Message);
        Assert.Contains("layers.9.mlp.up_proj.lora_B", e.Message);
        Assert.Contains("lora_magnitude_vector", Assert.Throws<InvalidInputException>(() => AdapterFolder.Open(Changed("llava-mistral-tiny",
            k => k.Contains("layers.2.mlp.up_proj.lora_A", StringComparison.Ordinal)
                ? k.Replace("lora_A.weight", "lora_magnitude_vector", StringComparison.Ordinal) : k))).Message);
    }

    public static TheoryData<string> PublishedConfigs =>
        [.. Directory.GetFiles(Fixtures.At("checkpoints"), "adapter_config.*.json").Select(p => Path.GetFileName(p)!)];

    [Theory, MemberData(nameof(PublishedConfigs))]
    public void Configs_that_peft_wrote_are_read(string name)
    {
        var options = LoraOptions.Read(Fixtures.At("checkpoints", name));
        Assert.Equal((128, 256.0, 2.0, 0.05), (options.Rank, options.Alpha, options.Scale, options.Dropout));
        Assert.Equal(name.Contains("token-rows", StringComparison.Ordinal) ? Enumerable.Range(32000, 12) : [], options.TokenRows);
        options =
            options with { Naming = name.Contains("hf-5", StringComparison.Ordinal) ? CheckpointNames.Memory5 : CheckpointNames.Original };
        Assert.True(options.Covers("language_model.model.layers.31.mlp.down_proj"));
        Assert.False(options.Covers("vision_tower.vision_model.encoder.layers.3.self_attn.q_proj"));
        Assert.False(options.Covers("language_model.lm_head"));
    }

    /// <summary>Names and shapes of a whole adapter of each base, as PEFT made them.</summary>
    [Fact]
    public void Names_on_disk_are_those_of_peft()
    {
        var peft = Json(Fixtures.At("checkpoints", "peft.json"));
        foreach (var (set, value) in peft["sets"]!.AsObject())
        {
            var naming = set.EndsWith("original", StringComparison.Ordinal) ? CheckpointNames.Original
                : set.EndsWith("hf_5", StringComparison.Ordinal) ? CheckpointNames.Memory5 : CheckpointNames.Own;
            var ours = LoraOptions.AllDecoderProjections.Select(p =>
                $"language_model.model.layers.0.{(p is "gate_proj" or "up_proj" or "down_proj" ? "mlp" : "self_attn")}.{p}");
            Assert.Equal(value!["layer_0"]!.AsObject().Select(k => k.Key).Order(StringComparer.Ordinal),
                ours.SelectMany(m => new[] { AdapterNames.Lora(m, false, naming), AdapterNames.Lora(m, true, naming) })
                    .Order(StringComparer.Ordinal));
            Assert.All(value["layer_0"]!.AsObject(),
                k => Assert.StartsWith("language_model.model.layers.0.", AdapterFile.InternalName(k.Key)));
        }
        var rows = peft["written_by_peft_tiny_lora_and_token_rows"]!.AsObject().Select(k => k.Key)
            .Single(k => k.Contains("token", StringComparison.Ordinal));
        Assert.Equal(rows, AdapterNames.Rows(CheckpointNames.Original));
    }

    string Tiny(int seed = 7)
    {
        if (!Directory.Exists(At("base"))) TinyModelFolder.Write(At("base"), seed);
        return At("base");
    }

    /// <summary>An adapter as a run leaves it: trained pairs, projector and modality tokens.</summary>
    string Trained(string name, int seed)
    {
        using var encoder = RadiologyEncoder.Load(Tiny(), new() { NewLora = new() { Rank = 3, Alpha = 6 }, Seed = seed });
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var (weight, value) in encoder.Training.Weights.Where(w => TrainableModel.IsTrainedBesideAdapters(w.Name)))
            value.add_(randn(value.shape, generator: generator) * 0.1);
        encoder.Writer.SaveAdapter(At(name));
        encoder.Writer.Save(At(name + "-whole"), ScalarType.Float32);
        return At(name);
    }

    static float[] Features(RadiologyEncoder encoder)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var generator = new Generator(3);
        var image = encoder.Images(randn(2, 3, 32, 32, generator: generator));
        var text = encoder.Texts(["mass on the left", "no effusion"]);
        return [.. image.Global_BD.data<float>(), .. image.Local_BD!.data<float>(), .. text.Global_BD.data<float>()];
    }

    static void AssertNear(float[] expected, float[] actual, float tolerance = 2e-5f)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }

    [Fact]
    public void What_is_saved_is_read_back_merges_and_is_what_peft_reads()
    {
        var adapter = Trained("one", 1);
        using var whole = RadiologyEncoder.Load(adapter + "-whole");
        using var over = RadiologyEncoder.Load(Tiny(), new() { Adapter = adapter });
        AssertNear(Features(whole), Features(over));

        var (weights, changed) = Merge(Tiny(), adapter, At("merged"));
        using var merged = RadiologyEncoder.Load(At("merged"));
        AssertNear(Features(over), Features(merged));
        Assert.Equal(21 + 4 + 1, changed);                                            // 7 projections of 3 layers, projector, table
        Assert.Equal(weights, new SafetensorsFile(Path.Combine(Tiny(), "model.safetensors")).Header.Tensors.Count);
        Assert.True(ModelReport.Read(At("merged")).Fits);

        using var file = new SafetensorsFile(Path.Combine(adapter, "adapter_model.safetensors"));
        Assert.Equal([3, 32], file.Header.Tensors["base_model.model.model.language_model.layers.2.self_attn.q_proj.lora_A.weight"].Shape);
        Assert.Equal([32, 3], file.Header.Tensors["base_model.model.model.language_model.layers.2.self_attn.q_proj.lora_B.weight"].Shape);
        Assert.Equal([12, 32],
            file.Header.Tensors["base_model.model.model.language_model.embed_tokens.token_adapter.trainable_tokens_delta"].Shape);
        Assert.Equal([32, 32], file.Header.Tensors["base_model.model.model.multi_modal_projector.linear_2.weight"].Shape);
        Assert.Equal(42 + 4 + 1, file.Header.Tensors.Count);
        Assert.All(file.Header.Tensors.Values, t => Assert.Equal(ScalarType.Float32, t.Type));
        var config = Json(Path.Combine(adapter, "adapter_config.json"));
        Assert.Empty(config.Select(k => k.Key).Except(Json(Fixtures.At("checkpoints", "adapter_config.hf-5.json")).Select(k => k.Key)));
        Assert.Equal(@"model\.language_model\.layers\.\d+\.(self_attn|mlp)\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)",
            config["target_modules"]!.GetValue<string>());
        Assert.Equal("""{"embed_tokens":[2002,2003,2004,2005,2006,2007,2008,2009,2010,2011,2012,2013]}""",
            config["trainable_token_indices"]!.ToJsonString());
        Assert.Equal("""["multi_modal_projector"]""", config["modules_to_save"]!.ToJsonString());
    }

    [Fact]
    public void Several_adapters_over_one_base_give_what_each_gives_alone()
    {
        string[] folders = [Trained("one", 1), Trained("two", 2)];
        float[] Alone(string? adapter)
        {
            using var encoder = RadiologyEncoder.Load(Tiny(), new() { Adapter = adapter });
            return Features(encoder);
        }
        using var encoder = RadiologyEncoder.Load(Tiny(), new() { Adapters = folders });
        Assert.Equal(["one", "two"], encoder.Adapters.Names);
        Assert.Equal("one", encoder.Adapters.Active);
        var hashes = new HashSet<string>();
        foreach (var name in (string?[])["one", "two", null, "one", null, "two", "two"])
        {
            encoder.Adapters.Use(name);
            Assert.Equal(Alone(name is null ? null : At(name)), Features(encoder));
            hashes.Add(encoder.Hash);
        }
        Assert.Equal(3, hashes.Count);
        Assert.Throws<ArgumentException>(() => encoder.Adapters.Use("three"));
        var before = File.ReadAllBytes(Path.Combine(Tiny(), "model.safetensors"));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Tiny(), "model.safetensors")));
    }

    [Fact]
    public void Rows_stand_in_for_the_tables_rows_in_the_order_of_the_config()
    {
        var adapter = Trained("rows", 4);
        var json = Json(Path.Combine(adapter, "adapter_config.json"));
        json["trainable_token_indices"] =
            JsonNode.Parse("""{"model.language_model.embed_tokens": [7, 5, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013]}""");
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), json.ToJsonString());
        using var _ = NewDisposeScope();
        using var encoder = RadiologyEncoder.Load(Tiny(), new() { Adapter = adapter });
        using var file = new SafetensorsFile(Path.Combine(adapter, "adapter_model.safetensors"));
        using var plain = new SafetensorsFile(Path.Combine(Tiny(), "model.safetensors"));
        var rows = file.Read("base_model.model.model.language_model.embed_tokens.token_adapter.trainable_tokens_delta");
        var table = encoder.Training.Weights.First(w => w.Name == "language_model.model.embed_tokens.weight").Value;
        void Same(Tensor a, Tensor b) => Assert.True(a.equal(b).all().item<bool>());
        Same(rows[0], table[7]);
        Same(rows[1], table[5]);
        Same(plain.Read("language_model.model.embed_tokens.weight")[6], table[6]);
        Same(rows.narrow(0, 2, 10), encoder.Training.Weights.First(w => w.Name == "specials").Value.narrow(0, 2, 10));
        encoder.Adapters.Use(null);
        Same(plain.Read("language_model.model.embed_tokens.weight"), table);

        Merge(Tiny(), adapter, At("merged-rows"));
        using var merged = new SafetensorsFile(At("merged-rows", "model.safetensors"));
        Same(rows[1], merged.Read("language_model.model.embed_tokens.weight")[5]);
    }
}
