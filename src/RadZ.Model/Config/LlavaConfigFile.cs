using System.Text.Json;
using System.Text.Json.Nodes;

namespace RadZ.Model;

/// <summary>
/// Reads <c>config.json</c> in today's and older Hugging Face forms and in the original LLaVA form, and writes today's.
/// What would change the computation and is not known (rope scaling, activation, projector, feature selection) is an error
/// that names the key; other unknown keys are allowed, since every release adds some.
/// </summary>
public static class LlavaConfigFile
{
    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">The file is missing, is not JSON, or asks for something this model does not compute.</exception>
    public static LlavaConfig Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException(path, "missing", "no config.json here; expected the folder of a LLaVA checkpoint. Check --model.");
        var json = Parse(path);
        return json.ContainsKey("text_config") || json.ContainsKey("vision_config") ? HuggingFace(new(path, json)) : Original(new(path, json));
    }

    static JsonObject Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip }) as JsonObject
                ?? throw new InvalidInputException(path, "bad-config", "is JSON, but not an object; expected a model's config.json.");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-config", $"is not valid JSON ({e.Message}).", e);
        }
    }

    static LlavaConfig HuggingFace(ConfigSection json)
    {
        json.MustBe("model_type", "llava", "llava");
        json.MustBe("vision_feature_select_strategy", "default", "default");
        var text = json.Section("text_config");
        var vision = json.Section("vision_config");
        return new()
        {
            Decoder = Decoder(text, text.Text("model_type", "llama")),
            Vision = Vision(vision),
            ImageTokenIndex = json.Int("image_token_index", json.Int("image_token_id", 32000)),
            VisionFeatureLayer = FeatureLayer(json, "vision_feature_layer", vision.Int("num_hidden_layers", 24)),
            ProjectorAct = json.Activation("projector_hidden_act", "gelu", Activation.Gelu, Activation.QuickGelu),
            ProjectorBias = json.Bool("multimodal_projector_bias", true),
            WeightType = json.TextOrNull("dtype") ?? json.TextOrNull("torch_dtype"),
        };
    }

    static LlavaConfig Original(ConfigSection json)
    {
        var kind = json.Text("model_type", "");
        if (kind is not ("llava" or "llava_llama" or "llava_mistral"))
            throw json.Error("model_type", kind.Length == 0 ? "nothing" : $"\"{kind}\"", "a LLaVA checkpoint (llava, llava_llama or llava_mistral)");
        json.MustBe("mm_projector_type", "mlp2x_gelu", "linear");
        json.MustBe("mm_vision_select_feature", "patch", "patch");
        return new()
        {
            Decoder = Decoder(json, kind == "llava_mistral" ? "mistral" : "llama"),
            Vision = OriginalVision(json),
            ImageTokenIndex = -200,
            VisionFeatureLayer = json.Int("mm_vision_select_layer", -2),
            WeightType = json.TextOrNull("torch_dtype"),
        };
    }

    /// <summary>The original form names its vision tower and leaves its sizes out: CLIP ViT-L/14 at 336 or 224 px, or a <c>vision_config.json</c> beside.</summary>
    static VisionConfig OriginalVision(ConfigSection json)
    {
        var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(json.Path))!, "vision_config.json");
        if (File.Exists(beside))
            return Vision(new(beside, Parse(beside)));
        var tower = json.Text("mm_vision_tower", "");
        var size = tower.Contains("patch14-336", StringComparison.Ordinal) ? 336 : tower.EndsWith("patch14", StringComparison.Ordinal) ? 224
            : throw json.Error("mm_vision_tower", $"\"{tower}\"", "openai/clip-vit-large-patch14-336, openai/clip-vit-large-patch14, or a vision_config.json beside config.json that gives the tower's sizes");
        return new() { HiddenSize = 1024, IntermediateSize = 4096, NumHiddenLayers = 24, NumAttentionHeads = 16, ImageSize = size, PatchSize = 14 };
    }

    static VisionConfig Vision(ConfigSection json)
    {
        json.MustBe("model_type", "clip_vision_model", "clip_vision_model");
        var (width, heads) = (json.Positive("hidden_size", 1024), json.Positive("num_attention_heads", 16));
        if (width % heads != 0) throw json.Error("num_attention_heads", $"{heads}", $"a divisor of hidden_size {width}");
        return new()
        {
            HiddenSize = json.Positive("hidden_size", 1024),
            IntermediateSize = json.Positive("intermediate_size", 4096),
            NumHiddenLayers = json.Positive("num_hidden_layers", 24),
            NumAttentionHeads = json.Positive("num_attention_heads", 16),
            ImageSize = json.Positive("image_size", 336),
            PatchSize = json.Positive("patch_size", 14),
            NumChannels = json.Positive("num_channels", 3),
            LayerNormEps = json.Double("layer_norm_eps", 1e-5),
            HiddenAct = json.Activation("hidden_act", "quick_gelu", Activation.QuickGelu, Activation.Gelu),
        };
    }

    /// <summary>Absent keys mean the library's defaults, LlamaConfig's or MistralConfig's: LLaVA-1.5's published text_config relies on them.</summary>
    static DecoderConfig Decoder(ConfigSection json, string kind)
    {
        if (kind is not ("llama" or "mistral"))
            throw json.Error("model_type", $"\"{kind}\"", "llama or mistral");
        json.MustBe("hidden_act", "silu", "silu");
        json.MustBeFalse("attention_bias");
        json.MustBeFalse("mlp_bias");
        var mistral = kind == "mistral";
        var heads = json.Positive("num_attention_heads", 32);
        var hidden = json.Positive("hidden_size", 4096);
        var shared = json.Positive("num_key_value_heads", mistral ? 8 : heads);
        if (heads % shared != 0) throw json.Error("num_key_value_heads", $"{shared}", $"a divisor of the {heads} query heads");
        if (json.Positive("num_hidden_layers", 32) < 2) throw json.Error("num_hidden_layers", "1", "at least 2: features are read before the last");
        return new()
        {
            ModelType = kind,
            HiddenSize = hidden,
            IntermediateSize = json.Positive("intermediate_size", mistral ? 14336 : 11008),
            NumHiddenLayers = json.Positive("num_hidden_layers", 32),
            NumAttentionHeads = heads,
            NumKeyValueHeads = shared,
            HeadDim = json.Positive("head_dim", hidden / heads),
            VocabSize = json.Positive("vocab_size", 32000),
            RmsNormEps = json.Double("rms_norm_eps", 1e-6),
            RopeTheta = json.RopeTheta(),
            MaxPositionEmbeddings = json.Positive("max_position_embeddings", mistral ? 131072 : 2048),
            SlidingWindow = mistral ? json.PositiveOrNull("sliding_window", 4096) : null,
            TieWordEmbeddings = json.Bool("tie_word_embeddings", false),
        };
    }

    static int FeatureLayer(ConfigSection json, string key, int layers)
    {
        var layer = json.Int(key, -2);
        return layer < -layers - 1 || layer > layers ? throw json.Error(key, $"{layer}", $"a hidden state of a tower with {layers} layers, -{layers + 1} to {layers}") : layer;
    }

    /// <summary>Today's Hugging Face form, loadable by <c>transformers</c>.</summary>
    public static string Write(LlavaConfig config)
    {
        var (text, vision) = (config.Decoder, config.Vision);
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray("LlavaForConditionalGeneration"),
            ["model_type"] = "llava",
            ["torch_dtype"] = config.WeightType ?? "float32",
            ["image_token_index"] = config.ImageTokenIndex,
            ["image_seq_length"] = vision.Patches,
            ["multimodal_projector_bias"] = config.ProjectorBias,
            ["projector_hidden_act"] = ConfigSection.NameOf(config.ProjectorAct),
            ["tie_word_embeddings"] = text.TieWordEmbeddings,
            ["vision_feature_layer"] = config.VisionFeatureLayer,
            ["vision_feature_select_strategy"] = "default",
            ["text_config"] = new JsonObject
            {
                ["model_type"] = text.ModelType,
                ["hidden_size"] = text.HiddenSize,
                ["intermediate_size"] = text.IntermediateSize,
                ["num_hidden_layers"] = text.NumHiddenLayers,
                ["num_attention_heads"] = text.NumAttentionHeads,
                ["num_key_value_heads"] = text.NumKeyValueHeads,
                ["head_dim"] = text.HeadDim,
                ["vocab_size"] = text.VocabSize,
                ["hidden_act"] = "silu",
                ["rms_norm_eps"] = text.RmsNormEps,
                ["rope_theta"] = text.RopeTheta,
                ["max_position_embeddings"] = text.MaxPositionEmbeddings,
                ["sliding_window"] = text.SlidingWindow,
                ["tie_word_embeddings"] = text.TieWordEmbeddings,
                ["bos_token_id"] = 1,
                ["eos_token_id"] = 2,
            },
            ["vision_config"] = new JsonObject
            {
                ["model_type"] = "clip_vision_model",
                ["hidden_size"] = vision.HiddenSize,
                ["intermediate_size"] = vision.IntermediateSize,
                ["num_hidden_layers"] = vision.NumHiddenLayers,
                ["num_attention_heads"] = vision.NumAttentionHeads,
                ["image_size"] = vision.ImageSize,
                ["patch_size"] = vision.PatchSize,
                ["num_channels"] = vision.NumChannels,
                ["projection_dim"] = vision.HiddenSize,
                ["hidden_act"] = ConfigSection.NameOf(vision.HiddenAct),
                ["layer_norm_eps"] = vision.LayerNormEps,
            },
        };
        return json.ToJsonString(new() { WriteIndented = true }) + "\n";
    }
}
