using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Weights;

namespace RadZ.Model.Adapters;

/// <summary>
/// An adapter on disk: PEFT's <c>adapter_config.json</c> and <c>adapter_model.safetensors</c> (or <c>.bin</c>), and what LLaVA's own
/// trainer writes beside it or alone, <c>non_lora_trainables.bin</c> or <c>mm_projector.bin</c>. Everything is under our names.
/// </summary>
sealed class AdapterFolder : IDisposable
{
    readonly List<IWeightFile> _files = [];
    readonly Dictionary<string, (StoredWeight? Down, StoredWeight? Up)> _pairs = new(StringComparer.Ordinal);
    readonly Dictionary<string, StoredWeight> _whole = new(StringComparer.Ordinal);

    AdapterFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its name among other adapters.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>Ranks and targets; null where the folder holds a projector alone.</summary>
    public LoraOptions? Options { get; private set; }

    /// <summary>Low-rank pairs by the module they adapt.</summary>
    public IReadOnlyDictionary<string, (StoredWeight? Down, StoredWeight? Up)> Pairs => _pairs;

    /// <summary>Weights that stand in for the base's.</summary>
    public IReadOnlyDictionary<string, StoredWeight> Whole => _whole;

    /// <summary>Rows of the embedding table, in the order of <see cref="LoraOptions.TokenRows"/>.</summary>
    public StoredWeight? Rows { get; private set; }

    /// <summary>The config.json of a whole LLaVA, as LLaVA's trainer puts it beside; null where there is none.</summary>
    public string? LlavaConfig =>
        System.IO.Path.Combine(Path, "config.json") is var file && File.Exists(file) && LlavaConfigFile.IsLlava(file) ? file : null;

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidInputException">It is none, or asks for something that is not computed.</exception>
    public static AdapterFolder Open(string path)
    {
        if (!Directory.Exists(path))
            throw new InvalidInputException(path, "missing",
                "no such folder; expected that of a PEFT adapter (adapter_config.json, adapter_model.safetensors). Check ‹adapter›.");
        var opened = new AdapterFolder(path);
        try
        {
            opened.Read();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    void Read()
    {
        var peft = First("adapter_model.safetensors", "adapter_model.bin");
        var config = System.IO.Path.Combine(Path, "adapter_config.json");
        var beside = (First("non_lora_trainables.bin"), First("mm_projector.bin", "mm_projector.safetensors"));
        if (peft is null && beside is (null, null))
            throw new InvalidInputException(Path, "missing",
                "holds no adapter_model.safetensors, adapter_model.bin, non_lora_trainables.bin or mm_projector.bin; expected the folder " +
                "of an adapter.");
        if (beside.Item1 is { } trained) TakeTrained(trained);
        if (beside.Item2 is { } projector) TakeProjector(projector);
        if (peft is null) return;
        Options = LoraConfigFile.Read(config);
        TakePeft(peft);
        if ((Rows is null) != (Options.TokenRows.Count == 0))
            throw new InvalidInputException(config, "bad-config",
                Rows is null ? "names rows in trainable_token_indices that adapter_model does not hold."
                    : $"names no trainable_token_indices, and adapter_model holds {Rows.Theirs}.");
        if (Rows is not null && (Rows.Entry.Shape.Length != 2 || Rows.Entry.Shape[0] != Options.TokenRows.Count))
            throw new InvalidInputException(Rows.File.Path, "bad-weights",
                $"holds {Rows.Theirs} [{string.Join(", ", Rows.Entry.Shape)}], while trainable_token_indices names " +
                $"{Options.TokenRows.Count} rows.");
    }

    IWeightFile? First(params string[] names)
    {
        if (names.Select(n => System.IO.Path.Combine(Path, n)).FirstOrDefault(File.Exists) is not { } path) return null;
        var file = WeightFile.Open(path);
        _files.Add(file);
        return file;
    }

    void TakePeft(IWeightFile file)
    {
        var entries = file.Tensors.Keys.Select(theirs => (theirs, AdapterNames.Parsed(theirs)))
            .Where(e => e.Item2.Part != AdapterPart.Unneeded).ToList();
        var naming =
            CheckpointNames.Detect(entries.Select(e => e.Item2.Part == AdapterPart.Whole ? e.Item2.Name : e.Item2.Name + ".weight"))
            ?? CheckpointNames.Memory5;
        Options = Options! with { Naming = naming };
        foreach (var (theirs, (name, part)) in entries)
        {
            if (theirs.Contains("lora_magnitude_vector", StringComparison.Ordinal))
                throw new InvalidInputException(file.Path, "bad-config",
                    $"holds {theirs}: that is DoRA, which is not computed here (use_dora).");
            if (theirs.Contains("lora_embedding_", StringComparison.Ordinal))
                throw new InvalidInputException(file.Path, "bad-config",
                    $"holds {theirs}: low-rank adapters of an embedding table are not computed here (target_modules).");
            var weight = new StoredWeight(file, theirs);
            var ours = part == AdapterPart.Whole ? CheckpointNames.InternalName(name, naming) ?? CheckpointNames.InternalName(name)
                : (CheckpointNames.InternalName(name + ".weight", naming)
                    ?? CheckpointNames.InternalName(name + ".weight"))?[..^".weight".Length];
            if (ours is null) continue;
            switch (part)
            {
                case AdapterPart.Down or AdapterPart.Up:
                    var (down, up) = _pairs.GetValueOrDefault(ours);
                    if ((part == AdapterPart.Down ? down : up) is { } twice)
                        throw new InvalidInputException(file.Path, "bad-weights",
                            $"holds {theirs} and {twice.Theirs}, which mean the same.");
                    _pairs[ours] = part == AdapterPart.Down ? (weight, up) : (down, weight);
                    break;
                case AdapterPart.Rows when ours.EndsWith("embed_tokens", StringComparison.Ordinal):
                    Rows = weight;
                    break;
                default:
                    _whole[ours] = weight;
                    break;
            }
        }
    }

    /// <summary>LLaVA's own loader drops <c>base_model.</c>, and then one <c>model.</c> of every name if any has two.</summary>
    void TakeTrained(IWeightFile file)
    {
        static string Without(string name, string prefix) =>
            name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        var names = file.Tensors.Keys.ToDictionary(k => k, k => Without(k, "base_model."));
        if (names.Values.Any(n => n.StartsWith("model.model.", StringComparison.Ordinal)))
            names = names.ToDictionary(n => n.Key, n => Without(n.Value, "model."));
        foreach (var (theirs, name) in names)
            if (CheckpointNames.InternalName(name) is { } ours) _whole[ours] = new(file, theirs);
    }

    /// <summary>Matched by what stands behind <c>mm_projector.</c>, as LLaVA does; the table may come with it.</summary>
    void TakeProjector(IWeightFile file)
    {
        foreach (var theirs in file.Tensors.Keys)
        {
            var at = theirs.IndexOf("mm_projector.", StringComparison.Ordinal);
            var name = at >= 0 ? $"model.{theirs[at..]}" : theirs;
            if (CheckpointNames.InternalName(name) is { } ours) _whole[ours] = new(file, theirs);
        }
    }

    /// <summary>The pair of a module, in float32; null where there is none. Its shapes must be those of module and rank.</summary>
    public LoraPair? Pair(string module, long inputs, long outputs, Device device, bool trainable)
    {
        if (!_pairs.TryGetValue(module, out var stored)) return null;
        var rank = Options!.RankOf(module);
        // both, before memory is taken for one
        var (down, up) = (Checked(stored.Down, "A", [rank, inputs]), Checked(stored.Up, "B", [outputs, rank]));
        return new(Loaded(down), Loaded(up), Options.ScaleOf(module), Options.Dropout);

        StoredWeight Checked(StoredWeight? weight, string letter, long[] shape)
        {
            if (weight is null)
                throw WeightMismatch.Error(Path, [$"{AdapterNames.Module(module, Options.Naming)}.lora_{letter}.weight"], [], []);
            if (!weight.Entry.Shape.SequenceEqual(shape))
                throw WeightMismatch.Error(weight.File.Path, [], [],
                    [$"{weight.Theirs} [{string.Join(", ", weight.Entry.Shape)}] where model and rank want [{string.Join(", ", shape)}]"]);
            return weight;
        }

        Parameter Loaded(StoredWeight weight)
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            var parameter = new Parameter(weight.File.Load(weight.Theirs).to(ScalarType.Float32).to(device).MoveToOuterDisposeScope(),
                requires_grad: trainable);
            parameter.DetachFromDisposeScope();
            return parameter;
        }
    }

    /// <summary>
    /// One error for all that the adapter holds and the model has no place for, and for all that its config promises and it does not hold.
    /// </summary>
    /// <param name="modules">Projections of the model.</param>
    /// <param name="weights">Weights of the model.</param>
    public void Verify(IEnumerable<string> modules, IReadOnlyDictionary<string, long[]> weights)
    {
        var all = modules.ToHashSet(StringComparer.Ordinal);
        var stray = _pairs.Where(p => !all.Contains(p.Key) || !Options!.Covers(p.Key)).SelectMany(p => new[] { p.Value.Down, p.Value.Up })
            .Where(w => w is not null).Select(w => w!.Theirs);
        var missing = Options is null ? []
            : all.Where(m => WeightNames.IsDecoder(m) && Options.Covers(m) && !_pairs.ContainsKey(m))
                .Select(m => AdapterNames.Lora(m, false, Options.Naming)).ToList();
        var shapes = _whole.Where(w => weights.TryGetValue(w.Key, out var shape) && !w.Value.Entry.Shape.SequenceEqual(shape))
            .Select(w => $"{w.Value.Theirs} [{string.Join(", ", w.Value.Entry.Shape)}] where the model wants " +
                $"[{string.Join(", ", weights[w.Key])}]").ToList();
        string[] unexpected = [.. stray, .. _whole.Where(w => !weights.ContainsKey(w.Key)).Select(w => w.Value.Theirs)];
        if (missing.Count + unexpected.Length + shapes.Count > 0) throw WeightMismatch.Error(Path, missing, unexpected, shapes);
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
