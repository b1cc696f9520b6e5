namespace RadZ.Model.Config;

/// <summary>Which projections of a decoder have biases.</summary>
readonly record struct DecoderBiases(bool Query, bool Key, bool Value, bool Output, bool Mlp);

/// <summary>What norms of a decoder compute.</summary>
enum NormKind
{
    /// <summary>x / rms(x) * weight.</summary>
    Rms,

    /// <summary>x / rms(x) * (1 + weight).</summary>
    RmsPlusOne,
}

/// <summary>Where norms of a layer stand.</summary>
enum NormPlacement
{
    /// <summary>Before attention and before the MLP.</summary>
    Before,

    /// <summary>Before both, and behind both before what they give is added.</summary>
    BeforeAndBehind,
}

/// <summary>The norms of a decoder.</summary>
sealed record NormSpec
{
    /// <summary>What they compute.</summary>
    public NormKind Kind { get; init; } = NormKind.Rms;

    /// <summary>Where they stand.</summary>
    public NormPlacement Placement { get; init; } = NormPlacement.Before;

    /// <summary>Whether each head's queries and keys are normed.</summary>
    public bool QueryAndKey { get; init; }
}

/// <summary>How positions turn queries and keys.</summary>
/// <param name="Base">Base of the angles.</param>
/// <param name="Scaling">How frequencies are scaled, as <c>rope_type</c> says it; null: not at all.</param>
sealed record RotarySpec(double Base, string? Scaling = null);

/// <summary>What one layer sees.</summary>
/// <param name="Rotary">How positions turn its queries and keys.</param>
/// <param name="Window">How many positions a query looks back, its own included; null: all.</param>
sealed record DecoderLayerSpec(RotarySpec Rotary, int? Window);

/// <summary>
/// What a decoder computes, whatever its family: made of a config in one place, and all that its modules read. Immutable.
/// </summary>
sealed record DecoderSpec
{
    /// <summary>The spec of a config.</summary>
    public static DecoderSpec From(DecoderConfig config)
    {
        var family = DecoderFamily.ForConfig(config);
        var layer = new DecoderLayerSpec(new(config.RopeTheta), config.SlidingWindow);
        return new()
        {
            Width = config.HiddenSize,
            MlpWidth = config.IntermediateSize,
            Heads = config.NumAttentionHeads,
            KeyValueHeads = config.NumKeyValueHeads,
            HeadWidth = config.HeadDim,
            Vocabulary = config.VocabSize,
            NormEps = config.RmsNormEps,
            Layers = [.. Enumerable.Repeat(layer, config.NumHiddenLayers)],
            TiedHead = config.TieWordEmbeddings,
            Biases = family.Biases,
            Norm = family.Norm,
            MlpActivation = family.MlpActivation,
            EmbeddingScale = family.EmbeddingScale(config.HiddenSize),
        };
    }

    /// <summary>Width of a hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the gated MLP.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key-value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Added to the mean square in norms.</summary>
    public required double NormEps { get; init; }

    /// <summary>The layers, first to last.</summary>
    public required IReadOnlyList<DecoderLayerSpec> Layers { get; init; }

    /// <summary>Whether the LM head is the embedding table.</summary>
    public required bool TiedHead { get; init; }

    /// <summary>Which projections have biases.</summary>
    public DecoderBiases Biases { get; init; }

    /// <summary>The norms.</summary>
    public NormSpec Norm { get; init; } = new();

    /// <summary>The gate of the MLP.</summary>
    public Activation MlpActivation { get; init; } = Activation.Silu;

    /// <summary>By what the table's rows are multiplied before the first layer.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>By what scores are multiplied before their softmax; null: 1 / sqrt(width of a head).</summary>
    public double? AttentionScale { get; init; }

    /// <summary>Names of the modules below the decoder's own.</summary>
    public DecoderNames Names { get; init; } = new();

    /// <summary>How far every layer looks back; null: all the way.</summary>
    /// <exception cref="NotSupportedException">Layers differ.</exception>
    public int? Window => Layers.All(l => l.Window == Layers[0].Window) ? Layers[0].Window
        : throw new NotSupportedException("The layers of this decoder look back by different numbers of positions.");

    /// <summary>What this decoder needs and no module computes, in words; empty where all is computed.</summary>
    public IEnumerable<string> Needs()
    {
        if (Norm.Kind != NormKind.Rms) yield return $"norms of kind {Norm.Kind}";
        if (Norm.Placement != NormPlacement.Before) yield return $"norms placed {Norm.Placement}";
        if (Norm.QueryAndKey) yield return "norms of queries and keys";
        if (EmbeddingScale != 1) yield return $"embeddings times {EmbeddingScale:g6}";
        if (AttentionScale is { } scale) yield return $"attention scores times {scale:g6}";
        if (Layers.Select(l => l.Window).Distinct().Count() > 1) yield return "attention windows that differ by layer";
        foreach (var scaling in Layers.Select(l => l.Rotary.Scaling).OfType<string>().Distinct())
            yield return $"rotary scaling '{scaling}'";
    }

    /// <summary>Refuses what is not computed.</summary>
    /// <exception cref="NotSupportedException">The message lists all that is missing.</exception>
    public DecoderSpec Supported() => Needs().ToList() is { Count: > 0 } needs
        ? throw new NotSupportedException($"This decoder needs {string.Join(", ", needs)}, which is not computed.") : this;
}

/// <summary>What the modules of a decoder are called in its checkpoints.</summary>
sealed record DecoderNames
{
    /// <summary>The norm before attention.</summary>
    public string AttentionNorm { get; init; } = "input_layernorm";

    /// <summary>The norm before the MLP.</summary>
    public string MlpNorm { get; init; } = "post_attention_layernorm";

    /// <summary>Attention.</summary>
    public string Attention { get; init; } = "self_attn";

    /// <summary>The MLP.</summary>
    public string Mlp { get; init; } = "mlp";

    /// <summary>The embedding table.</summary>
    public string Table { get; init; } = "embed_tokens";

    /// <summary>The final norm.</summary>
    public string FinalNorm { get; init; } = "norm";
}
