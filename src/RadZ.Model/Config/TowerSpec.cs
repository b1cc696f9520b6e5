namespace RadZ.Model.Config;

/// <summary>What a vision tower computes: made of a config in one place, and all that its modules read. Immutable.</summary>
sealed record TowerSpec
{
    /// <summary>CLIP's tower of a config, whose hidden state the projector reads without the class token.</summary>
    public static TowerSpec From(LlavaConfig config) => new()
    {
        Width = config.Vision.HiddenSize,
        MlpWidth = config.Vision.IntermediateSize,
        Layers = config.Vision.NumHiddenLayers,
        LayersRead = config.VisionLayersNeeded,
        Heads = config.Vision.NumAttentionHeads,
        Patches = config.Vision.Patches,
        PatchSize = config.Vision.PatchSize,
        Channels = config.Vision.NumChannels,
        NormEps = config.Vision.LayerNormEps,
        Activation = config.Vision.HiddenAct,
    };

    /// <summary>Width of a patch's hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Layers that the checkpoint has.</summary>
    public required int Layers { get; init; }

    /// <summary>Layers that are run for what the projector reads.</summary>
    public required int LayersRead { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Patches of an image.</summary>
    public required int Patches { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Input channels.</summary>
    public required int Channels { get; init; }

    /// <summary>Added to the variance in norms.</summary>
    public required double NormEps { get; init; }

    /// <summary>Activation of the MLP.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Whether a learnt token stands before the patches; the projector does not read it.</summary>
    public bool ClassToken { get; init; } = true;

    /// <summary>Whether the patches' linear map has a bias.</summary>
    public bool PatchBias { get; init; }

    /// <summary>Whether states are normed before the first layer.</summary>
    public bool NormsInput { get; init; } = true;

    /// <summary>Names of the modules below the tower's own.</summary>
    public TowerNames Names { get; init; } = new();

    /// <summary>Positions of a sequence of the tower.</summary>
    public int Positions => Patches + (ClassToken ? 1 : 0);
}

/// <summary>What the modules of a vision tower are called in its checkpoints.</summary>
sealed record TowerNames
{
    /// <summary>Patches, positions, class token.</summary>
    public string Embeddings { get; init; } = "embeddings";

    /// <summary>The norm before the first layer; CLIP spells it so.</summary>
    public string InputNorm { get; init; } = "pre_layrnorm";

    /// <summary>The layers.</summary>
    public string Layers { get; init; } = "encoder.layers";

    /// <summary>The norm behind the last layer, which is held and not read.</summary>
    public string OutputNorm { get; init; } = "post_layernorm";
}

/// <summary>What stands between a vision tower and a decoder.</summary>
enum ProjectorKind
{
    /// <summary>W x.</summary>
    Linear,

    /// <summary>W2 act(W1 x), LLaVA's <c>mlp2x_gelu</c>.</summary>
    TwoLayers,
}

/// <summary>What the projector computes.</summary>
sealed record ProjectorSpec
{
    /// <summary>The projector of a config.</summary>
    public static ProjectorSpec From(LlavaConfig config) => new()
    {
        Inputs = config.Vision.HiddenSize,
        Outputs = config.Decoder.HiddenSize,
        Activation = config.ProjectorAct,
        Bias = config.ProjectorBias,
    };

    /// <summary>One linear map, or two.</summary>
    public ProjectorKind Kind { get; init; } = ProjectorKind.TwoLayers;

    /// <summary>Width of a patch's hidden state.</summary>
    public required int Inputs { get; init; }

    /// <summary>Width of the decoder.</summary>
    public required int Outputs { get; init; }

    /// <summary>Between the two maps.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Whether the maps have biases.</summary>
    public required bool Bias { get; init; }
}
