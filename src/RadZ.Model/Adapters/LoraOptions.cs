using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RadZ.Model;

/// <summary>Which projections carry a low-rank adapter, and of what size: PEFT's <c>adapter_config.json</c>.</summary>
public sealed record LoraOptions
{
    /// <summary>Rank r of the adapter.</summary>
    public required int Rank { get; init; }

    /// <summary>Alpha; the adapter's output is scaled by alpha / r (by alpha / sqrt(r) with <see cref="RankStabilised"/>).</summary>
    public required double Alpha { get; init; }

    /// <summary>Share of the adapter's inputs dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>rslora.</summary>
    public bool RankStabilised { get; init; }

    /// <summary>Names of projections (<c>q_proj</c>), matched as the end of the full name; in a LLaVA they mean the decoder's only.</summary>
    public IReadOnlyList<string> Targets { get; init; } = AllDecoderProjections;

    /// <summary>A regular expression over the full name in today's module naming, instead of <see cref="Targets"/>.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Every linear of the decoder (method, section 5).</summary>
    public static IReadOnlyList<string> AllDecoderProjections { get; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>What B A x is multiplied by.</summary>
    public double Scale => Alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>Whether the projection of that full name (ours) carries an adapter.</summary>
    public bool Covers(string name) => TargetPattern is { } pattern
        ? Regex.IsMatch(AdapterFile.ModuleName(name), $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
        : name.StartsWith("language_model.", StringComparison.Ordinal) && Targets.Any(t => name == t || name.EndsWith("." + t, StringComparison.Ordinal));

    /// <summary>Reads <c>adapter_config.json</c>; what would change the numbers and is not computed is refused by name.</summary>
    public static LoraOptions Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing", "no such file; expected the adapter_config.json of a PEFT adapter.");
        JsonObject json;
        try { json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("not an object"); }
        catch (JsonException e) { throw new InvalidInputException(path, "bad-config", $"is not an adapter_config.json ({e.Message}).", e); }
        var section = new ConfigSection(path, json);
        section.MustBe("peft_type", "LORA", "LORA");
        foreach (var unknown in (string[])["use_dora", "lora_bias", "fan_in_fan_out", "use_qalora", "use_bdlora"])
            if (section.Bool(unknown, false)) throw section.Error(unknown, "true", "false (not computed here)");
        section.MustBe("bias", "none", "none");
        foreach (var pattern in (string[])["rank_pattern", "alpha_pattern"])
            if (json[pattern] is JsonObject { Count: > 0 }) throw section.Error(pattern, "not empty", "one rank and alpha for all");
        return new()
        {
            Rank = section.Positive("r", 8),
            Alpha = section.Double("lora_alpha", 8),
            Dropout = section.Double("lora_dropout", 0),
            RankStabilised = section.Bool("use_rslora", false),
            Targets = json["target_modules"] is JsonArray list ? [.. list.Select(t => t!.GetValue<string>())] : [],
            TargetPattern = section.TextOrNull("target_modules"),
        };
    }

    /// <summary>The text of <c>adapter_config.json</c> as PEFT reads it.</summary>
    public string Write() => new JsonObject
    {
        ["peft_type"] = "LORA",
        ["r"] = Rank,
        ["lora_alpha"] = Alpha,
        ["lora_dropout"] = Dropout,
        ["use_rslora"] = RankStabilised,
        ["bias"] = "none",
        ["inference_mode"] = true,
        ["base_model_name_or_path"] = null,
        ["target_modules"] = TargetPattern ?? $".*language_model.*\\.({string.Join('|', Targets)})",
    }.ToJsonString(new() { WriteIndented = true }) + "\n";
}
