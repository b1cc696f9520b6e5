using System.Text.RegularExpressions;
using RadZ.Model.Weights;

namespace RadZ.Model.Adapters;

/// <summary>What an entry of an adapter's file is.</summary>
enum AdapterPart
{
    /// <summary>A [r, inputs].</summary>
    Down,

    /// <summary>B [outputs, r].</summary>
    Up,

    /// <summary>Rows of the embedding table.</summary>
    Rows,

    /// <summary>A whole weight that stands in for the base's.</summary>
    Whole,

    /// <summary>A copy of the base's own weight: not needed.</summary>
    Unneeded,
}

/// <summary>
/// The names of adapter files. A PEFT name is <c>base_model.model.</c>, the module's name in the tree of the library that trained, and
/// the part; in memory the adapter's own name (<c>default</c>) stands in it, on disk it does not.
/// </summary>
static partial class AdapterNames
{
    const string Prefix = "base_model.model.";

    /// <summary>Name of a module of ours in another tree.</summary>
    public static string Module(string ours, CheckpointNaming naming) =>
        CheckpointNames.StoredName(ours + ".weight", naming)[..^".weight".Length];

    /// <summary>Module (of whole weights: the weight) in the file's tree, and which part of it this is.</summary>
    public static (string Name, AdapterPart Part) Parsed(string theirs)
    {
        var name = theirs.StartsWith(Prefix, StringComparison.Ordinal) ? theirs[Prefix.Length..] : theirs;
        if (Lora().Match(name) is { Success: true } lora)
            return (lora.Groups[1].Value, lora.Groups[2].Value == "A" ? AdapterPart.Down : AdapterPart.Up);
        if (Tokens().Match(name) is { Success: true } tokens) return (tokens.Groups[1].Value, AdapterPart.Rows);
        if (name.Contains(".original_module.", StringComparison.Ordinal)) return (name, AdapterPart.Unneeded);
        return (Saved().Replace(name, "", 1).Replace(".base_layer.", ".", StringComparison.Ordinal), AdapterPart.Whole);
    }

    /// <summary>Name on disk of a module's A or B.</summary>
    public static string Lora(string module, bool up, CheckpointNaming naming) =>
        $"{Prefix}{Module(module, naming)}.lora_{(up ? 'B' : 'A')}.weight";

    /// <summary>Name on disk of rows of the embedding table.</summary>
    public static string Rows(CheckpointNaming naming) => $"{Prefix}{naming.Decoder}embed_tokens.token_adapter.trainable_tokens_delta";

    /// <summary>Name on disk of a whole weight.</summary>
    public static string FullName(string ours, CheckpointNaming naming) => Prefix + CheckpointNames.StoredName(ours, naming);

    [GeneratedRegex(@"^(.+)\.lora_([AB])(?:\.[^.]+)?\.weight$")]
    private static partial Regex Lora();

    [GeneratedRegex(@"^(.+)\.token_adapter\.trainable_tokens_delta(?:\.[^.]+)?$")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\.modules_to_save(?:\.(?!weight$|bias$|linear_|[0-9]+\.)[^.]+)?(?=\.)")]
    private static partial Regex Saved();
}
