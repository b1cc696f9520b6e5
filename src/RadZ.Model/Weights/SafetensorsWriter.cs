using System.Text;
using System.Text.Json.Nodes;
using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>
/// A safetensors file written front to back: names, dtypes and shapes are announced first, and then each tensor is given in their order.
/// No more than one tensor need be in memory.
/// </summary>
sealed class SafetensorsWriter
{
    readonly Stream _stream;
    readonly IReadOnlyList<(string Name, ScalarType Type, long[] Shape)> _tensors;
    int _written;

    /// <param name="stream">Where the file begins.</param>
    /// <param name="tensors">What will be given, in this order.</param>
    /// <param name="metadata">Texts of the header.</param>
    public SafetensorsWriter(Stream stream, IReadOnlyList<(string Name, ScalarType Type, long[] Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        (_stream, _tensors) = (stream, tensors);
        var header = new JsonObject();
        if (metadata is { Count: > 0 })
            header["__metadata__"] = new JsonObject(metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        long at = 0;
        foreach (var (name, type, shape) in tensors)
        {
            var end = at + Bytes(type, shape);
            header[name] = new JsonObject
            {
                ["dtype"] = SafetensorsHeader.NameOf(type),
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(at, end),
            };
            at = end;
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = (text.Length + 7) / 8 * 8;                                    // data start on a multiple of eight: views need no copy
        stream.Write(BitConverter.GetBytes((ulong)padded));
        stream.Write(text);
        for (var i = text.Length; i < padded; i++) stream.WriteByte((byte)' ');
    }

    /// <summary>Bytes of a tensor.</summary>
    public static long Bytes(ScalarType type, long[] shape) =>
        shape.Aggregate((long)SafetensorsHeader.SizeOf(type), (product, size) => product * size);

    /// <summary>The next tensor.</summary>
    public void Add(Tensor value)
    {
        var (name, type, shape) = _tensors[_written++];
        if (value.dtype != type || !value.shape.SequenceEqual(shape))
            throw new ArgumentException($"{name} was announced as {type} [{string.Join(", ", shape)}] and is {value.dtype} [" +
                $"{string.Join(", ", value.shape)}].", nameof(value));
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var flat = value.detach().cpu().contiguous().flatten();
        const long Chunk = 1 << 26;                                                // Tensor.bytes is one span, at most 2 GiB
        for (long i = 0; i < flat.numel(); i += Chunk)
            _stream.Write(flat.narrow(0, i, Math.Min(Chunk, flat.numel() - i)).contiguous().bytes);
    }

    /// <summary>The next tensor, whose bytes lie in a file already in this order.</summary>
    public void Copy(string path, long offset)
    {
        var (_, type, shape) = _tensors[_written++];
        using var file = File.OpenHandle(path);
        var buffer = new byte[1 << 20];
        for (var left = Bytes(type, shape); left > 0;)
        {
            var n = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)), offset);
            if (n == 0) throw new InvalidInputException(path, "bad-weights", "became shorter while it was read.");
            _stream.Write(buffer, 0, n);
            (offset, left) = (offset + n, left - n);
        }
    }
}
