using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Weights;

namespace RadZ.Model.Checkpoints;

/// <summary>
/// What a checkpoint holds, by our names: the weights of its own files, of any known naming, and of a CLIP folder where the vision tower
/// lies apart. Only headers are read.
/// </summary>
sealed class CheckpointFolder : IDisposable
{
    readonly List<IWeightFile> _files = [];
    readonly Dictionary<string, StoredWeight> _weights = new(StringComparer.Ordinal);
    readonly List<string> _strangers = [];

    CheckpointFolder(string path) => Path = path;

    /// <summary>The folder, or the one file.</summary>
    public string Path { get; }

    /// <summary>The config beside the weights.</summary>
    public string ConfigPath => System.IO.Path.Combine(Directory.Exists(Path) ? Path
        : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, "config.json");

    /// <summary>How it names its weights; null where no naming is known.</summary>
    public CheckpointNaming? Naming { get; private set; }

    /// <summary>Where the vision tower comes from.</summary>
    public VisionTowerChoice Tower { get; private set; } = new(null, false, null);

    /// <summary>The weights that are used, by our names.</summary>
    public IReadOnlyDictionary<string, StoredWeight> Weights => _weights;

    /// <summary>The files of the checkpoint itself, in the order of their names.</summary>
    public IReadOnlyList<IWeightFile> Files { get; private set; } = [];

    /// <summary>Entries of pickles that are no tensors.</summary>
    public IReadOnlyList<string> Strangers => _strangers;

    /// <summary>Bytes of all tensors that are mapped, computed buffers and those of a separate vision tower among them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Rows of the embedding table; null where there is none.</summary>
    public int? TableRows => _weights.TryGetValue(WeightNames.Table, out var table)
        && table.Entry.Shape is [var rows, _] && rows <= int.MaxValue ? (int)rows : null;

    /// <summary>The dtype of most of the numbers.</summary>
    public ScalarType MainType => _weights.Values.GroupBy(w => w.Entry.Type).OrderByDescending(g => g.Sum(w => w.Entry.Count))
        .Select(g => g.Key).FirstOrDefault(ScalarType.Float32);

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">Its folder, or one weight file.</param>
    /// <param name="visionTower">A CLIP folder, <see cref="VisionTowerChoice.Own"/>, or null: the checkpoint's own, else the one its config
    /// names.</param>
    /// <param name="config">Another config.json than the one beside the weights.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or two give the same weight.</exception>
    public static CheckpointFolder Open(string path, string? visionTower = null, string? config = null)
    {
        var opened = new CheckpointFolder(path);
        try
        {
            opened.Files = CheckpointFiles.Open(path);
            opened._files.AddRange(opened.Files);
            opened.Naming = CheckpointNames.Detect(opened.Files.SelectMany(f => f.Tensors.Keys));
            foreach (var file in opened.Files)
                foreach (var theirs in file.Tensors.Keys)
                    if (CheckpointNames.InternalName(theirs) is { } ours) opened.Add(ours, new(file, theirs));
            opened.Bytes = opened.Files.Sum(f => f.Tensors.Values.Sum(t => t.Bytes));
            opened._strangers.AddRange(opened.Files.OfType<PickleFile>().SelectMany(f => f.Others));
            opened.TakeTower(visionTower, config ?? opened.ConfigPath);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    void Add(string ours, StoredWeight weight)
    {
        if (!_weights.TryAdd(ours, weight))
            throw new InvalidInputException(weight.File.Path, "bad-weights",
                $"holds {weight.Theirs}, which {_weights[ours].File.Path} holds too (as {_weights[ours].Theirs}).");
    }

    void TakeTower(string? asked, string config)
    {
        var own = _weights.Keys.Where(k => k.StartsWith(CheckpointNames.Own.Vision, StringComparison.Ordinal)).ToList();
        Tower = VisionTowerFolder.Choose(Path, asked, own.Count > 0, File.Exists(config) ? LlavaConfigFile.TowerName(config) : null);
        if (Tower.Folder is not { } folder) return;
        foreach (var name in own) _weights.Remove(name);
        var files = CheckpointFiles.Open(folder);
        _files.AddRange(files);
        foreach (var (ours, theirs, file) in VisionTowerFolder.Weights(files))
        {
            Add(ours, new(file, theirs));
            Bytes += file.Tensors[theirs].Bytes;
        }
    }

    /// <summary>
    /// Weights that something else gives, such as the projector of an adapter: they add what the checkpoint lacks, and a table to which
    /// rows were added stands in for the shorter one.
    /// </summary>
    public void AddMissing(IEnumerable<(string Ours, StoredWeight Weight)> more)
    {
        foreach (var (ours, weight) in more)
            if (!_weights.TryGetValue(ours, out var own)
                || (ours is WeightNames.Table or WeightNames.Head
                    && weight.Entry.Shape is [var rows, _] && rows > own.Entry.Shape[0]))
                _weights[ours] = weight;
    }

    /// <summary>
    /// The sizes that the checkpoint is run with: its config's, its vision tower's, and the rows its table really has (special tokens may
    /// have been added to it).
    /// </summary>
    public LlavaConfig ReadConfig(string? path = null)
    {
        var config = LlavaConfigFile.Read(path ?? ConfigPath, Tower.Folder is { } folder ? VisionTowerFolder.Config(folder) : null);
        return TableRows is { } rows && rows > config.Decoder.VocabSize ? config with { Decoder = config.Decoder with { VocabSize = rows } }
            : config;
    }

    /// <summary>
    /// The vision tower's sizes as its weights show them. Heads cannot be seen (1 stands there): enough to tell whether all weights are
    /// there, not to compute. Null where the tower is not there.
    /// </summary>
    public VisionConfig? VisionShapes()
    {
        var vision = CheckpointNames.Own.Vision;
        long[]? Shape(string name) => _weights.TryGetValue(vision + name, out var w) ? w.Entry.Shape : null;
        if (Shape("embeddings.patch_embedding.weight") is not [var width, var channels, var patch, _]
            || Shape("embeddings.position_embedding.weight") is not [var positions, _]
            || Shape("encoder.layers.0.mlp.fc1.weight") is not [var inner, _]) return null;
        var layers = _weights.Keys.Where(k => k.StartsWith(vision + "encoder.layers.", StringComparison.Ordinal))
            .Select(k => k[(vision.Length + "encoder.layers.".Length)..].Split('.')[0]).Distinct().Count();
        long[] sizes = [width, channels, patch, positions, inner];
        if (sizes.Any(s => s is < 1 or > 1_000_000)) return null;
        return new()
        {
            HiddenSize = (int)width,
            IntermediateSize = (int)inner,
            NumHiddenLayers = layers,
            NumAttentionHeads = 1,
            PatchSize = (int)patch,
            ImageSize = (int)(Math.Round(Math.Sqrt(positions - 1)) * patch),
            NumChannels = (int)channels
        };
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
