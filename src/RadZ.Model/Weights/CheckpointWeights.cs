using System.Text.Json;
using System.Text.Json.Nodes;

namespace RadZ.Model;

/// <summary>
/// The weights of a checkpoint folder: <c>model.safetensors</c>, or shards with an index. Names of any known layout.
/// After building, <see cref="Verify"/> proves both ways: every weight was found, every entry was used.
/// </summary>
sealed class CheckpointWeights : WeightSource, IDisposable
{
    readonly string _folder;
    readonly ScalarType? _type;
    readonly Device _device;
    readonly bool _trainable;
    readonly Func<string, bool> _own;
    readonly Dictionary<string, (SafetensorsFile File, string Theirs)> _entries = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);
    readonly List<string> _missing = [], _misshaped = [];
    readonly List<SafetensorsFile> _files = [];

    /// <param name="folder">The checkpoint's folder, or one safetensors file.</param>
    /// <param name="type">The dtype to hold the weights in; null keeps each as it is (zero copy).</param>
    /// <param name="device">Where they go.</param>
    /// <param name="trainable">Own memory and gradients instead of views of the file.</param>
    /// <param name="own">Weights that are to be own float32 copies with gradients although the rest is not: what is trained beside adapters.</param>
    public CheckpointWeights(string folder, ScalarType? type, Device device, bool trainable, Func<string, bool>? own = null)
    {
        (_folder, _type, _device, _trainable, _own) = (folder, type, device, trainable, own ?? (_ => false));
        foreach (var path in FilesOf(folder))
        {
            var file = new SafetensorsFile(path);
            _files.Add(file);
            foreach (var theirs in file.Header.Tensors.Keys)
                if (CheckpointNames.Ours(theirs) is { } ours && !_entries.TryAdd(ours, (file, theirs)))
                    throw new InvalidInputException(path, "bad-weights", $"holds {theirs}, which {_entries[ours].File.Path} holds too (as {_entries[ours].Theirs}).");
        }
    }

    /// <summary>Weights, by our names, that the files may lack: they are then not asked for.</summary>
    public IReadOnlyList<string> Optional { get; set; } = [];

    public override bool Holds(string name) => _entries.ContainsKey(name) || !Optional.Contains(name);

    /// <summary>The names the files use, for reports.</summary>
    public IEnumerable<string> TheirNames => _entries.Values.Select(e => e.Theirs);

    static IEnumerable<string> FilesOf(string folder)
    {
        if (File.Exists(folder)) return [folder];
        var whole = Path.Combine(folder, "model.safetensors");
        if (File.Exists(whole)) return [whole];
        var index = Path.Combine(folder, "model.safetensors.index.json");
        if (!File.Exists(index))
            throw new InvalidInputException(folder, "missing", "holds no model.safetensors and no model.safetensors.index.json; expected a LLaVA checkpoint folder. Check --model.");
        try
        {
            var map = JsonNode.Parse(File.ReadAllText(index))?["weight_map"] as JsonObject ?? throw new JsonException("no weight_map");
            string[] names = [.. map.Select(m => m.Value!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];
            if (names.FirstOrDefault(n => n != Path.GetFileName(n) || n is "." or "..") is { } outside)
                throw new InvalidInputException(index, "bad-weights", $"names the file \"{outside}\"; a shard must lie in the folder itself.");
            return [.. names.Select(n => Path.Combine(folder, n))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InvalidInputException(index, "bad-weights", $"is not a shard index ({e.Message}); expected {{\"weight_map\": {{name: file}}}}.", e);
        }
    }

    protected override Parameter Make(string name, long[] shape)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            _missing.Add(name);
            return new(empty(shape, device: META), requires_grad: false);
        }
        _used.Add(name);
        var header = entry.File.Header.Tensors[entry.Theirs];
        if (!header.Shape.SequenceEqual(shape))
        {
            _misshaped.Add($"{entry.Theirs} [{string.Join(", ", header.Shape)}] where the config wants [{string.Join(", ", shape)}]");
            return new(empty(shape, device: META), requires_grad: false);
        }
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var trained = _trainable || _own(name);
        var value = entry.File.Read(entry.Theirs).to(_own(name) ? ScalarType.Float32 : _type ?? header.Type).to(_device);
        if (trained) value = value.clone();
        return new(value.MoveToOuterDisposeScope(), requires_grad: trained);
    }

    /// <summary>One error that lists all missing, unexpected and wrongly shaped weights.</summary>
    public void Verify()
    {
        var unexpected = Unexpected;
        if (_missing.Count + unexpected.Count + _misshaped.Count > 0) throw WeightMismatch.Error(_folder, _missing, unexpected, _misshaped);
    }

    /// <summary>Weights that were asked for and are not there, by our names.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Entries that nothing asked for, by the file's names.</summary>
    public IReadOnlyList<string> Unexpected => [.. _entries.Keys.Except(_used).Select(k => _entries[k].Theirs)];

    /// <summary>Weights of another shape than was asked for: name, shape, shape wanted.</summary>
    public IReadOnlyList<string> Misshaped => _misshaped;

    /// <summary>All weights that the files hold, computed buffers left out.</summary>
    public IEnumerable<TensorEntry> Entries => _entries.Values.Select(e => e.File.Header.Tensors[e.Theirs]);

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}

/// <summary>The error of a checkpoint that does not fit its config: grouped, so that 300 keys of one kind are one line.</summary>
static class WeightMismatch
{
    public static InvalidInputException Error(string path, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshaped)
    {
        var parts = new List<string>();
        if (missing.Count > 0) parts.Add($"{missing.Count} weight(s) of the model are missing: {Grouped(missing)}");
        if (unexpected.Count > 0) parts.Add($"{unexpected.Count} entr(ies) fit nothing in the model: {Grouped(unexpected)}");
        if (misshaped.Count > 0) parts.Add($"{misshaped.Count} weight(s) have another shape: {string.Join("; ", misshaped.Take(3))}{(misshaped.Count > 3 ? "; ..." : "")}");
        return new(path, "wrong-checkpoint", string.Join(". ", parts) + ". Is this the checkpoint that its config.json describes?");
    }

    static string Grouped(IEnumerable<string> names)
    {
        var groups = names.GroupBy(n => System.Text.RegularExpressions.Regex.Replace(n, @"\.\d+\.", ".*.")).Select(g => g.Count() == 1 ? g.First() : $"{g.Key} (x{g.Count()})").ToList();
        return string.Join(", ", groups.Take(6)) + (groups.Count > 6 ? $", and {groups.Count - 6} more kinds" : "");
    }
}
