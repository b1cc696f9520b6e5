namespace RadZ.Model.Weights;

/// <summary>One way of naming the weights of a LLaVA: what stands before the names of each part.</summary>
/// <param name="Name">As reports call it.</param>
/// <param name="Decoder">Before <c>layers.0</c>, <c>embed_tokens</c>, <c>norm</c>.</param>
/// <param name="Vision">Before <c>embeddings</c>, <c>encoder</c>.</param>
/// <param name="First">The projector's first linear.</param>
/// <param name="Second">The projector's second linear.</param>
/// <param name="Head">The LM head.</param>
sealed record CheckpointNaming(string Name, string Decoder, string Vision, string First, string Second, string Head)
{
    internal IEnumerable<(string Theirs, string Ours)> Prefixes =>
        [(Decoder, CheckpointNames.Own.Decoder), (Vision, CheckpointNames.Own.Vision), (First, CheckpointNames.Own.First),
            (Second, CheckpointNames.Own.Second), (Head, CheckpointNames.Own.Head)];
}

/// <summary>
/// The names that published LLaVA checkpoints give their weights, as a table. Ours are those of Hugging Face files of 2023
/// (<c>language_model.model.*</c>, <c>vision_tower.vision_model.*</c>, <c>multi_modal_projector.*</c>).
/// </summary>
static class CheckpointNames
{
    /// <summary>Ours: files written by transformers 4 (llava-hf).</summary>
    public static CheckpointNaming Own { get; } = new("hf_2023_disk", $"{WeightNames.Decoder}.model.", $"{WeightNames.Vision}.",
        $"{WeightNames.Projector}.linear_1.", $"{WeightNames.Projector}.linear_2.", $"{WeightNames.Decoder}.lm_head.");

    /// <summary>The original LLaVA code, and LLaVA-Med's.</summary>
    public static CheckpointNaming Original { get; } = new("original", "model.", "model.vision_tower.vision_tower.vision_model.",
        "model.mm_projector.0.", "model.mm_projector.2.", "lm_head.");

    /// <summary>Files written by transformers 5.</summary>
    public static CheckpointNaming Files5 { get; } = Own with { Name = "hf_5_disk", Vision = "vision_tower." };

    /// <summary>The module tree of transformers 5, which is also what PEFT's names contain.</summary>
    public static CheckpointNaming Memory5 { get; } = new("hf_5_memory", "model.language_model.", "model.vision_tower.",
        "model.multi_modal_projector.linear_1.", "model.multi_modal_projector.linear_2.", "lm_head.");

    /// <summary>The module tree of transformers 4.5x.</summary>
    public static CheckpointNaming Memory45 { get; } =
        Memory5 with { Name = "hf_4_5x_memory", Vision = "model.vision_tower.vision_model." };

    /// <summary>All of them; where the keys fit several equally well, the first is meant.</summary>
    public static IReadOnlyList<CheckpointNaming> All { get; } = [Own, Original, Files5, Memory45, Memory5];

    /// <summary>What names of a part can begin with: the prefixes of one naming begin those of another.</summary>
    static readonly string[] s_decoder = ["embed_tokens.", "layers.", "norm."],
        s_vision = ["embeddings.", "pre_layrnorm.", "encoder.layers.", "post_layernorm."];

    /// <summary>Buffers that old releases stored and that are computed: known, not needed, not an error.</summary>
    static readonly string[] s_computed = [".rotary_emb.inv_freq", ".embeddings.position_ids"];

    /// <summary>Whether an entry is a computed buffer.</summary>
    public static bool IsComputed(string theirs) => s_computed.Any(c => theirs.EndsWith(c, StringComparison.Ordinal));

    /// <summary>Our name of a weight (its own where no naming knows it), or null where the file's entry is a computed buffer.</summary>
    public static string? InternalName(string theirs) =>
        IsComputed(theirs) ? null : All.Select(n => InternalName(theirs, n)).FirstOrDefault(o => o is not null) ?? theirs;

    /// <summary>Our name of a weight of that naming; null where it has no such name.</summary>
    public static string? InternalName(string theirs, CheckpointNaming naming) => Renamed(theirs, naming.Prefixes);

    /// <summary>The name that a weight of ours has in another naming; its own where it is none of a LLaVA's.</summary>
    public static string StoredName(string ours, CheckpointNaming naming) =>
        Renamed(ours, naming.Prefixes.Select(p => (p.Ours, p.Theirs))) ?? ours;

    static string? Renamed(string name, IEnumerable<(string From, string To)> prefixes)
    {
        foreach (var ((from, to), allowed) in prefixes.Zip([s_decoder, s_vision, null, null, null]))
            if (name.StartsWith(from, StringComparison.Ordinal)
                && (allowed is null || allowed.Any(a => name.AsSpan(from.Length).StartsWith(a)))) return to + name[from.Length..];
        return null;
    }

    /// <summary>The naming that most of the keys follow; null where none knows any.</summary>
    public static CheckpointNaming? Detect(IEnumerable<string> keys)
    {
        var all = keys as IReadOnlyCollection<string> ?? [.. keys];
        var best = All.Select(n => (Naming: n, Count: all.Count(k => InternalName(k, n) is not null))).MaxBy(n => n.Count);
        return best.Count > 0 ? best.Naming : null;
    }

    /// <summary>The name of the naming a set of keys follows, for reports; <c>unknown</c> where there is none.</summary>
    public static string Layout(IEnumerable<string> keys) => Detect(keys)?.Name ?? "unknown";
}
