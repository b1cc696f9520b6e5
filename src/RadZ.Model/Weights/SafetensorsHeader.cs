using System.Buffers.Binary;
using System.Text.Json;

namespace RadZ.Model;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Length in bytes.</param>
public sealed record TensorEntry(ScalarType Type, long[] Shape, long Offset, long Bytes);

/// <summary>
/// The header of a safetensors file: eight bytes of length, then JSON. Everything in it is checked before a byte of data
/// is touched: sizes against shapes, ranges against the file and against each other, names against duplicates.
/// </summary>
public sealed record SafetensorsHeader(IReadOnlyDictionary<string, TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    const int LongestHeader = 100_000_000;

    internal static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Reads and checks the header of <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">The header is not that of a well-formed safetensors file.</exception>
    public static SafetensorsHeader Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing", "no such file; expected safetensors weights.");
        using var file = File.OpenHandle(path);
        var total = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[8];
        if (total < 8 || RandomAccess.Read(file, prefix, 0) < 8) throw Bad(path, $"holds {total} bytes, too few for a safetensors header; the file is truncated or something else.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > total - 8)
            throw Bad(path, $"announces a header of {length} bytes in a file of {total}; the file is truncated, or not safetensors.");
        var json = new byte[length];
        for (var got = 0; got < json.Length;)
        {
            var n = RandomAccess.Read(file, json.AsSpan(got), 8 + got);
            if (n == 0) throw Bad(path, "ends inside its header.");
            got += n;
        }
        try
        {
            return Parse(path, json, 8 + (long)length, total);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException or KeyNotFoundException)
        {
            throw Bad(path, $"has a header that is not the JSON of safetensors ({e.Message}).", e);
        }
    }

    static SafetensorsHeader Parse(string path, byte[] json, long start, long total)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 8 });
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (var entry in property.Value.EnumerateObject()) metadata[entry.Name] = entry.Value.GetString() ?? "";
                continue;
            }
            if (!tensors.TryAdd(property.Name, Entry(path, property, start, total))) throw Bad(path, $"names {property.Name} twice.");
        }
        var end = start;
        foreach (var (name, entry) in tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.Bytes))
        {
            if (entry.Offset < end) throw Bad(path, $"has data of {name} that overlap another tensor's.");
            end = entry.Offset + entry.Bytes;
        }
        return new(tensors, metadata);
    }

    static TensorEntry Entry(string path, JsonProperty property, long start, long total)
    {
        var name = property.Name;
        var dtype = property.Value.GetProperty("dtype").GetString();
        var known = Types.FirstOrDefault(t => t.Name == dtype);
        if (known.Name is null) throw Bad(path, $"stores {name} as {dtype}, expected one of {string.Join(", ", Types.Select(t => t.Name))}.");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        long[] range = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(s => s.GetInt64())];
        if (shape.Any(s => s < 0) || range.Length != 2 || range[0] < 0 || range[1] < range[0] || range[1] > total - start)
            throw Bad(path, $"places {name} at bytes {string.Join("..", range)} of {total - start}; the file is truncated or its header damaged.");
        var wanted = shape.Aggregate((long)known.Size, (product, size) => checked(product * size));
        if (wanted != range[1] - range[0])
            throw Bad(path, $"gives {name} [{string.Join(", ", shape)}] {dtype} {range[1] - range[0]} bytes, expected {wanted}.");
        return new(known.Type, shape, start + range[0], wanted);
    }

    static InvalidInputException Bad(string path, string message, Exception? inner = null) => new(path, "bad-weights", message, inner);
}
