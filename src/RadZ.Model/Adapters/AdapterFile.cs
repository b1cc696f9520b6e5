namespace RadZ.Model;

/// <summary>A PEFT adapter on disk: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
public static class AdapterFile
{
    const string DiskPrefix = "base_model.model.";

    /// <summary>Name of a module of ours in today's Hugging Face tree, which is what PEFT's names contain: <c>model.language_model.layers.0.self_attn.q_proj</c>.</summary>
    public static string ModuleName(string ours) =>
        ours.StartsWith("language_model.model.", StringComparison.Ordinal) ? "model.language_model." + ours["language_model.model.".Length..]
        : ours.StartsWith("vision_tower.vision_model.", StringComparison.Ordinal) ? "model.vision_tower." + ours["vision_tower.vision_model.".Length..]
        : ours.StartsWith("multi_modal_projector.", StringComparison.Ordinal) ? "model." + ours
        : ours;

    /// <summary>Our name of an adapter weight: prefix dropped, module renamed, PEFT's in-memory adapter name (<c>.default</c>) dropped.</summary>
    public static string Ours(string theirs)
    {
        var name = theirs.StartsWith(DiskPrefix, StringComparison.Ordinal) ? theirs[DiskPrefix.Length..] : theirs;
        return CheckpointNames.Ours(name.Replace(".default.weight", ".weight", StringComparison.Ordinal)) ?? theirs;
    }

    /// <summary>Name on disk of an adapter weight of ours.</summary>
    public static string Theirs(string ours)
    {
        var at = ours.LastIndexOf(".lora_", StringComparison.Ordinal);
        return DiskPrefix + ModuleName(ours[..at]) + ours[at..];
    }

    /// <summary>Writes an adapter folder that PEFT loads.</summary>
    public static void Write(string folder, LoraOptions options, IEnumerable<(string Name, Tensor Value)> weights)
    {
        SafetensorsFile.Write(Path.Combine(folder, "adapter_model.safetensors"), [.. weights.Select(w => (Theirs(w.Name), w.Value))], new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteText(Path.Combine(folder, "adapter_config.json"), options.Write());
    }
}
