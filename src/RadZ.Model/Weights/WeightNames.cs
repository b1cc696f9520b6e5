namespace RadZ.Model.Weights;

/// <summary>
/// Our own names of a model's weights, whatever a checkpoint calls them (<see cref="CheckpointNames"/> translates): where each part stands,
/// and which part a name belongs to.
/// </summary>
static class WeightNames
{
    /// <summary>The parts of a model.</summary>
    public const string Decoder = "language_model", Vision = "vision_tower.vision_model", Projector = "multi_modal_projector",
        FeatureHead = "feature_head", Specials = "specials";

    /// <summary>Before the number of a layer.</summary>
    public const string DecoderLayers = $"{Decoder}.model.layers.", VisionLayers = $"{Vision}.encoder.layers.";

    /// <summary>The embedding table, the LM head, the norm before it.</summary>
    public const string Table = $"{Decoder}.model.embed_tokens.weight", Head = $"{Decoder}.lm_head.weight",
        FinalNorm = $"{Decoder}.model.norm.weight";

    /// <summary>Whether it is of the decoder, its table and head among it.</summary>
    public static bool IsDecoder(string name) => Begins(name, Decoder);

    /// <summary>Whether it is of the vision tower.</summary>
    public static bool IsVision(string name) => Begins(name, "vision_tower");

    /// <summary>Whether it is of the projector.</summary>
    public static bool IsProjector(string name) => Begins(name, Projector);

    /// <summary>Whether it is of the head over features.</summary>
    public static bool IsFeatureHead(string name) => Begins(name, FeatureHead);

    /// <summary>Whether it has a row for every token.</summary>
    public static bool IsTable(string name) => name is Table or Head;

    /// <summary>Whether it is of a low-rank adapter.</summary>
    public static bool IsAdapter(string name) => name.Contains(".lora_", StringComparison.Ordinal);

    /// <summary>The number of the layer behind a prefix; null where the name begins otherwise.</summary>
    public static int? LayerOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? int.Parse(name[prefix.Length..name.IndexOf('.', prefix.Length)]) : null;

    static bool Begins(string name, string part) =>
        name.Length > part.Length && name[part.Length] == '.' && name.StartsWith(part, StringComparison.Ordinal);
}
