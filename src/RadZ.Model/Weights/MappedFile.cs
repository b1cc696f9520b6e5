using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>
/// A file mapped into memory, once a dtype. Tensors are views of it: nothing is copied and pages are read when touched. The mapping is
/// private, so writing to a view never reaches the file, and it lives as long as a view does.
/// </summary>
sealed class MappedFile(string path) : IDisposable
{
    readonly Dictionary<ScalarType, Tensor> _mappings = [];

    /// <summary>The tensor as a view (a copy only where the data are not aligned to their type).</summary>
    public Tensor View(TensorEntry entry)
    {
        var size = SafetensorsHeader.SizeOf(entry.Type);
        if (entry.Bytes == 0) return empty(entry.Shape, entry.Type);
        if (entry.Offset % size != 0) return Load(entry);
        var map = Mapping(entry.Type, size);
        return entry.Strides is { } strides ? map.as_strided(entry.Shape, strides, entry.Offset / size)
            : map.narrow(0, entry.Offset / size, entry.Bytes / size).view(entry.Shape);
    }

    Tensor Mapping(ScalarType type, int size)
    {
        if (!_mappings.TryGetValue(type, out var map))
            _mappings[type] = map = from_file(path, shared: false, size: FileSize.Get(path) / size, dtype: type).DetachFromDisposeScope();
        return map;
    }

    /// <summary>The tensor in row-major memory of its own.</summary>
    public Tensor Load(TensorEntry entry)
    {
        using var _ = NewDisposeScope();
        var size = SafetensorsHeader.SizeOf(entry.Type);
        if (entry.Bytes == 0) return empty(entry.Shape, entry.Type).MoveToOuterDisposeScope();
        var reach = entry.Strides is { } strides ? 1 + entry.Shape.Zip(strides, (n, stride) => (n - 1) * stride).Sum() : entry.Bytes / size;
        var flat = empty(reach, entry.Type);
        using var file = File.OpenHandle(path);
        const long Block = 1 << 28;                                                // a span of Tensor.bytes is at most 2 GiB
        for (long at = 0; at < reach; at += Block)
            Fill(file, flat.narrow(0, at, Math.Min(Block, reach - at)), entry.Offset + at * size);
        return (entry.Strides is null ? flat.view(entry.Shape)
            : flat.as_strided(entry.Shape, entry.Strides).contiguous()).MoveToOuterDisposeScope();
    }

    void Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, Tensor part, long from)
    {
        var bytes = part.bytes;
        for (var got = 0; got < bytes.Length;)
        {
            var n = RandomAccess.Read(file, bytes[got..], from + got);
            if (n == 0) throw new InvalidInputException(path, "bad-weights", "became shorter while it was read.");
            got += n;
        }
    }

    /// <summary>Releases the mappings; views that were given out stay valid.</summary>
    public void Dispose()
    {
        foreach (var map in _mappings.Values) map.Dispose();
        _mappings.Clear();
    }
}
