using System.Buffers.Binary;
using System.Text.Json;
using RadZ.Files;
using RadZ.Model.Config;

namespace RadZ.Model.Weights;

/// <summary>
/// The header of a safetensors file: eight bytes of length, then JSON. Everything in it is checked before a byte of data
/// is touched: sizes against shapes, ranges against the file and against each other, names against duplicates.
/// </summary>
sealed record SafetensorsHeader(IReadOnlyDictionary<string, TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    const int LongestHeader = 100_000_000;

    internal static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    internal static int SizeOf(ScalarType type) => Types.First(t => t.Type == type).Size;

    internal static string NameOf(ScalarType type) => Types.First(t => t.Type == type).Name;

    /// <summary>Reads and checks the header of <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">The header is not that of a well-formed safetensors file.</exception>
    public static SafetensorsHeader Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing", "no such file; expected safetensors weights.");
        using var file = File.OpenHandle(path);
        var total = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[8];
        if (total < 8 || RandomAccess.Read(file, prefix, 0) < 8)
            throw Malformed(path, $"holds {total} bytes, too few for a safetensors header; the file is truncated or something else.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > total - 8)
            throw Malformed(path, $"announces a header of {length} bytes in a file of {total}; the file is truncated, or not safetensors.");
        var json = new byte[length];
        for (var got = 0; got < json.Length;)
        {
            var n = RandomAccess.Read(file, json.AsSpan(got), 8 + got);
            if (n == 0) throw Malformed(path, "ends inside its header.");
            got += n;
        }
        if (ForeignJson.Fault(json) is { } fault) throw Malformed(path, $"has a header that is not the JSON of safetensors: {fault}");
        using var document = JsonDocument.Parse(json, new() { MaxDepth = ForeignJson.Deepest });
        return document.RootElement.ValueKind == JsonValueKind.Object ? Parse(path, document.RootElement, 8 + (long)length, total)
            : throw Malformed(path, "has a header that is JSON, but not an object of tensors.");
    }

    static SafetensorsHeader Parse(string path, JsonElement root, long start, long total)
    {
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
            if (property.Name != "__metadata__") tensors.Add(property.Name, Entry(path, property, start, total));
            else if (property.Value.ValueKind != JsonValueKind.Object)
                throw Malformed(path, "has a __metadata__ that is not an object of texts.");
            else
                foreach (var text in property.Value.EnumerateObject())
                    metadata[text.Name] = text.Value.ValueKind == JsonValueKind.String ? text.Value.GetString()!
                        : throw Malformed(path, $"has a __metadata__ whose {text.Name} is not a text.");
        var (end, last) = (start, "the header");
        foreach (var (name, entry) in tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.Bytes))
        {
            if (entry.Offset < end) throw Malformed(path, $"has data of {name} that overlap those of {last}.");
            if (entry.Offset > end)
                throw Malformed(path,
                    $"leaves {entry.Offset - end} bytes between the data of {last} and {name} to no tensor; the header is " +
                    "damaged.");
            (end, last) = (entry.Offset + entry.Bytes, name);
        }
        if (end != total)
            throw Malformed(path,
                $"holds {total - end} bytes behind {last} that belong to no tensor; the header is damaged, or the file was " +
                "appended to.");
        return new(tensors, metadata);
    }

    static TensorEntry Entry(string path, JsonProperty property, long start, long total)
    {
        var name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object)
            throw Malformed(path, $"says of {name} {property.Value.ValueKind}, expected dtype, shape and data_offsets.");
        var dtype = property.Value.TryGetProperty("dtype", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()
            : "nothing";
        var known = Types.FirstOrDefault(t => t.Name == dtype);
        if (known.Name is null)
            throw Malformed(path, $"stores {name} as {dtype}, expected one of {string.Join(", ", Types.Select(t => t.Name))}.");
        var shape = Sizes(path, property, "shape");
        var range = Sizes(path, property, "data_offsets");
        if (range.Length != 2 || range[1] < range[0] || range[1] > total - start)
            throw Malformed(path,
                $"places {name} at bytes {string.Join("..", range)} of {total - start}; the file is truncated or its header " +
                "damaged.");
        var wanted = shape.Contains(0) ? 0
            : shape.Aggregate((Int128)known.Size, (product, size) => product > long.MaxValue ? product : product * size);
        if (wanted != range[1] - range[0])
            throw Malformed(path, $"gives {name} [{string.Join(", ", shape)}] {dtype} {range[1] - range[0]} bytes, expected " +
                $"{(wanted > long.MaxValue ? "more than a file can hold" : wanted)}.");
        return new(known.Type, shape, start + range[0], (long)wanted);
    }

    static long[] Sizes(string path, JsonProperty property, string key)
    {
        if (!property.Value.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > 64
            || !list.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out var size) && size >= 0))
            throw Malformed(path, $"has no {key} of whole numbers for {property.Name}.");
        return [.. list.EnumerateArray().Select(n => n.GetInt64())];
    }

    static InvalidInputException Malformed(string path, string message) => new(path, "bad-weights", message);
}
