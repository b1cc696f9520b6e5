using System.IO.Hashing;
using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>
/// A PyTorch <c>.bin</c> (a zip file of a pickle and of storages, as <c>torch.save</c> writes since 1.6), memory-mapped: tensors are views
/// of the stored records. The pickle is not run by Python's rules but by <see cref="PickleMachine"/>, which can make tensors and nothing
/// else.
/// </summary>
sealed class PickleFile : IWeightFile
{
    const long LongestPickle = 64L << 20;

    readonly MappedFile _map;

    /// <summary>Opens <paramref name="path"/> and makes its table of tensors.</summary>
    /// <exception cref="InvalidInputException">The file is damaged, of another format, or asks for more than tensors.</exception>
    public PickleFile(string path)
    {
        Path = path;
        _map = new(path);
        var records = ZipRecords.Read(path);
        var root = Root(records);
        if (records.ContainsKey(root + "constants.pkl") || records.Keys.Any(n => n.StartsWith(root + "code/", StringComparison.Ordinal)))
            throw Malformed("is a TorchScript program, not a file of weights; save the model's state_dict() instead.");
        if (records.TryGetValue(root + "byteorder", out var order) && !Bytes(order).AsSpan().SequenceEqual("little"u8))
            throw Malformed("was written on a big-endian machine; its numbers would be read backwards.");
        Tensors = Table(records, root);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Names of entries that are no tensors (numbers, texts).</summary>
    public IReadOnlyList<string> Others { get; private set; } = [];

    /// <inheritdoc/>
    public Tensor View(string name) => _map.View(Entry(name));

    /// <inheritdoc/>
    public Tensor Load(string name) => _map.Load(Entry(name));

    TensorEntry Entry(string name) =>
        Tensors.TryGetValue(name, out var entry) ? entry : throw Malformed($"holds no tensor {name}; it has {Tensors.Count} others.");

    /// <inheritdoc/>
    public void Dispose() => _map.Dispose();

    string Root(IReadOnlyDictionary<string, ZipRecord> records)
    {
        string[] roots = [.. records.Keys.Where(n => n.EndsWith("/data.pkl", StringComparison.Ordinal) && n.Count(c => c == '/') == 1)
            .Select(n => n[..^"data.pkl".Length])];
        if (roots.Length != 1)
            throw Malformed($"holds {roots.Length} pickles (FOLDER/data.pkl), expected one: it is not a file of torch.save.");
        return records.Keys.FirstOrDefault(n => !n.StartsWith(roots[0], StringComparison.Ordinal)) is { } stray
            ? throw Malformed($"holds the record {stray} outside of its folder {roots[0]}") : roots[0];
    }

    Dictionary<string, TensorEntry> Table(IReadOnlyDictionary<string, ZipRecord> records, string root)
    {
        var pickle = records[root + "data.pkl"];
        if (pickle.Bytes > LongestPickle)
            throw Malformed($"has a pickle of {pickle.Bytes} bytes, expected the few hundred thousand of a checkpoint.");
        var code = Bytes(pickle);
        if (pickle.Crc != 0 && Crc32.HashToUInt32(code) != pickle.Crc)
            throw Malformed("has a pickle that is not what was written (its CRC-32 differs); the file is damaged.");
        try
        {
            var made = new PickleMachine(code).Run() as PickledDictionary
                ?? throw new FormatException("its pickle makes something else than a dictionary of tensors");
            var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
            var others = new List<string>();
            var storages = new Dictionary<string, PickledStorage>(StringComparer.Ordinal);
            foreach (var (key, value) in made.Items)
            {
                if (key is not string { Length: > 0 } name) throw new FormatException("its dictionary has a key that is no name");
                if (value is PickledTensor tensor)
                {
                    if (!tensors.TryAdd(name, Place(records, root, name, tensor, storages)))
                        throw new FormatException($"its dictionary has {name} twice");
                }
                else if (value is null or string or long or double or bool) others.Add(name);
                else throw new FormatException($"its dictionary holds something else than a tensor as {name}; save the state_dict() alone");
            }
            Others = others;
            return tensors;
        }
        catch (FormatException e)
        {
            throw Malformed($"is not used: {e.Message}.");
        }
    }

    static TensorEntry Place(IReadOnlyDictionary<string, ZipRecord> records, string root, string name, PickledTensor tensor,
        Dictionary<string, PickledStorage> storages)
    {
        var storage = tensor.Storage;
        if (!records.TryGetValue($"{root}data/{storage.Key}", out var record))
            throw new FormatException($"{name} lies in the storage {storage.Key}, which is not in the file");
        if (!storages.TryAdd(storage.Key, storage) && storages[storage.Key] != storage)
            throw new FormatException($"{name} reads the storage {storage.Key} as {storage.Count} {storage.Type}, another tensor as " +
                $"{storages[storage.Key].Count} {storages[storage.Key].Type}");
        var size = SafetensorsHeader.SizeOf(storage.Type);
        if ((Int128)storage.Count * size != record.Bytes)
            throw new FormatException($"{name} lies in the storage {storage.Key} of {storage.Count} {storage.Type}, whose record has " +
                $"{record.Bytes} bytes, expected {(Int128)storage.Count * size}");
        var (count, contiguous) = (1L, true);
        for (var i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            contiguous &= tensor.Shape[i] == 1 || tensor.Strides[i] == count;
            count *= tensor.Shape[i];
        }
        return new(storage.Type, tensor.Shape, record.Offset + tensor.Offset * size, count * size)
        {
            Strides = contiguous || count == 0 ? null : tensor.Strides,
        };
    }

    byte[] Bytes(ZipRecord record)
    {
        if (record.Bytes > LongestPickle) throw Malformed($"has a record {record.Name} of {record.Bytes} bytes.");
        var bytes = new byte[record.Bytes];
        using var file = File.OpenHandle(Path);
        for (var got = 0; got < bytes.Length;)
        {
            var n = RandomAccess.Read(file, bytes.AsSpan(got), record.Offset + got);
            if (n == 0) throw Malformed("became shorter while it was read.");
            got += n;
        }
        return bytes;
    }

    InvalidInputException Malformed(string message) => new(Path, "bad-weights", message);
}
