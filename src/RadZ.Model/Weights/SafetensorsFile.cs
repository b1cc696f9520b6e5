namespace RadZ.Model;

/// <summary>
/// A memory-mapped safetensors file. Tensors are views into the mapping (nothing is copied, pages are read when touched);
/// the mapping is private, so writing to a view never reaches the file, and it lives as long as a view does.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    readonly Dictionary<ScalarType, Tensor> _mappings = [];

    /// <summary>Opens <paramref name="path"/> and checks its header.</summary>
    /// <exception cref="InvalidInputException">The file is not well-formed safetensors.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        Header = SafetensorsHeader.Read(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>The tensor of that name as a view of the file (a copy only where the data are not aligned to their type).</summary>
    public Tensor Read(string name)
    {
        if (!Header.Tensors.TryGetValue(name, out var entry))
            throw new InvalidInputException(Path, "bad-weights", $"holds no tensor {name}; it has {Header.Tensors.Count} others.");
        var size = SafetensorsHeader.Types.First(t => t.Type == entry.Type).Size;
        if (entry.Bytes == 0) return empty(entry.Shape, entry.Type);
        if (entry.Offset % size != 0) return Copy(entry);
        return Mapping(entry.Type, size).narrow(0, entry.Offset / size, entry.Bytes / size).view(entry.Shape);
    }

    Tensor Mapping(ScalarType type, int size)
    {
        if (!_mappings.TryGetValue(type, out var map))
            _mappings[type] = map = from_file(Path, shared: false, size: FileSize.Of(Path) / size, dtype: type).DetachFromDisposeScope();
        return map;
    }

    Tensor Copy(TensorEntry entry)
    {
        var copy = empty(entry.Shape, entry.Type);
        using var file = File.OpenHandle(Path);
        var bytes = copy.bytes;
        for (var got = 0; got < bytes.Length;)
        {
            var n = RandomAccess.Read(file, bytes[got..], entry.Offset + got);
            if (n == 0) throw new InvalidInputException(Path, "bad-weights", "became shorter while it was read.");
            got += n;
        }
        return copy;
    }

    /// <summary>Releases the mapping; views that were given out stay valid.</summary>
    public void Dispose()
    {
        foreach (var map in _mappings.Values) map.Dispose();
        _mappings.Clear();
    }

    /// <summary>Writes tensors (and text metadata) to a new file, one after the other, and moves it to <paramref name="path"/> when it is whole.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new System.Text.Json.Nodes.JsonObject();
        if (metadata is { Count: > 0 })
            header["__metadata__"] = new System.Text.Json.Nodes.JsonObject(metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, (System.Text.Json.Nodes.JsonNode?)m.Value)));
        long at = 0;
        foreach (var (name, value) in tensors)
        {
            var (type, _, size) = SafetensorsHeader.Types.First(t => t.Type == value.dtype);
            var end = at + value.numel() * size;
            header[name] = new System.Text.Json.Nodes.JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new System.Text.Json.Nodes.JsonArray([.. value.shape.Select(s => (System.Text.Json.Nodes.JsonNode)s)]),
                ["data_offsets"] = new System.Text.Json.Nodes.JsonArray(at, end),
            };
            at = end;
        }
        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = (text.Length + 7) / 8 * 8;                                    // data start on a multiple of eight: views need no copy
        AtomicFile.Write(path, stream =>
        {
            stream.Write(BitConverter.GetBytes((ulong)padded));
            stream.Write(text);
            for (var i = text.Length; i < padded; i++) stream.WriteByte((byte)' ');
            foreach (var (_, value) in tensors) WriteData(stream, value);
        });
    }

    static void WriteData(Stream stream, Tensor value)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var flat = value.detach().cpu().contiguous().flatten();
        const long Chunk = 1 << 26;                                                // Tensor.bytes is one span, at most 2 GiB
        for (long i = 0; i < flat.numel(); i += Chunk)
            stream.Write(flat.narrow(0, i, Math.Min(Chunk, flat.numel() - i)).contiguous().bytes);
    }
}
