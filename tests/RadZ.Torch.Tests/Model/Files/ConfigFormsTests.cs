using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Generation;
using RadZ.TestKit;
using RadZ.Text.ChatTemplates;

namespace RadZ.Torch.Tests.Model;

/// <summary>
/// config.json as Hugging Face wrote and writes it, and as the original LLaVA does; what changes numbers and is not known names its key.
/// </summary>
public sealed class ConfigFormsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static LlavaConfig Published(string name) => LlavaConfigFile.Read(Fixtures.At("checkpoints", "configs", name));

    LlavaConfig Changed(string name, string key, string value)
    {
        var json = JsonNode.Parse(File.ReadAllText(Fixtures.At("checkpoints", "configs", name)))!.AsObject();
        var parts = key.Split('.');
        (parts.Length == 2 ? json[parts[0]]!.AsObject() : json)[parts[^1]] = JsonNode.Parse(value);
        var path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, json.ToJsonString());
        return LlavaConfigFile.Read(path);
    }

    [Fact]
    public void The_published_forms_say_the_same_of_one_model()
    {
        var (older, today, original) =
            (Published("llava-1.5-7b.hf-2023.json"), Published("llava-1.5-7b.hf-5.json"), Published("llava-v1.5-7b.original.json"));
        Assert.Equal(today, older);
        Assert.Equal(today.Vision, original.Vision);
        Assert.Equal(today.Decoder, original.Decoder with { VocabSize = 32064 });
        Assert.Equal((32000, -200, -2, -2),
            (today.ImageTokenIndex, original.ImageTokenIndex, today.VisionFeatureLayer, original.VisionFeatureLayer));
        Assert.Equal((4096, 11008, 32, 32, 32, 128, 10_000.0, 1e-5),
            (today.Decoder.HiddenSize, today.Decoder.IntermediateSize, today.Decoder.NumHiddenLayers, today.Decoder.NumAttentionHeads,
                today.Decoder.NumKeyValueHeads, today.Decoder.HeadDim, today.Decoder.RopeTheta, today.Decoder.RmsNormEps));
        Assert.Equal(("float16", 576), (today.WeightType, today.Vision.Patches));

        var med = Published("llava-med-v1.5-mistral-7b.original.json");
        Assert.Equal(("mistral", 8, 14336, 1_000_000.0, "bfloat16"),
            (med.Decoder.ModelType, med.Decoder.NumKeyValueHeads, med.Decoder.IntermediateSize, med.Decoder.RopeTheta, med.WeightType));
        Assert.Null(med.Decoder.SlidingWindow);
    }

    const string Hf5 = "llava-1.5-7b.hf-5.json", Old = "llava-1.5-7b.hf-2023.json", Original = "llava-v1.5-7b.original.json",
        Med = "llava-med-v1.5-mistral-7b.original.json";

    [Theory]
    [InlineData(Hf5, "text_config.rope_parameters", """{"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8}""",
        "text_config.rope_parameters.rope_type")]
    [InlineData(Hf5, "text_config.rope_parameters", """{"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.5}""",
        "partial_rotary_factor")]
    [InlineData(Old, "text_config.rope_scaling", """{"type": "dynamic", "factor": 2.0}""", "text_config.rope_scaling.type")]
    [InlineData(Old, "text_config.rope_scaling", "\"yarn\"", "text_config.rope_scaling")]
    [InlineData(Old, "text_config.hidden_act", "\"gelu\"", "text_config.hidden_act")]
    [InlineData(Old, "text_config.attention_bias", "true", "text_config.attention_bias")]
    [InlineData(Old, "text_config.num_key_value_heads", "5", "text_config.num_key_value_heads")]
    [InlineData(Old, "text_config.model_type", "\"gemma\"", "text_config.model_type")]
    [InlineData(Old, "vision_config.model_type", "\"siglip_vision_model\"", "vision_config.model_type")]
    [InlineData(Old, "vision_config.hidden_act", "\"relu\"", "vision_config.hidden_act")]
    [InlineData(Old, "vision_feature_layer", "[-2, -5]", "vision_feature_layer")]
    [InlineData(Old, "vision_feature_layer", "40", "vision_feature_layer")]
    [InlineData(Old, "vision_feature_select_strategy", "\"full\"", "vision_feature_select_strategy")]
    [InlineData(Old, "projector_hidden_act", "\"gelu_new\"", "projector_hidden_act")]
    [InlineData(Old, "model_type", "\"llava_next\"", "model_type")]
    [InlineData(Old, "quantization_config", """{"quant_method": "bitsandbytes"}""", "quantization_config")]
    [InlineData(Old, "text_config.rms_norm_eps", "1e999", "text_config.rms_norm_eps")]
    [InlineData(Old, "text_config.vocab_size", "1152921504606846976", "text_config.vocab_size")]
    [InlineData(Original, "mm_projector_type", "\"linear\"", "mm_projector_type")]
    [InlineData(Original, "mm_projector_type", "\"mlp3x_gelu\"", "mm_projector_type")]
    [InlineData(Original, "mm_vision_select_feature", "\"cls_patch\"", "mm_vision_select_feature")]
    [InlineData(Original, "mm_vision_select_layer", "-99", "mm_vision_select_layer")]
    [InlineData(Original, "mm_use_im_start_end", "true", "mm_use_im_start_end")]
    [InlineData(Original, "mm_resampler_type", "\"perceiver\"", "mm_resampler_type")]
    [InlineData(Original, "mm_hidden_size", "1152", "mm_hidden_size")]
    [InlineData(Original, "mm_vision_tower", "\"google/siglip-so400m\"", "mm_vision_tower")]
    [InlineData(Original, "mm_patch_merge_type", "\"spatial_unpad\"", "mm_patch_merge_type")]
    [InlineData(Original, "image_aspect_ratio", "\"anyres\"", "image_aspect_ratio")]
    [InlineData(Original, "rope_scaling", """{"type": "linear", "factor": 2.0}""", "rope_scaling.type")]
    [InlineData(Med, "model_type", "\"mistral\"", "model_type")]
    [InlineData(Med, "sliding_window", "-1", "sliding_window")]
    public void What_would_change_the_numbers_is_refused_by_its_key(string config, string key, string value, string named)
    {
        var e = Assert.Throws<InvalidInputException>(() => Changed(config, key, value));
        Assert.Equal("bad-config", e.Kind);
        Assert.Contains(named + " is", e.Message);
    }

    [Theory]
    [InlineData(Old, "text_config.rope_scaling", "null"), InlineData(Old, "text_config.rope_scaling", """{"rope_type": "default"}"""),
        InlineData(Original, "image_aspect_ratio", "\"square\""), InlineData(Old, "a_key_of_tomorrow", "3"),
        InlineData(Original, "tokenizer_padding_side", "\"left\"")]
    public void What_changes_nothing_is_allowed(string config, string key, string value) =>
        Assert.Equal(Published(config), Changed(config, key, value));

    [Theory]
    [InlineData("""{"model_type": "llava", "text_config": {"rms_norm_eps": NaN}}""", "text_config.rms_norm_eps")]
    [InlineData("""{"model_type": "llava", "vision_config": {"image_size": -Infinity}}""", "vision_config.image_size")]
    [InlineData("""{"model_type": "llava", "text_config": {"vocab_size": 3, "vocab_size": 4}}""", "text_config.vocab_size comes twice")]
    [InlineData("""{"model_type": "llava", "text_config": {"vocab_size": 3""", "text_config.vocab_size")]
    [InlineData("[]", "not an object")]
    public void Damaged_json_names_file_and_key(string text, string named)
    {
        var path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, text);
        var e = Assert.Throws<InvalidInputException>(() => LlavaConfigFile.Read(path));
        Assert.StartsWith(path, e.Message);
        Assert.Contains(named, e.Message);
    }

    [Fact]
    public void A_vision_config_without_sizes_means_the_librarys_own_defaults()
    {
        var path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, """{"model_type": "llava", "text_config": {"model_type": "llama"}, "vision_config": {}}""");
        Assert.Equal((768, 12, 224, 32),
            LlavaConfigFile.Read(path).Vision is var v ? (v.HiddenSize, v.NumHiddenLayers, v.ImageSize, v.PatchSize) : default);
        File.WriteAllText(path, """{"model_type": "llava", "text_config": {"model_type": "mistral"}}""");
        var read = LlavaConfigFile.Read(path);
        Assert.Equal((1024, 24, 336, 14),
            (read.Vision.HiddenSize, read.Vision.NumHiddenLayers, read.Vision.ImageSize, read.Vision.PatchSize));
        Assert.Equal((8, 14336, 4096), (read.Decoder.NumKeyValueHeads, read.Decoder.IntermediateSize, read.Decoder.SlidingWindow));
    }

    /// <summary>
    /// Ids of fixtures/tokenizer: behind the vocabulary, image first; rows that are there count as trained, filler rows do not.
    /// </summary>
    [Theory]
    [InlineData(Med, 32000, 32000, 32004, false), InlineData(Med, 32012, 32000, 32004, true), InlineData(Med, 32001, 32001, 32005, false)]
    [InlineData(Old, 32064, 32002, 32006, false), InlineData(Old, 32014, 32002, 32006, true)]
    public void Modality_tokens_lie_behind_the_vocabulary(string config, int rows, int image, int text, bool trained)
    {
        var read = Published(config);
        var settings = ModelSettings.Read(_folder, read with { Decoder = read.Decoder with { VocabSize = rows } }, 32000);
        Assert.Equal((image, text, trained), (settings.ImageTokens[0], settings.TextTokens[0], settings.Trained));
        Assert.Equal((4, 8, config == Old ? 32001 : 0), (settings.ImageTokens.Count, settings.TextTokens.Count, settings.PadToken));
    }

    [Fact]
    public void Named_tokens_are_taken_where_the_tokenizers_files_say()
    {
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"),
            new JsonObject(Enumerable.Range(0, 12)
                .Select(i => KeyValuePair.Create(i < 4 ? $"<ImgCls{i}>" : $"<TxtCls{i - 4}>", (JsonNode?)(32010 + i)))).ToJsonString());
        var settings = ModelSettings.Read(_folder, Published(Old), 32000);
        Assert.Equal((32010, 32014, true), (settings.ImageTokens[0], settings.TextTokens[0], settings.Trained));
    }

    [Fact]
    public void Each_checkpoint_has_its_prompt_form()
    {
        Assert.Equal([ChatTemplate.VicunaV1, ChatTemplate.VicunaV1, ChatTemplate.VicunaV1, ChatTemplate.MistralInstruct],
            new[] { Old, Hf5, Original, Med }.Select(n => TextGenerator.TemplateOf(Published(n))));
    }
}
