using RadZ.Files;
using RadZ.Model.Weights;

namespace RadZ.Model.Adapters;

/// <summary>A PEFT adapter on disk: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
static class AdapterFile
{
    /// <summary>
    /// Our name of an adapter weight: prefix dropped, module renamed, PEFT's in-memory adapter name (<c>.default</c>) dropped.
    /// </summary>
    public static string InternalName(string theirs)
    {
        var (name, part) = AdapterNames.Parsed(theirs);
        if (part is AdapterPart.Whole or AdapterPart.Unneeded) return CheckpointNames.InternalName(name) ?? theirs;
        var module = CheckpointNames.InternalName(name + ".weight")![..^".weight".Length];
        return part switch
        {
            AdapterPart.Down => $"{module}.lora_A.weight",
            AdapterPart.Up => $"{module}.lora_B.weight",
            AdapterPart.Rows => $"{module}.token_adapter",
            _ => throw new ArgumentOutOfRangeException(nameof(theirs), part, "Unknown part of an adapter."),
        };
    }

    /// <summary>What an adapter consists of.</summary>
    /// <param name="Options">Ranks and targets; <see cref="LoraOptions.Naming"/> is the tree its names are of.</param>
    /// <param name="Pairs">A and B by module.</param>
    /// <param name="Whole">Weights that stand in for the base's, by our names.</param>
    /// <param name="Rows">Rows of the embedding table at <see cref="LoraOptions.TokenRows"/>.</param>
    internal sealed record Contents(LoraOptions Options, IReadOnlyList<(string Module, LoraPair Pair)> Pairs,
        IReadOnlyList<(string Name, Tensor Value)> Whole, Tensor? Rows);

    /// <summary>Writes an adapter folder that PEFT loads.</summary>
    internal static void Write(string folder, Contents contents, string? baseModel)
    {
        var (options, naming) = (contents.Options, contents.Options.Naming);
        var tensors = new List<(string Name, Tensor Value)>();
        foreach (var (module, pair) in contents.Pairs)
        {
            tensors.Add((AdapterNames.Lora(module, up: false, naming), pair.Down_RI));
            tensors.Add((AdapterNames.Lora(module, up: true, naming), pair.Up_OR));
        }
        tensors.AddRange(contents.Whole.Select(w => (AdapterNames.FullName(w.Name, naming), w.Value)));
        if (contents.Rows is { } rows) tensors.Add((AdapterNames.Rows(naming), rows));
        SafetensorsFile.Write(Path.Combine(folder, "adapter_model.safetensors"), [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)],
            new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteText(Path.Combine(folder, "adapter_config.json"), LoraConfigFile.Write(options, baseModel));
    }
}
