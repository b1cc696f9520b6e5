namespace RadZ.Model.Config;

/// <summary>The activations that the published LLaVA checkpoints use.</summary>
enum Activation
{
    /// <summary>x * sigmoid(1.702 x), OpenAI CLIP's.</summary>
    QuickGelu,

    /// <summary>Exact GELU (error function).</summary>
    Gelu,

    /// <summary>x * sigmoid(x), the gate of the decoder's MLP.</summary>
    Silu,
}

/// <summary>The CLIP vision tower (<c>vision_config</c>).</summary>
sealed record VisionConfig
{
    /// <summary>Width of a patch's hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Layers in the checkpoint; fewer are run, see <see cref="LlavaConfig.VisionLayersNeeded"/>.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Side of the square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Input channels.</summary>
    public int NumChannels { get; init; } = 3;

    /// <summary>Added to the variance in layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Activation of the MLP.</summary>
    public Activation HiddenAct { get; init; } = Activation.QuickGelu;

    /// <summary>Patches of an image, without the class token.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);
}

/// <summary>The Mistral or LLaMA decoder (<c>text_config</c>).</summary>
sealed record DecoderConfig
{
    /// <summary><c>mistral</c> or <c>llama</c>; both compute the same.</summary>
    public required string ModelType { get; init; }

    /// <summary>Width of a hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the gated MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Layers in the checkpoint; the feature path stops one before the last.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Query heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Key-value heads; each serves a group of query heads.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Width of a head; not always hidden size / heads.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Added to the mean square in RMS norms.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Base of the rotary angles.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How many positions a query looks back, its own included; null for all (Mistral-7B v0.1 has 4,096).</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Longest sequence the checkpoint was made for.</summary>
    public int MaxPositionEmbeddings { get; init; } = 4096;

    /// <summary>Whether the LM head is the embedding table.</summary>
    public bool TieWordEmbeddings { get; init; }
}

/// <summary>
/// A LLaVA model: vision tower, projector and decoder, as its <c>config.json</c> says. Immutable; dtype and device are chosen at loading.
/// </summary>
sealed record LlavaConfig
{
    /// <summary>The vision tower.</summary>
    public required VisionConfig Vision { get; init; }

    /// <summary>The decoder.</summary>
    public required DecoderConfig Decoder { get; init; }

    /// <summary>The id that stands for the image in a sequence; -200 in the original LLaVA convention, where it has no row.</summary>
    public int ImageTokenIndex { get; init; } = -200;

    /// <summary>Which vision hidden state feeds the projector; negative counts from the end, -2 in every published LLaVA.</summary>
    public int VisionFeatureLayer { get; init; } = -2;

    /// <summary>
    /// The vision tower that an original LLaVA's config names (<c>mm_vision_tower</c>); null in Hugging Face's form, which gives its sizes.
    /// </summary>
    public string? VisionTowerName { get; init; }

    /// <summary>Activation between the projector's two linears.</summary>
    public Activation ProjectorAct { get; init; } = Activation.Gelu;

    /// <summary>Whether the projector's linears have biases.</summary>
    public bool ProjectorBias { get; init; } = true;

    /// <summary>The dtype of the weights as written in the file: <c>float32</c>, <c>bfloat16</c>, <c>float16</c>, or null.</summary>
    public string? WeightType { get; init; }

    /// <summary>
    /// Vision layers that must be run for the projector's input: hidden state 0 is the embedding, state i the output of layer i.
    /// </summary>
    public int VisionLayersNeeded => VisionFeatureLayer < 0 ? Vision.NumHiddenLayers + 1 + VisionFeatureLayer : VisionFeatureLayer;

    /// <summary>
    /// Decoder layers that must be run for the method's features: all but the last (method, section 3); see
    /// <see cref="FeatureForm.LayersNeeded"/> for others.
    /// </summary>
    public int DecoderLayersNeeded => Decoder.NumHiddenLayers - 1;
}
