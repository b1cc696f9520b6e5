using System.Text.Json.Nodes;
using RadZ.Files;

namespace RadZ.Model.Config;

/// <summary>
/// Reads <c>config.json</c> in today's and older Hugging Face forms and in the original LLaVA form, and writes today's.
/// What would change the computation and is not known (rope scaling, activation, projector, feature selection) is an error
/// that names the key; other unknown keys are allowed, since every release adds some.
/// </summary>
static class LlavaConfigFile
{
    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tower">Sizes of a vision tower that lies apart; null where the config or a <c>vision_config.json</c> beside it says
    /// them.</param>
    /// <exception cref="InvalidInputException">The file is missing, is not JSON, or asks for something this model does not
    /// compute.</exception>
    public static LlavaConfig Read(string path, VisionConfig? tower = null)
    {
        var json = Open(path);
        json.MustBeUnset("quantization_config", "the weights must be stored as they are");
        return json.Has("text_config") || json.Has("vision_config") || json.Has("vision_feature_select_strategy") ? HuggingFace(json, tower)
            : Original(json, tower);
    }

    /// <summary>The vision tower an original LLaVA's config names; null in Hugging Face's form.</summary>
    internal static string? TowerName(string path) =>
        Open(path) is var json && json.Has("vision_config") ? null : json.TextOrNull("mm_vision_tower") ?? json.TextOrNull("vision_tower");

    /// <summary>Whether the file is that of a LLaVA, and not of a bare language model.</summary>
    internal static bool IsLlava(string path) => Open(path).Text("model_type", "").StartsWith("llava", StringComparison.Ordinal);

    static ConfigSection Open(string path) =>
        File.Exists(path) ? new(path, ForeignJson.Read(path, "bad-config", "a model's config.json"))
        : throw new InvalidInputException(path, "missing",
            "no config.json here; expected the folder of a LLaVA checkpoint. Check ‹model›.");

    static LlavaConfig HuggingFace(ConfigSection json, VisionConfig? tower)
    {
        json.MustBe("model_type", "llava", "llava");
        json.MustBe("vision_feature_select_strategy", "default", "default");
        var text = json.Section("text_config");
        var vision = tower ?? (json.Has("vision_config") ? Vision(json.Section("vision_config")) : s_large with { ImageSize = 336 });
        var tied = text.Bool("tie_word_embeddings", json.Bool("tie_word_embeddings", false));
        if (json.Bool("tie_word_embeddings", tied) != tied)
            throw json.Error("tie_word_embeddings", $"{!tied}".ToLowerInvariant(),
                $"{tied} as text_config.tie_word_embeddings says".ToLowerInvariant());
        return new()
        {
            Decoder = Decoder(text, text.Text("model_type", "llama")) with { TieWordEmbeddings = tied },
            Vision = vision,
            ImageTokenIndex = json.Int("image_token_index", json.Int("image_token_id", 32000)),
            VisionFeatureLayer = FeatureLayer(json, "vision_feature_layer", vision.NumHiddenLayers),
            ProjectorAct = json.Activation("projector_hidden_act", "gelu", Activation.Gelu, Activation.QuickGelu),
            ProjectorBias = json.Bool("multimodal_projector_bias", true),
            WeightType = json.TextOrNull("dtype") ?? json.TextOrNull("torch_dtype") ?? text.TextOrNull("dtype")
                ?? text.TextOrNull("torch_dtype"),
        };
    }

    static LlavaConfig Original(ConfigSection json, VisionConfig? tower)
    {
        var kind = json.Text("model_type", "");
        if (kind is not ("llava" or "llava_llama" or "llava_mistral"))
            throw json.Error("model_type", kind.Length == 0 ? "nothing" : $"\"{kind}\"",
                "a LLaVA checkpoint (llava, llava_llama or llava_mistral)");
        json.MustBe("mm_projector_type", "mlp2x_gelu", "linear");
        json.MustBe("mm_vision_select_feature", "patch", "patch");
        json.MustBe("mm_patch_merge_type", "flat", "flat");
        json.MustBeUnset("mm_use_im_start_end", "images stand without start and end tokens");
        json.MustBeUnset("mm_resampler_type", "patches go through the projector alone");
        json.MustBeUnset("s2", "one scale is computed");
        if (json.Text("image_aspect_ratio", "pad") is not ("pad" or "square") and var aspect)
            throw json.Error("image_aspect_ratio", $"\"{aspect}\"", "\"pad\" (the picture is one square; tiles are not computed)");
        var vision = tower ?? OriginalVision(json);
        if (json.Positive("mm_hidden_size", vision.HiddenSize) is var width && width != vision.HiddenSize)
            throw json.Error("mm_hidden_size", $"{width}", $"{vision.HiddenSize} as the vision tower has it");
        return new()
        {
            Decoder = Decoder(json, kind == "llava_mistral" ? "mistral" : "llama"),
            Vision = vision,
            VisionTowerName = json.TextOrNull("mm_vision_tower") ?? json.TextOrNull("vision_tower"),
            ImageTokenIndex = -200,
            VisionFeatureLayer = FeatureLayer(json, "mm_vision_select_layer", vision.NumHiddenLayers),
            WeightType = json.TextOrNull("dtype") ?? json.TextOrNull("torch_dtype"),
        };
    }

    static readonly VisionConfig s_large =
        new() { HiddenSize = 1024, IntermediateSize = 4096, NumHiddenLayers = 24, NumAttentionHeads = 16, ImageSize = 224, PatchSize = 14 };

    /// <summary>
    /// The original form names its vision tower and leaves its sizes out: CLIP ViT-L/14 at 336 or 224 px, or a <c>vision_config.json</c>
    /// beside.
    /// </summary>
    static VisionConfig OriginalVision(ConfigSection json)
    {
        var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(json.Path))!, "vision_config.json");
        if (File.Exists(beside)) return Vision(Open(beside));
        var tower = json.TextOrNull("mm_vision_tower") ?? json.Text("vision_tower", "");
        var size = tower.EndsWith("clip-vit-large-patch14-336", StringComparison.Ordinal) ? 336
            : tower.EndsWith("clip-vit-large-patch14", StringComparison.Ordinal) ? 224
            : throw json.Error("mm_vision_tower", $"\"{tower}\"",
                "openai/clip-vit-large-patch14-336, openai/clip-vit-large-patch14, a vision_config.json beside config.json that gives " +
                "the tower's sizes, or ‹vision-tower DIR›");
        return s_large with { ImageSize = size };
    }

    /// <summary>A <c>vision_config</c>. Absent keys mean CLIPVisionConfig's defaults, which are those of ViT-B/32.</summary>
    internal static VisionConfig Vision(ConfigSection json)
    {
        json.MustBe("model_type", "clip_vision_model", "clip_vision_model");
        var (width, heads) = (json.Positive("hidden_size", 768), json.Positive("num_attention_heads", 12));
        var (side, patch) = (json.Positive("image_size", 224), json.Positive("patch_size", 32));
        if (width % heads != 0) throw json.Error("num_attention_heads", $"{heads}", $"a divisor of hidden_size {width}");
        if (patch > side) throw json.Error("patch_size", $"{patch}", $"at most image_size {side}");
        return new()
        {
            HiddenSize = width,
            IntermediateSize = json.Positive("intermediate_size", 3072),
            NumHiddenLayers = json.Positive("num_hidden_layers", 12),
            NumAttentionHeads = heads,
            ImageSize = side,
            PatchSize = patch,
            NumChannels = json.Positive("num_channels", 3),
            LayerNormEps = json.Double("layer_norm_eps", 1e-5),
            HiddenAct = json.Activation("hidden_act", "quick_gelu", Activation.QuickGelu, Activation.Gelu),
        };
    }

    /// <summary>
    /// Absent keys mean the library's defaults, LlamaConfig's or MistralConfig's: LLaVA-1.5's published text_config relies on them.
    /// </summary>
    static DecoderConfig Decoder(ConfigSection json, string kind)
    {
        var family = DecoderFamily.Find(kind) ?? throw json.Error("model_type", $"\"{kind}\"", DecoderFamily.Names);
        json.MustBe("hidden_act", "silu", "silu");
        json.MustBeFalse("attention_bias");
        json.MustBeFalse("mlp_bias");
        json.MustBeUnset("quantization_config", "the weights must be stored as they are");
        var heads = json.Positive("num_attention_heads", 32);
        var hidden = json.Positive("hidden_size", 4096);
        var shared = json.Positive("num_key_value_heads", family.KeyValueHeads ?? heads);
        if (heads % shared != 0) throw json.Error("num_key_value_heads", $"{shared}", $"a divisor of the {heads} query heads");
        if (!json.Has("head_dim") && hidden % heads != 0)
            throw json.Error("num_attention_heads", $"{heads}", $"a divisor of hidden_size {hidden}, where head_dim is not given");
        var head = json.Positive("head_dim", hidden / heads);
        if (head % 2 != 0) throw json.Error("head_dim", $"{head}", "an even width: its halves are turned");
        if (json.Positive("num_hidden_layers", 32) < 2)
            throw json.Error("num_hidden_layers", "1", "at least 2: features are read before the last");
        return new()
        {
            ModelType = kind,
            HiddenSize = hidden,
            IntermediateSize = json.Positive("intermediate_size", family.MlpWidth),
            NumHiddenLayers = json.Positive("num_hidden_layers", 32),
            NumAttentionHeads = heads,
            NumKeyValueHeads = shared,
            HeadDim = head,
            VocabSize = json.Positive("vocab_size", 32000),
            RmsNormEps = json.Double("rms_norm_eps", 1e-6),
            RopeTheta = json.RopeTheta(),
            MaxPositionEmbeddings = json.Positive("max_position_embeddings", family.MaxPositions),
            SlidingWindow = family.Window is { } window ? json.PositiveOrNull("sliding_window", window) : null,
            TieWordEmbeddings = json.Bool("tie_word_embeddings", false),
        };
    }

    static int FeatureLayer(ConfigSection json, string key, int layers)
    {
        var layer = json.Int(key, -2);
        return layer < -layers - 1 || layer > layers
            ? throw json.Error(key, $"{layer}", $"a hidden state of a tower with {layers} layers, -{layers + 1} to {layers}") : layer;
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
