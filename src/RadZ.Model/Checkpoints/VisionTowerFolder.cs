using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Weights;

namespace RadZ.Model.Checkpoints;

/// <summary>Which vision tower a checkpoint is run with.</summary>
/// <param name="Folder">A CLIP folder; null where the checkpoint's own is used, or none is found.</param>
/// <param name="Stored">Whether the checkpoint holds one itself.</param>
/// <param name="Named">The tower that its config names (<c>mm_vision_tower</c>), where it names one.</param>
sealed record VisionTowerChoice(string? Folder, bool Stored, string? Named)
{
    /// <summary>The value of <c>--vision-tower</c> that means the checkpoint's own.</summary>
    public const string Own = "own";

    /// <summary>In words, for reports.</summary>
    public string Text => this switch
    {
        { Folder: { } folder, Stored: true } => $"{folder} (the checkpoint's own is set aside)",
        { Folder: { } folder } => folder,
        { Stored: true, Named: { } named } => $"the checkpoint's own (its config names {named})",
        { Stored: true } => "the checkpoint's own",
        { Named: { } named } => $"none: the checkpoint holds no vision tower and {named} was not found",
        _ => "none",
    };

    /// <summary>
    /// True where a choice was made that the user may want otherwise: LLaVA-Med v1.5 stores a tower of its own, which LLaVA-Med's public
    /// code does not use; it takes the one that the config names.
    /// </summary>
    public bool Ambiguous => Folder is null && Stored && Named is not null;
}

/// <summary>
/// A CLIP checkpoint that gives a LLaVA its vision tower: <c>openai/clip-vit-large-patch14-336</c> beside <c>llava-v1.5-7b</c>.
/// </summary>
static class VisionTowerFolder
{
    /// <summary>
    /// The hub's cache, in which a tower that a config names is looked for, too: for a program to set once, as it starts; null: none.
    /// </summary>
    internal static string? HubCache { get; set; }

    /// <summary>Parts of a whole CLIP that are not its vision tower's hidden states.</summary>
    static readonly string[] s_unneeded = ["text_model.", "text_projection.", "visual_projection."];

    /// <summary>Which tower is meant.</summary>
    /// <param name="model">The LLaVA folder.</param>
    /// <param name="asked">A folder, <see cref="VisionTowerChoice.Own"/>, or null.</param>
    /// <param name="stored">Whether the LLaVA holds one.</param>
    /// <param name="named">Its config's <c>mm_vision_tower</c>.</param>
    public static VisionTowerChoice Choose(string model, string? asked, bool stored, string? named)
    {
        if (asked == VisionTowerChoice.Own)
            return stored ? new(null, true, null)
                : throw new InvalidInputException(model, "missing",
                    "holds no vision tower of its own; give the folder of one, ‹vision-tower DIR›.");
        if (asked is not null)
            return Directory.Exists(asked) ? new(asked, stored, named)
                : throw new InvalidInputException(asked, "missing",
                    "no such folder; expected that of a CLIP checkpoint (config.json and weights). Check ‹vision-tower›.");
        return new(stored || named is null ? null : Found(model, named), stored, named);
    }

    /// <summary>
    /// The folder of a tower that a config names: that path, a folder of its name beside the model or in it, or the hub's cache.
    /// </summary>
    static string? Found(string model, string named)
    {
        var home = Path.GetFullPath(model);
        if (File.Exists(home)) home = Path.GetDirectoryName(home)!;
        var last = named.TrimEnd('/').Split('/')[^1];
        string[] places = [named, Path.Combine(home, named), Path.Combine(home, last), Path.Combine(home, "..", last),
            Path.Combine(home, "..", named)];
        return places.FirstOrDefault(p => Directory.Exists(p) && File.Exists(Path.Combine(p, "config.json"))) ?? Cached(named);
    }

    static string? Cached(string named)
    {
        if (named.Split('/') is not [var owner, var name] || named.Contains("..", StringComparison.Ordinal)) return null;
        if (HubCache is not { } cache) return null;
        var root = Path.Combine(cache, $"models--{owner}--{name}");
        var reference = Path.Combine(root, "refs", "main");
        var folder = File.Exists(reference) ? Path.Combine(root, "snapshots", File.ReadAllText(reference).Trim()) : null;
        return folder is not null && File.Exists(Path.Combine(folder, "config.json")) ? folder : null;
    }

    /// <summary>Its sizes: a CLIP's <c>vision_config</c>, or a vision model's own config.</summary>
    public static VisionConfig Config(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        var json = new ConfigSection(path, ForeignJson.Read(path, "bad-config", "the config.json of a CLIP checkpoint"));
        return json.Text("model_type", "clip_vision_model") switch
        {
            "clip_vision_model" => LlavaConfigFile.Vision(json),
            "clip" => LlavaConfigFile.Vision(json.Section("vision_config")),
            var other => throw json.Error("model_type", $"\"{other}\"", "clip or clip_vision_model (other vision towers are not computed)"),
        };
    }

    /// <summary>Its weights by our names; those of the text tower are left out.</summary>
    public static IEnumerable<(string Ours, string Theirs, IWeightFile File)> Weights(IReadOnlyList<IWeightFile> files)
    {
        foreach (var file in files)
            foreach (var theirs in file.Tensors.Keys)
            {
                if (CheckpointNames.IsComputed(theirs) || theirs == "logit_scale"
                    || s_unneeded.Any(u => theirs.StartsWith(u, StringComparison.Ordinal))) continue;
                yield return (theirs.StartsWith("vision_model.", StringComparison.Ordinal)
                    ? CheckpointNames.Own.Vision + theirs["vision_model.".Length..]
                    : CheckpointNames.InternalName(theirs, CheckpointNames.Files5) ?? CheckpointNames.Own.Vision + theirs, theirs, file);
            }
    }
}
