using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>Opens checkpoint folders, with adapters and vision tower, and makes models of random weights.</summary>
static class CheckpointLoader
{
    /// <summary>Loads a checkpoint folder. Where it fails, nothing stays in memory.</summary>
    /// <exception cref="InvalidInputException">The folder is not a LLaVA checkpoint this model computes; the message lists all that is
    /// wrong.</exception>
    public static RadiologyEncoder Load(string path, EncoderOptions options)
    {
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
            return new(Load(path, options, adapters));
        }
        finally
        {
            foreach (var adapter in adapters) adapter.Dispose();                       // what was read lives on in the model
        }
    }

    static LoadedModel Load(string path, EncoderOptions options, IReadOnlyList<AdapterFolder> adapters)
    {
        if (!Directory.Exists(path)) ModelFolder.Read(path);
        using var checkpoint = OpenedCheckpoint.Open(path, options.VisionTower, adapters.Count > 0 ? adapters[0] : null);
        var config = checkpoint.Config;
        var folder = ModelFolder.Read(path, config, adapters.Count > 0 ? adapters[0] : null);
        var settings = SettingsOf(path, checkpoint, folder, adapters);
        var (compute, held) = HeldTypes.Choose(checkpoint.Folder, options);
        var replaced = adapters.SelectMany(a => a.Whole.Keys).ToHashSet(StringComparer.Ordinal);
        var training = options.NewLora is not null;
        var file = new CheckpointWeights(checkpoint.Folder, new(held, options.Device, options.Trainable,
            name => replaced.Contains(name) || (training && WeightNames.IsProjector(name)),
            Trained: training))
        {
            Optional = folder.Settings.OptionalWeights,
            Decode = options.Decode,
        };
        var adapted = adapters.Count > 0 ? AdaptedWeights.Load(file, adapters, options.Device, options.Trainable)
            : options.NewLora is { } lora
                ? AdaptedWeights.Fresh(file,
                    lora with { Naming = checkpoint.Folder.Naming == CheckpointNames.Original ? CheckpointNames.Original : lora.Naming },
                    options.Seed, options.Device)
            : null;
        LlavaModel? model = null;
        try
        {
            model = new LlavaModel(adapted ?? (WeightSource)file, config, folder.Settings.Special(config),
                table => SpecialRows(table, folder.Settings, options.Seed), folder.Settings.Form);
            file.Verify();
            adapted?.Verify();
        }
        catch
        {
            model?.Dispose();
            adapted?.Dropout?.Dispose();
            throw;
        }
        var tower = checkpoint.Folder.Tower;
        string[] hashed = tower.Folder is { } apart ? [path, apart] : [path];
        return new(new(model, folder, compute, tower, options.Threads ?? get_num_threads())
        {
            Adapted = adapted,
            Adapters = settings,
            Hash = active => Fingerprint.Compute([.. hashed, .. settings.Where(a => a.Folder.Name == active).Select(a => a.Folder.Path)]),
        });
    }

    /// <summary>Each adapter's settings; those that share a base must agree on what the model is made for.</summary>
    static List<(AdapterFolder Folder, ModelSettings? Settings)> SettingsOf(string path, OpenedCheckpoint checkpoint, ModelFolder folder,
        IReadOnlyList<AdapterFolder> adapters)
    {
        var (config, vocabulary) = (checkpoint.Config, folder.Tokenizer.VocabularySize);
        var plain = ModelSettings.Read(path, config, vocabulary);
        var settings = adapters.Select(a => (Folder: a, Settings: ModelSettings.ReadAdapter(a, plain, config, vocabulary))).ToList();
        foreach (var (adapter, own) in settings)
            if (own is not null && (!own.ImageTokens.SequenceEqual(folder.Settings.ImageTokens)
                || !own.TextTokens.SequenceEqual(folder.Settings.TextTokens)))
                throw new InvalidInputException(adapter.Path, "wrong-checkpoint",
                    $"has other modality tokens than {adapters[0].Path}; adapters that share a base must share their ids.");
            else if (own is not null && own.Form != folder.Settings.Form)
                throw new InvalidInputException(adapter.Path, "wrong-checkpoint",
                    $"reads its features otherwise ({own.Form}) than {adapters[0].Path} ({folder.Settings.Form}); adapters that share a " +
                    $"base must agree.");
        return settings;
    }

    /// <summary>A model of random weights, to be trained from scratch in float32.</summary>
    public static RadiologyEncoder Fresh(ModelFolder folder, int seed, Device device, ScalarType compute = ScalarType.Float32) =>
        new(new LoadedModel(new(Drawn(folder, seed, new FreshWeights(seed, device)), folder, compute, new(null, true, null),
            get_num_threads())));

    /// <summary>A model of random weights that is used as it is, without gradients: speed does not depend on what weights hold.</summary>
    public static RadiologyEncoder Random(ModelFolder folder, int seed, ScalarType type)
    {
        using var _ = no_grad();
        var model = Drawn(folder, seed, new FreshWeights(seed, CPU, type));
        foreach (var (_, value) in model.Weights) value.requires_grad_(false);
        return new(new LoadedModel(new(model, folder, type, new(null, true, null), get_num_threads())));
    }

    static LlavaModel Drawn(ModelFolder folder, int seed, FreshWeights source) => new(source, folder.Config,
        folder.Settings.Special(folder.Config), table => NewRows(table, folder.Settings, seed), folder.Settings.Form);

    static Tensor SpecialRows(Tensor table_VD, ModelSettings settings, int seed)
    {
        long[] ids = [.. settings.ImageTokens.Concat(settings.TextTokens).Select(i => (long)i)];
        if (!settings.Trained || ids.Length == 0 || ids.Max() >= table_VD.shape[0]) return NewRows(table_VD, settings, seed);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return table_VD.index_select(0, tensor(ids, device: table_VD.device)).to(ScalarType.Float32).MoveToOuterDisposeScope();
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
}
