using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

/// <summary>
/// A LLaVA checkpoint as an encoder: prepared pixels and texts in, decoder-side features out. The sequences of training and use
/// are built here and nowhere else.
/// </summary>
sealed partial class RadiologyEncoder : IFeatureEncoder, IDisposable
{
    readonly LlavaModel _model;
    readonly SequenceBuilder _sequences;
    readonly TokenSequence _imageSequence;

    readonly Generator? _noise;

    readonly AdaptedWeights? _adapted;
    readonly Func<string> _hashOf;
    string? _hash;

    RadiologyEncoder(LlavaModel model, ModelFolder folder, ScalarType compute, AdaptedWeights? adapted,
        IReadOnlyList<(AdapterFolder Folder, ModelSettings? Settings)> adapters, VisionTowerChoice tower, Func<string?, string> hash)
    {
        (_model, Folder, ComputeType, _adapted, _noise, VisionTower) = (model, folder, compute, adapted, adapted?.Noise, tower);
        var plain = folder.Settings;
        Adapters = new(model, [.. adapters.Select(a => a.Folder)], adapted?.Switch ?? new(), () =>
        {
            _hash = null;
            Folder = Folder with { Settings = adapters.FirstOrDefault(a => a.Folder.Name == Adapters!.Active).Settings ?? plain };
        });
        _hashOf = () => hash(Adapters.Active);
        _sequences = folder.Sequences();
        _imageSequence = _sequences.Image(folder.Config.Vision.Patches);
    }

    /// <summary>Sizes, settings (of the adapter in use), tokenizer and preparation.</summary>
    public ModelFolder Folder { get; private set; }

    /// <summary>The dtype that is computed in.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The adapters that were loaded, and which is used.</summary>
    public AdapterSet Adapters { get; }

    /// <summary>Where the vision tower came from.</summary>
    public VisionTowerChoice VisionTower { get; }

    /// <summary>Sizes of the adapter in use, if any.</summary>
    public LoraOptions? Lora => _adapted?.Options;

    /// <summary>
    /// SHA-256 that names the state of the weights as they were loaded, with the adapter in use; empty for a fresh model.
    /// </summary>
    public string Hash => _hash ??= _hashOf();

    /// <summary>Where it runs.</summary>
    public Device Device => _model.Device;

    internal LlavaModel Model => _model;

    /// <summary>Width D of a feature.</summary>
    public int Width => Folder.Config.Decoder.HiddenSize;

    /// <summary>
    /// Every weight by its Hugging Face name, adapters among them, and <c>specials</c>, the modality tokens' rows, where there are any.
    /// </summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights => _model.Weights;

    /// <summary>Loads a checkpoint folder.</summary>
    /// <exception cref="InvalidInputException">The folder is not a LLaVA checkpoint this model computes; the message lists all that is
    /// wrong.</exception>
    public static RadiologyEncoder Load(string path, EncoderOptions? options = null)
    {
        options ??= new();
        string[] folders = options.Adapter is { } one ? [one, .. options.Adapters] : [.. options.Adapters];
        var adapters = new List<AdapterFolder>();
        try
        {
            foreach (var folder in folders)
            {
                adapters.Add(AdapterFolder.Open(folder));
                if (adapters.SkipLast(1).Any(a => a.Name == adapters[^1].Name))
                    throw new InvalidInputException(folder, "twice",
                        $"is the second adapter named {adapters[^1].Name}; give the folders different names.");
            }
            return Load(path, options, adapters);
        }
        finally
        {
            foreach (var adapter in adapters) adapter.Dispose();                       // what was read lives on in the model
        }
    }

    static RadiologyEncoder Load(string path, EncoderOptions options, IReadOnlyList<AdapterFolder> adapters)
    {
        if (!Directory.Exists(path)) ModelFolder.Read(path);
        using var checkpoint = OpenedCheckpoint.Of(path, options.VisionTower, adapters.Count > 0 ? adapters[0] : null);
        var config = checkpoint.Config;
        var folder = ModelFolder.Read(path, config, adapters.Count > 0 ? adapters[0] : null);
        var plain = ModelSettings.Of(path, config, folder.Tokenizer.VocabularySize);
        var settings = adapters.Select(a =>
            (Folder: a, Settings: ModelSettings.OfAdapter(a, plain, config, folder.Tokenizer.VocabularySize))).ToList();
        foreach (var (adapter, own) in settings)
            if (own is not null && (!own.ImageTokens.SequenceEqual(folder.Settings.ImageTokens)
                || !own.TextTokens.SequenceEqual(folder.Settings.TextTokens)))
                throw new InvalidInputException(adapter.Path, "wrong-checkpoint",
                    $"has other modality tokens than {adapters[0].Path}; adapters that share a base must share their ids.");
            else if (own is not null && own.Form != folder.Settings.Form)
                throw new InvalidInputException(adapter.Path, "wrong-checkpoint",
                    $"reads its features otherwise ({own.Form}) than {adapters[0].Path} ({folder.Settings.Form}); adapters that share a " +
                    "base must agree.");

        var (compute, held) = HeldTypes.Of(checkpoint.Folder, options);
        var replaced = adapters.SelectMany(a => a.Whole.Keys).ToHashSet(StringComparer.Ordinal);
        var training = options.NewLora is not null;
        var file = new CheckpointWeights(checkpoint.Folder, new(held, options.Device, options.Trainable,
            name => replaced.Contains(name) || (training && name.StartsWith("multi_modal_projector.", StringComparison.Ordinal)),
            Trained: training))
        {
            Optional = folder.Settings.OptionalWeights,
            Decode = options.Decode,
        };
        WeightSource source = adapters.Count > 0 ? AdaptedWeights.Load(file, adapters, options.Device, options.Trainable)
            : options.NewLora is { } lora
                ? AdaptedWeights.Fresh(file,
                    lora with { Naming = checkpoint.Folder.Naming == CheckpointNames.Original ? CheckpointNames.Original : lora.Naming },
                    options.Seed, options.Device)
            : file;
        var model = new LlavaModel(source, config, folder.Settings.Special(config),
            table => SpecialRows(table, folder.Settings, options.Seed), folder.Settings.Form);
        file.Verify();
        (source as AdaptedWeights)?.Verify();
        var tower = checkpoint.Folder.Tower;
        string[] hashed = tower.Folder is { } apart ? [path, apart] : [path];
        return new(model, folder, compute, source as AdaptedWeights, settings, tower,
            active => Fingerprint.Of([.. hashed, .. settings.Where(a => a.Folder.Name == active).Select(a => a.Folder.Path)]));
    }

    /// <summary>A model of random weights, to be trained from scratch in float32.</summary>
    public static RadiologyEncoder Fresh(ModelFolder folder, int seed, Device device, ScalarType compute = ScalarType.Float32)
    {
        var model = new LlavaModel(new FreshWeights(seed, device), folder.Config, folder.Settings.Special(folder.Config),
            table => NewRows(table, folder.Settings, seed), folder.Settings.Form);
        return new(model, folder, compute, null, [], new(null, true, null), _ => "");
    }

    /// <summary>A model of random weights that is used as it is, without gradients: speed does not depend on what weights hold.</summary>
    internal static RadiologyEncoder Random(ModelFolder folder, int seed, ScalarType type)
    {
        using var _ = no_grad();
        var model = new LlavaModel(new FreshWeights(seed, CPU, type), folder.Config, folder.Settings.Special(folder.Config),
            table => NewRows(table, folder.Settings, seed), folder.Settings.Form);
        foreach (var (_, value) in model.Weights) value.requires_grad_(false);
        return new(model, folder, type, null, [], new(null, true, null), _ => "");
    }

    /// <inheritdoc/>
    public FeaturePair Images(Tensor pixels_BCSS, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        return Decode(_model.See(pixels_BCSS.to(ComputeType)), globalOnly).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Features of images whose patches' hidden states are known already, and from the same pass what the decoder says at each patch, [B,
    /// V, D] in float32.
    /// </summary>
    public (FeaturePair Features, Tensor States_BVD) ImagesAndStates(Tensor seen_BVD)
    {
        using var _ = NewDisposeScope();
        var (features, states_BVD) = _model.FeaturesAndStates(ImageRows(seen_BVD), _model.Project(seen_BVD), ComputeType);
        return (features.MoveToOuterDisposeScope(), states_BVD.MoveToOuterDisposeScope());
    }

    FeaturePair Decode(Tensor seen_BVD, bool globalOnly)
    {
        var patches_BVD = _model.Project(seen_BVD);
        return Features([.. Enumerable.Repeat(_imageSequence, (int)seen_BVD.shape[0])], patches_BVD, globalOnly);
    }

    /// <summary>
    /// Mean rows of the embedding table over the tokens of each text, [N, D] in float32: the authors' own category vectors (method, section
    /// 4).
    /// </summary>
    public Tensor MeanEmbeddings(IReadOnlyList<string> texts)
    {
        using var _ = NewDisposeScope();
        var table_VD = Weights.First(w => w.Name == "language_model.model.embed_tokens.weight").Value;
        return stack([.. texts.Select(t => table_VD.index_select(0,
            tensor(Folder.Tokenizer.Encode(t).Select(i => (long)i).ToArray(), device: Device)).to(ScalarType.Float32).mean([0]))])
                .MoveToOuterDisposeScope();
    }

    /// <summary>The sequence of one text.</summary>
    public TokenSequence Sequence(string text) => _sequences.Text(text, Folder.Settings.TextLimit);

    /// <summary>The patches' hidden states that the projector reads, [B, V, vision width].</summary>
    public Tensor Patches(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        return _model.See(pixels_BCSS.to(ComputeType)).MoveToOuterDisposeScope();
    }

    /// <summary>Features of images whose patches' hidden states are known already.</summary>
    public FeaturePair ImagesOf(Tensor patches_BVD, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        return Decode(patches_BVD, globalOnly).MoveToOuterDisposeScope();
    }

    /// <summary>Positions of an image's sequence.</summary>
    public int ImagePositions => _imageSequence.Length;

    /// <summary>Activation checkpointing: decoder layers are run again in the backward pass instead of keeping what they compute.</summary>
    public bool CheckpointLayers
    {
        get => _model.Replay is not null;
        set => _model.Replay = value ? new(_noise) : null;
    }

    /// <summary>
    /// Bytes that a graph of so many positions keeps where layers are run again: their inputs. Null where graphs are kept whole.
    /// </summary>
    public long? ReplayBytes(long positions) =>
        CheckpointLayers ? positions * Width * _model.LayersNeeded * ComputeType.ElementSize() : null;

    /// <summary>
    /// The backward pass of a loss over features of this model; what went wrong in our own gradients, or in running a layer again, is
    /// thrown after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">A gradient could not be computed; the reason is inside.</exception>
    public void Backward(Tensor loss)
    {
        BackwardPass.Run(() => loss.backward());
        _model.Replay?.ThrowIfFailed();
    }

    /// <summary>A block without gradients in which adapters drop as they do with them: a pass that will be repeated.</summary>
    public static IDisposable ForcedDropout() => DropoutPass.Forced();

    /// <summary>Makes what the adapters drop next a function of the seed: a resumed run drops the same.</summary>
    public void SeedDropout(long seed) => _noise?.manual_seed(seed);

    /// <summary>What a model with adapters trains: those, the modality tokens, the projector (method, section 5).</summary>
    public static bool IsTrainedBesideAdapters(string name) => name.Contains(".lora_", StringComparison.Ordinal) || name == "specials"
        || name.StartsWith("multi_modal_projector.", StringComparison.Ordinal);

    /// <summary>
    /// Whether a weight takes part in the features: not the decoder layers behind the state that is read, the final norm, the LM head, nor
    /// vision layers behind the one read.
    /// </summary>
    public bool IsOnFeaturePath(string name)
    {
        var config = Folder.Config;
        if (name.StartsWith("language_model.lm_head.", StringComparison.Ordinal) || name == "language_model.model.norm.weight"
            || name.Contains(".post_layernorm.", StringComparison.Ordinal)) return false;
        return !After("language_model.model.layers.", _model.LayersNeeded)
            && !After("vision_tower.vision_model.encoder.layers.", config.VisionLayersNeeded);

        bool After(string prefix, int needed) =>
            name.StartsWith(prefix, StringComparison.Ordinal) && int.Parse(name[prefix.Length..name.IndexOf('.', prefix.Length)]) >= needed;
    }

    /// <summary>
    /// Writes a whole model folder that <c>transformers</c> loads as a LLaVA: the modality tokens are rows of the table, adapters are
    /// merged into the weights they adapt. One weight at a time is in memory beside the model.
    /// </summary>
    public void Save(string path, ScalarType type, ModelSettings? settings = null)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var special = Folder.Settings.Special(Folder.Config);
        var rows = Math.Max(Folder.Config.Decoder.VocabSize, special.Rows);
        // the original convention has none; Hugging Face's needs one
        var image = special.ImageHasRow ? special.ImageId : rows++;
        var config = Folder.Config with
        {
            Decoder = Folder.Config.Decoder with { VocabSize = rows },
            ImageTokenIndex = image,
            WeightType = NameOf(type),
        };
        SafetensorsShards.Write(path,
            [.. Weights.Where(w => w.Name != "specials" && !w.Name.Contains(".lora_", StringComparison.Ordinal)).OrderBy(w => w.Name,
                StringComparer.Ordinal)
            .Select(w => new ShardedTensor(w.Name, type,
                IsTable(w.Name) && rows > w.Value.shape[0] ? [rows, w.Value.shape[1]] : w.Value.shape,
                () => Final(w.Name, w.Value.detach())))]);
        (Folder with { Config = config, Settings = settings ?? Folder.Settings }).Write(path);

        static bool IsTable(string name) => name is "language_model.model.embed_tokens.weight" or "language_model.lm_head.weight";

        Tensor Final(string name, Tensor value)
        {
            using var _ = NewDisposeScope();
            var tensor = Merged(name, value);
            if (IsTable(name) && rows > tensor.shape[0])
                tensor = cat([tensor, zeros(rows - tensor.shape[0], tensor.shape[1], tensor.dtype, tensor.device)]);
            if (name == "language_model.model.embed_tokens.weight" && _model.Specials_KD.shape[0] > 0)
                tensor = tensor.index_copy(0,
                    torch.tensor([.. special.ImageClassIds.Concat(special.TextClassIds).Select(i => (long)i)], dtype: ScalarType.Int64,
                        device: Device), _model.Specials_KD.to(tensor.dtype));
            return tensor.to(type).alias().MoveToOuterDisposeScope();
        }
    }

    /// <summary>W + (alpha / r) B A where the weight has an adapter, the weight itself elsewhere.</summary>
    Tensor Merged(string name, Tensor weight)
    {
        var module = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        return _adapted?.Pair(module) is { } pair ? LoraMerge.Of(weight, pair) : weight;
    }

    /// <summary>
    /// Writes the adapter in use as PEFT reads it, with all that was trained beside it: the projector as a module that is saved whole, the
    /// modality tokens as trained rows of the table (a table that lacks those rows is resized first, <c>resize_token_embeddings</c>).
    /// </summary>
    public void SaveAdapter(string path, ModelSettings? settings = null)
    {
        if (_adapted is not { Options: { } lora }) throw new InvalidOperationException("There is no adapter in this model.");
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var whole = Weights.Where(w => w.Name.StartsWith("multi_modal_projector.", StringComparison.Ordinal))
            .Select(w => (w.Name, (Tensor)w.Value)).ToList();
        var options = lora with
        {
            ModulesToSave = [lora.Naming == CheckpointNames.Original ? "mm_projector" : "multi_modal_projector"],
            TokenRows = [.. Folder.Settings.ImageTokens, .. Folder.Settings.TextTokens],
        };
        AdapterFile.Write(path, new(options, [.. _adapted.Pairs], whole, options.TokenRows.Count > 0 ? _model.Specials_KD : null),
            Folder.Path);
        AtomicFile.WriteText(Path.Combine(path, ModelSettings.FileName),
            System.Text.Json.JsonSerializer.Serialize(settings ?? Folder.Settings with { Trained = true }, StrictJson.Options) + "\n");
    }

    static Tensor SpecialRows(Tensor table_VD, ModelSettings settings, int seed)
    {
        long[] ids = [.. settings.ImageTokens.Concat(settings.TextTokens).Select(i => (long)i)];
        if (!settings.Trained || ids.Length == 0 || ids.Max() >= table_VD.shape[0]) return NewRows(table_VD, settings, seed);
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
        return (randn(settings.ImageTokens.Count + settings.TextTokens.Count, table_VD.shape[1], generator: generator).to(table_VD.device)
            * sample.std()).MoveToOuterDisposeScope();
    }

    static string NameOf(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => "float32",
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapters.Dispose();
        _model.Dispose();
    }
}
