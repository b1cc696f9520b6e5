using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>
/// A memory-mapped safetensors file. Tensors are views into the mapping (nothing is copied, pages are read when touched);
/// the mapping is private, so writing to a view never reaches the file, and it lives as long as a view does.
/// </summary>
sealed class SafetensorsFile : IWeightFile
{
    readonly MappedFile _map;

    /// <summary>Opens <paramref name="path"/> and checks its header.</summary>
    /// <exception cref="InvalidInputException">The file is not well-formed safetensors.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        Header = SafetensorsHeader.Read(path);
        _map = new(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    IReadOnlyDictionary<string, TensorEntry> IWeightFile.Tensors => Header.Tensors;

    /// <summary>The tensor of that name as a view of the file (a copy only where the data are not aligned to their type).</summary>
    public Tensor Read(string name) => _map.View(Entry(name));

    Tensor IWeightFile.View(string name) => Read(name);

    Tensor IWeightFile.Load(string name) => _map.Load(Entry(name));

    TensorEntry Entry(string name) => Header.Tensors.TryGetValue(name, out var entry) ? entry
        : throw new InvalidInputException(Path, "bad-weights", $"holds no tensor {name}; it has {Header.Tensors.Count} others.");

    /// <summary>Releases the mapping; views that were given out stay valid.</summary>
    public void Dispose() => _map.Dispose();

    /// <summary>
    /// Writes tensors (and text metadata) to a new file, one after the other, and moves it to <paramref name="path"/> when it is whole.
    /// </summary>
    public static void Write(string path, IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream =>
        {
            var writer = new SafetensorsWriter(stream, [.. tensors.Select(t => (t.Name, t.Value.dtype, t.Value.shape))], metadata);
            foreach (var (_, value) in tensors) writer.Add(value);
        });
}
