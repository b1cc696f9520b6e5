namespace RadZ.Model;

/// <summary>
/// The names that published LLaVA checkpoints give their weights, as a table: one row a prefix, longest match first. Ours
/// are those of Hugging Face files (<c>language_model.model.*</c>, <c>vision_tower.vision_model.*</c>, <c>multi_modal_projector.*</c>).
/// </summary>
public static class CheckpointNames
{
    static readonly (string Theirs, string Ours)[] Prefixes =
    [
        ("model.vision_tower.vision_tower.vision_model.", "vision_tower.vision_model."),   // original LLaVA
        ("model.mm_projector.0.", "multi_modal_projector.linear_1."),
        ("model.mm_projector.2.", "multi_modal_projector.linear_2."),
        ("model.vision_tower.vision_model.", "vision_tower.vision_model."),                 // in memory, transformers 4.5x
        ("model.vision_tower.", "vision_tower.vision_model."),                              // in memory, transformers 5
        ("model.language_model.", "language_model.model."),
        ("model.multi_modal_projector.", "multi_modal_projector."),
        ("vision_tower.vision_model.", "vision_tower.vision_model."),                       // files of transformers 4
        ("vision_tower.", "vision_tower.vision_model."),                                    // files of transformers 5
        ("language_model.", "language_model."),
        ("multi_modal_projector.", "multi_modal_projector."),
        ("lm_head.", "language_model.lm_head."),
        ("model.", "language_model.model."),
    ];

    /// <summary>Buffers that old releases stored and that are computed: known, not needed, not an error.</summary>
    static readonly string[] Computed = [".rotary_emb.inv_freq", ".embeddings.position_ids"];

    /// <summary>Our name of a weight, or null where the file's entry is a computed buffer.</summary>
    public static string? Ours(string theirs)
    {
        if (Computed.Any(c => theirs.EndsWith(c, StringComparison.Ordinal))) return null;
        foreach (var (prefix, ours) in Prefixes)
            if (theirs.StartsWith(prefix, StringComparison.Ordinal)) return ours + theirs[prefix.Length..];
        return theirs;
    }

    /// <summary>The naming a set of keys follows, for reports: <c>original</c>, <c>hf-2023</c>, <c>hf-5</c>, <c>hf-memory</c>, or <c>unknown</c>.</summary>
    public static string Layout(IEnumerable<string> keys)
    {
        var all = keys as IReadOnlyCollection<string> ?? [.. keys];
        bool Any(string prefix) => all.Any(k => k.StartsWith(prefix, StringComparison.Ordinal));
        return Any("model.mm_projector.") || Any("model.layers.") ? "original"
            : Any("model.language_model.") ? "hf-memory"
            : Any("language_model.model.") ? Any("vision_tower.vision_model.") ? "hf-2023" : "hf-5"
            : "unknown";
    }
}
