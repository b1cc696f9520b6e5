using RadZ.Text.ChatTemplates;

namespace RadZ.Model.Config;

/// <summary>
/// What the decoders of one family have in common, and what its configs mean by leaving something out. A new family is a value here, and
/// what its modules compute otherwise is said by its <see cref="DecoderSpec"/>.
/// </summary>
sealed record DecoderFamily
{
    /// <summary>LLaMA and Vicuna; LLaVA-1.5.</summary>
    public static DecoderFamily Llama { get; } = new()
    {
        Name = "llama",
        Template = ChatTemplate.VicunaV1,
        MlpWidth = 11008,
        MaxPositions = 2048,
    };

    /// <summary>Mistral-7B; LLaVA-Med v1.5.</summary>
    public static DecoderFamily Mistral { get; } = new()
    {
        Name = "mistral",
        Template = ChatTemplate.MistralInstruct,
        KeyValueHeads = 8,
        MlpWidth = 14336,
        MaxPositions = 131072,
        Window = 4096,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DecoderFamily> All { get; } = [Llama, Mistral];

    /// <summary>The names, for errors.</summary>
    public static string Names => string.Join(" or ", All.Select(f => f.Name));

    /// <summary>The family that a config's <c>model_type</c> names; null where it is none of these.</summary>
    public static DecoderFamily? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    /// <summary>The family of a config that was read.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static DecoderFamily ForConfig(DecoderConfig config) => Find(config.ModelType)
        ?? throw new ArgumentException($"There is no decoder family '{config.ModelType}', expected {Names}.", nameof(config));

    /// <summary>As <c>model_type</c> says it.</summary>
    public required string Name { get; init; }

    /// <summary>How its conversations are written.</summary>
    public required ChatTemplate Template { get; init; }

    /// <summary>Where a config does not say how wide the MLP is.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Where a config does not say how long a sequence may be.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Where a config does not say how many key-value heads there are; null: as many as query heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Where a config does not say how far a position looks back; null: all the way, whatever a config says.</summary>
    public int? Window { get; init; }

    /// <summary>Which projections have biases.</summary>
    public DecoderBiases Biases { get; init; }

    /// <summary>Its norms.</summary>
    public NormSpec Norm { get; init; } = new();

    /// <summary>The gate of its MLP.</summary>
    public Activation MlpActivation { get; init; } = Activation.Silu;

    /// <summary>By what embeddings of the table are multiplied, given the width.</summary>
    public Func<int, double> EmbeddingScale { get; init; } = _ => 1;
}
