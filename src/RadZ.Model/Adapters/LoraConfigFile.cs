using System.Text.Json;
using System.Text.Json.Nodes;
using RadZ.Model.Config;

namespace RadZ.Model.Adapters;

/// <summary>PEFT's <c>adapter_config.json</c>.</summary>
static class LoraConfigFile
{
    /// <summary>Keys that change no number of a finished adapter, whatever they say.</summary>
    static readonly HashSet<string> s_harmless =
    [
        "auto_mapping", "base_model_name_or_path", "ensure_weight_tying", "eva_config", "inference_mode", "lora_ga_config", "megatron_core",
        "peft_version", "qalora_group_size", "revision", "task_type", "layers_pattern",
    ];

    static readonly HashSet<string> s_computed =
    [
        "peft_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "bias", "target_modules", "exclude_modules", "layers_to_transform",
        "rank_pattern", "alpha_pattern", "modules_to_save", "trainable_token_indices", "init_lora_weights",
    ];

    public static LoraOptions Read(string path)
    {
        var json = ForeignJson.Read(path, "bad-config", "an adapter_config.json of PEFT");
        var section = new ConfigSection(path, json);
        section.MustBe("peft_type", "LORA", "LORA");
        section.MustBe("bias", "none", "none");
        foreach (var key in json.Select(p => p.Key).Where(k => !s_harmless.Contains(k) && !s_computed.Contains(k)))
            section.MustBeUnset(key, "not computed here");
        RefuseInitialization(section, json);
        var layers = json["layers_to_transform"] switch
        {
            null => null,
            JsonArray list => list.Count == 0 ? null : list.Select(i => Integer(section, "layers_to_transform", i)).ToList(),
            var one => [Integer(section, "layers_to_transform", one)],
        };
        return new()
        {
            Path = path,
            Rank = section.Positive("r", 8),
            Alpha = section.Double("lora_alpha", 8),
            Dropout = section.Double("lora_dropout", 0) is >= 0 and < 1 and var dropout ? dropout
                : throw section.Error("lora_dropout", $"{json["lora_dropout"]}", "a share from 0 to 1"),
            RankStabilized = section.Bool("use_rslora", false),
            Targets = section.TextOrNull("target_modules") is "all-linear" ? LoraOptions.AllDecoderProjections
                : Names(section, json, "target_modules"),
            TargetPattern = section.TextOrNull("target_modules") is { } target and not "all-linear" ? target : null,
            Excluded = Names(section, json, "exclude_modules"),
            ExcludedPattern = section.TextOrNull("exclude_modules"),
            Layers = layers,
            RankPattern = [.. Pattern(section, json, "rank_pattern")
                .Select(p => p.Value is >= 1 and <= 1 << 20 && p.Value == Math.Floor(p.Value) ? p
                    : throw section.Error("rank_pattern", $"{p.Key}: {p.Value}", "whole ranks of at least 1"))],
            AlphaPattern = [.. Pattern(section, json, "alpha_pattern")],
            ModulesToSave = Names(section, json, "modules_to_save"),
            TokenRows = Rows(section, json["trainable_token_indices"]),
        };
    }

    /// <summary>
    /// Some ways to begin change the base weights: such an adapter is right over those alone, which a folder does not hold.
    /// </summary>
    static void RefuseInitialization(ConfigSection section, JsonObject json)
    {
        if (json["init_lora_weights"] is JsonValue value && value.TryGetValue(out string? way)
            && way is not ("gaussian" or "eva" or "orthogonal" or "true" or "false"))
            throw section.Error("init_lora_weights", $"\"{way}\"",
                "true, false, \"gaussian\", \"eva\" or \"orthogonal\" (others change the base weights; convert the adapter with PEFT " +
                "first)");
    }

    static IReadOnlyList<string> Names(ConfigSection section, JsonObject json, string key) => json[key] switch
    {
        JsonArray list => [.. list.Select(t =>
            t is JsonValue v && v.TryGetValue(out string? name) ? name : throw section.Error(key, list.ToJsonString(), "names"))],
        null => [],
        JsonValue v when v.GetValueKind() == JsonValueKind.String => [],
        var other => throw section.Error(key, other.ToJsonString(), "names or a regular expression"),
    };

    static IEnumerable<KeyValuePair<string, double>> Pattern(ConfigSection section, JsonObject json, string key)
    {
        if (json[key] is null) return [];
        return json[key] is JsonObject patterns
            ? patterns.Select(p => p.Value is JsonValue v && v.TryGetValue(out double number) && double.IsFinite(number)
                ? KeyValuePair.Create(p.Key, number) : throw section.Error($"{key}.{p.Key}", p.Value?.ToJsonString() ?? "null", "a number"))
                    .ToList()
            : throw section.Error(key, json[key]!.ToJsonString(), "an object of numbers");
    }

    static IReadOnlyList<int> Rows(ConfigSection section, JsonNode? node)
    {
        const string Key = "trainable_token_indices";
        var list = node switch
        {
            null => [],
            JsonArray rows => rows,
            JsonObject { Count: 0 } => [],
            JsonObject { Count: 1 } tables
                when tables.First() is { Value: JsonArray rows } one && one.Key.Split('.')[^1] == "embed_tokens" => rows,
            _ => throw section.Error(Key, node.ToJsonString(), "rows of embed_tokens (of no other table)"),
        };
        int[] ids = [.. list.Select(i => Integer(section, Key, i))];
        return ids.Distinct().Count() == ids.Length ? ids : throw section.Error(Key, "a list with a row twice", "each row once");
    }

    static int Integer(ConfigSection section, string key, JsonNode? node) =>
        node is JsonValue v && v.TryGetValue(out int number) && number >= 0 ? number
            : throw section.Error(key, node?.ToJsonString() ?? "null", "whole numbers from 0");

    /// <summary>The text of <c>adapter_config.json</c> as every release of PEFT since 0.9 reads it (rows of tokens since 0.15).</summary>
    public static string Write(LoraOptions options, string? baseModel)
    {
        JsonArray List(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];
        JsonObject Numbers(IEnumerable<KeyValuePair<string, double>> pattern) =>
            new(pattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Number(p.Value))));
        var json = new JsonObject
        {
            ["alpha_pattern"] = Numbers(options.AlphaPattern),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = options.Layers is { } layers ? new JsonArray([.. layers.Select(l => (JsonNode)l)]) : null,
            ["loftq_config"] = new JsonObject(),
            ["lora_alpha"] = Number(options.Alpha),
            ["lora_dropout"] = options.Dropout,
            ["megatron_config"] = null,
            ["megatron_core"] = "megatron.core",
            ["modules_to_save"] = options.ModulesToSave.Count > 0 ? List(options.ModulesToSave) : null,
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = Numbers(options.RankPattern),
            ["revision"] = null,
            ["target_modules"] = options.TargetPattern is { } pattern ? pattern : Targets(options),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = options.RankStabilized,
        };
        if (options.TokenRows.Count > 0)
            json["trainable_token_indices"] =
                new JsonObject { ["embed_tokens"] = new JsonArray([.. options.TokenRows.Select(i => (JsonNode)i)]) };
        if (options.ExcludedPattern is not null || options.Excluded.Count > 0)
            json["exclude_modules"] = options.ExcludedPattern is { } excluded ? excluded : List(options.Excluded);
        return json.ToJsonString(new()
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n";
    }

    /// <summary>Bare names would also hit the vision tower's projections, so a pattern over the decoder is written.</summary>
    static string Targets(LoraOptions options) =>
        $"{options.Naming.Decoder.Replace(".", "\\.", StringComparison.Ordinal)}layers\\.\\d+\\.(self_attn|mlp)\\.(" +
        $"{string.Join('|', options.Targets)})";

    static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? (long)value : value;
}
