using RadZ.Tokens;

namespace RadZ.Model;

/// <summary>How a checkpoint is held in memory.</summary>
public sealed record EncoderOptions
{
    /// <summary>The dtype to compute in; null is the checkpoint's own, and float32 for float16 (slow on a CPU).</summary>
    public ScalarType? ComputeType { get; init; }

    /// <summary>Where it runs.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Own memory and gradients for every weight, in float32.</summary>
    public bool Trainable { get; init; }

    /// <summary>A PEFT adapter folder to put into the decoder.</summary>
    public string? Adapter { get; init; }

    /// <summary>Untrained adapters to put into the decoder.</summary>
    public LoraOptions? NewLora { get; init; }

    /// <summary>Seed of what is drawn at random: new adapters, new modality tokens.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// A LLaVA checkpoint as an encoder: prepared pixels and texts in, decoder-side features out. The sequences of training and use
/// are built here and nowhere else.
/// </summary>
public sealed partial class RadiologyEncoder : IFeatureEncoder, IDisposable
{
    readonly LlavaModel _model;
    readonly SequenceBuilder _sequences;
    readonly TokenSequence _imageSequence;

    readonly Generator? _noise;

    RadiologyEncoder(LlavaModel model, ModelFolder folder, ScalarType compute, AdaptedWeights? adapted, string hash)
    {
        (_model, Folder, ComputeType, Lora, Hash, _noise) = (model, folder, compute, adapted?.Options, hash, adapted?.Noise);
        _sequences = folder.Sequences();
        _imageSequence = _sequences.Image(folder.Config.Vision.Patches);
    }

    /// <summary>Sizes, settings, tokenizer and preparation.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The dtype that is computed in.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The adapters inside the decoder, if any.</summary>
    public LoraOptions? Lora { get; }

    /// <summary>SHA-256 that names the weights' state when they were loaded; empty for a fresh model.</summary>
    public string Hash { get; }

    /// <summary>Where it runs.</summary>
    public Device Device => _model.Device;

    internal LlavaModel Model => _model;

    /// <summary>Width D of a feature.</summary>
    public int Width => Folder.Config.Decoder.HiddenSize;

    /// <summary>Every weight by its Hugging Face name, adapters among them, and <c>specials</c>, the modality tokens' rows.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights => _model.Weights;

    /// <summary>Loads a checkpoint folder.</summary>
    /// <exception cref="InvalidInputException">The folder is not a LLaVA checkpoint this model computes; the message lists all that is wrong.</exception>
    public static RadiologyEncoder Load(string path, EncoderOptions? options = null)
    {
        options ??= new();
        var folder = ModelFolder.Read(path);
        var config = folder.Config;
        var stored = WeightTypeOf(config);
        var compute = options.ComputeType ?? (options.Trainable || stored == ScalarType.Float16 ? ScalarType.Float32 : stored);
        using var file = new CheckpointWeights(path, options.Trainable ? ScalarType.Float32 : compute, options.Device, options.Trainable,
            name => options.NewLora is not null && name.StartsWith("multi_modal_projector.", StringComparison.Ordinal));
        file.Optional = folder.Settings.OptionalWeights;
        WeightSource source = options switch
        {
            { Adapter: { } adapter } => AdaptedWeights.Load(file, adapter, options.Device, options.Trainable),
            { NewLora: { } lora } => AdaptedWeights.Fresh(file, lora, options.Seed, options.Device),
            _ => file,
        };
        var model = new LlavaModel(source, config, folder.Settings.Special(config), table => SpecialRows(table, folder.Settings, options.Seed));
        file.Verify();
        (source as AdaptedWeights)?.Verify();
        return new(model, folder, compute, source as AdaptedWeights, Fingerprint.Of(options.Adapter is { } over ? [path, over] : [path]));
    }

    /// <summary>A model of random weights, to be trained from scratch in float32.</summary>
    public static RadiologyEncoder Fresh(ModelFolder folder, int seed, Device device, ScalarType compute = ScalarType.Float32)
    {
        var model = new LlavaModel(new FreshWeights(seed, device), folder.Config, folder.Settings.Special(folder.Config), table => NewRows(table, folder.Settings, seed));
        return new(model, folder, compute, null, "");
    }

    /// <inheritdoc/>
    public FeaturePair Images(Tensor pixels_BCSS, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        return Decode(_model.See(pixels_BCSS.to(ComputeType)), globalOnly).MoveToOuterDisposeScope();
    }

    /// <summary>Image features and, from the same pass, the patches' hidden states that the projector reads: [B, V, vision width].</summary>
    public (FeaturePair Features, Tensor Patches_BVD) ImagesAndPatches(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        var seen_BVD = _model.See(pixels_BCSS.to(ComputeType));
        return (Decode(seen_BVD, globalOnly: false).MoveToOuterDisposeScope(), seen_BVD.MoveToOuterDisposeScope());
    }

    FeaturePair Decode(Tensor seen_BVD, bool globalOnly)
    {
        var patches_BVD = _model.Project(seen_BVD);
        return Features([.. Enumerable.Repeat(_imageSequence, (int)seen_BVD.shape[0])], patches_BVD, globalOnly);
    }

    /// <inheritdoc/>
    public FeaturePair Texts(IReadOnlyList<string> texts, bool globalOnly = false) => Texts([.. texts.Select(Sequence)], globalOnly);

    /// <summary>Features of texts that are token sequences already; texts of like length are computed together, so that little is padding.</summary>
    public FeaturePair Texts(IReadOnlyList<TokenSequence> texts, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        var groups = LengthGroups.Of([.. texts.Select(t => t.Length)]);
        var sorted = Joined([.. groups.Select(g => Features([.. g.Select(i => texts[i])], null, globalOnly))]);
        var back = new long[texts.Count];
        foreach (var (place, index) in groups.SelectMany(g => g).Index()) back[index] = place;
        var order = tensor(back, device: Device);
        return new FeaturePair(sorted.Global_BD.index_select(0, order), sorted.Local_BD?.index_select(0, order)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Features of rows, a few rows at a time: where a layer's weights are small, speed comes from keeping its activations in the cache
    /// (of 32 images the small model decodes 8 at a time 1.3 times as fast as all together); where they are large, from reading the
    /// weights once.
    /// </summary>
    FeaturePair Features(IReadOnlyList<TokenSequence> rows, Tensor? patches_BVD, bool globalOnly)
    {
        var decoder = Folder.Config.Decoder;
        var atOnce = (long)decoder.HiddenSize * decoder.IntermediateSize > LargeLayer ? rows.Count : Math.Max(1, CachedPositions / rows.Max(r => r.Length));
        var parts = rows.Chunk(atOnce).Select((chunk, i) => _model.Features(TokenBatch.Pad(chunk, Folder.Settings.PadToken, PaddingSide.Right),
            patches_BVD?.narrow(0, (long)i * atOnce, chunk.Length), ComputeType, globalOnly)).ToList();
        return Joined(parts);
    }

    const long LargeLayer = 1 << 21;
    const int CachedPositions = 768;

    static FeaturePair Joined(IReadOnlyList<FeaturePair> parts) => parts.Count == 1 ? parts[0]
        : new(cat([.. parts.Select(p => p.Global_BD)]), parts[0].Local_BD is null ? null : cat([.. parts.Select(p => p.Local_BD!)]));

    /// <summary>Mean rows of the embedding table over the tokens of each text, [N, D] in float32: the authors' own category vectors (method, section 4).</summary>
    public Tensor MeanEmbeddings(IReadOnlyList<string> texts)
    {
        using var _ = NewDisposeScope();
        var table_VD = Weights.First(w => w.Name == "language_model.model.embed_tokens.weight").Value;
        return stack([.. texts.Select(t => table_VD.index_select(0, tensor(Folder.Tokenizer.Encode(t).Select(i => (long)i).ToArray(), device: Device)).to(ScalarType.Float32).mean([0]))]).MoveToOuterDisposeScope();
    }

    /// <summary>The sequence of one text.</summary>
    public TokenSequence Sequence(string text) => _sequences.Text(text, Folder.Settings.TextLimit);

    /// <summary>The patches' hidden states that the projector reads, [B, V, vision width].</summary>
    public Tensor Patches(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        return _model.See(pixels_BCSS.to(ComputeType)).MoveToOuterDisposeScope();
    }

    /// <summary>Makes what the adapters drop next a function of the seed: a resumed run drops the same.</summary>
    public void SeedDropout(long seed) => _noise?.manual_seed(seed);

    /// <summary>What a model with adapters trains: those, the modality tokens, the projector (method, section 5).</summary>
    public static bool IsTrainedBesideAdapters(string name) => name.Contains(".lora_", StringComparison.Ordinal) || name == "specials" || name.StartsWith("multi_modal_projector.", StringComparison.Ordinal);

    /// <summary>Whether a weight takes part in the features: not the last decoder layer, the final norm, the LM head, nor vision layers behind the one read.</summary>
    public bool IsOnFeaturePath(string name)
    {
        var config = Folder.Config;
        if (name.StartsWith("language_model.lm_head.", StringComparison.Ordinal) || name == "language_model.model.norm.weight" || name.Contains(".post_layernorm.", StringComparison.Ordinal)) return false;
        return !After("language_model.model.layers.", config.DecoderLayersNeeded) && !After("vision_tower.vision_model.encoder.layers.", config.VisionLayersNeeded);

        bool After(string prefix, int needed) => name.StartsWith(prefix, StringComparison.Ordinal) && int.Parse(name[prefix.Length..name.IndexOf('.', prefix.Length)]) >= needed;
    }

    /// <summary>
    /// Writes a whole model folder that <c>transformers</c> loads as a LLaVA: the modality tokens are rows of the table, adapters are
    /// merged into the weights they adapt.
    /// </summary>
    public void Save(string path, ScalarType type, ModelSettings? settings = null)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var special = Folder.Settings.Special(Folder.Config);
        var rows = Math.Max(Folder.Config.Decoder.VocabSize, special.Rows);
        var image = special.ImageHasRow ? special.ImageId : rows++;                     // the original convention has none; Hugging Face's needs one
        var config = Folder.Config with { Decoder = Folder.Config.Decoder with { VocabSize = rows }, ImageTokenIndex = image, WeightType = NameOf(type) };
        var tensors = new List<(string, Tensor)>();
        foreach (var (name, value) in Weights.Where(w => w.Name != "specials" && !w.Name.Contains(".lora_", StringComparison.Ordinal)).OrderBy(w => w.Name, StringComparer.Ordinal))
        {
            var tensor = Merged(name, value.detach());
            if (name is "language_model.model.embed_tokens.weight" or "language_model.lm_head.weight" && rows > tensor.shape[0])
                tensor = cat([tensor, zeros(rows - tensor.shape[0], tensor.shape[1], tensor.dtype, tensor.device)]);
            if (name == "language_model.model.embed_tokens.weight")
                tensor = tensor.index_copy(0, Index(special.ImageClassIds.Concat(special.TextClassIds)), _model.Specials_KD.to(tensor.dtype));
            tensors.Add((name, tensor.to(type)));
        }
        SafetensorsFile.Write(Path.Combine(path, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        (Folder with { Config = config, Settings = settings ?? Folder.Settings }).Write(path);

        Tensor Index(IEnumerable<int> ids) => tensor(ids.Select(i => (long)i).ToArray(), device: Device);
    }

    /// <summary>W + (alpha / r) B A where the weight has an adapter, the weight itself elsewhere.</summary>
    Tensor Merged(string name, Tensor weight)
    {
        var module = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        if (Lora is null || Weights.FirstOrDefault(w => w.Name == module + ".lora_A.weight").Value is not { } down_RI) return weight;
        var up_OR = Weights.First(w => w.Name == module + ".lora_B.weight").Value;
        return (weight.to(ScalarType.Float32) + up_OR.detach().mm(down_RI.detach()).Times(Lora.Scale)).to(weight.dtype);
    }

    /// <summary>Writes the adapter as PEFT reads it, and beside it the other trained weights (projector, modality tokens) as <c>trained.safetensors</c>.</summary>
    public void SaveAdapter(string path)
    {
        if (Lora is null) throw new InvalidOperationException("There is no adapter in this model.");
        AdapterFile.Write(path, Lora, Weights.Where(w => w.Name.Contains(".lora_", StringComparison.Ordinal)).Select(w => (w.Name, (Tensor)w.Value)));
        SafetensorsFile.Write(Path.Combine(path, "trained.safetensors"),
            [.. Weights.Where(w => IsTrainedBesideAdapters(w.Name) && !w.Name.Contains(".lora_", StringComparison.Ordinal)).Select(w => (w.Name, (Tensor)w.Value))]);
    }

    static Tensor SpecialRows(Tensor table_VD, ModelSettings settings, int seed)
    {
        long[] ids = [.. settings.ImageTokens.Concat(settings.TextTokens).Select(i => (long)i)];
        if (!settings.Trained || ids.Max() >= table_VD.shape[0]) return NewRows(table_VD, settings, seed);
        using var _ = no_grad();
        using var index = tensor(ids, device: table_VD.device);
        return table_VD.index_select(0, index).to(ScalarType.Float32);
    }

    /// <summary>New modality tokens: normal, with the deviation of the table's own rows.</summary>
    static Tensor NewRows(Tensor table_VD, ModelSettings settings, int seed)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var generator = FreshWeights.GeneratorOf(seed, "specials");
        var sample = table_VD.narrow(0, 0, Math.Min(4096, table_VD.shape[0])).to(ScalarType.Float32);
        return (randn(settings.ImageTokens.Count + settings.TextTokens.Count, table_VD.shape[1], generator: generator).to(table_VD.device) * sample.std()).MoveToOuterDisposeScope();
    }

    static ScalarType WeightTypeOf(LlavaConfig config) => config.WeightType switch
    {
        "bfloat16" => ScalarType.BFloat16,
        "float16" => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    static string NameOf(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => "float32",
    };

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
