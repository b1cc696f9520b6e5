using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RadZ.TestKit;

/// <summary>The arrays of a .safetensors file as plain .NET arrays: 8 bytes of header length, a JSON header, raw bytes. No torch.</summary>
public sealed class FixtureTensors
{
    readonly byte[] _file;
    readonly int _dataStart;
    readonly Dictionary<string, Entry> _entries = [];

    readonly record struct Entry(string DType, int[] Shape, int Start, int End);

    FixtureTensors(string path)
    {
        _file = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(_file));
        _dataStart = 8 + headerLength;
        using var header = JsonDocument.Parse(_file.AsMemory(8, headerLength));
        foreach (var tensor in header.RootElement.EnumerateObject().Where(t => t.Name != "__metadata__"))
        {
            var offsets = tensor.Value.GetProperty("data_offsets");
            _entries[tensor.Name] = new(
                tensor.Value.GetProperty("dtype").GetString()!,
                [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())],
                offsets[0].GetInt32(), offsets[1].GetInt32());
        }
    }

    /// <summary>Reads a file whole (fixtures are small).</summary>
    public static FixtureTensors Read(string path) => new(path);

    /// <summary>All names, sorted.</summary>
    public IEnumerable<string> Keys => _entries.Keys.Order(StringComparer.Ordinal);

    /// <summary>True when the file has the tensor.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The shape of a tensor; [] of a scalar.</summary>
    public int[] Shape(string key) => Find(key).Shape;

    /// <summary>The type as the file writes it: U8, F32, I64, ...</summary>
    public string DType(string key) => Find(key).DType;

    /// <summary>The bytes of a tensor as they lie in the file.</summary>
    public ReadOnlySpan<byte> Bytes(string key) => _file.AsSpan(_dataStart + Find(key).Start, Find(key).End - Find(key).Start);

    /// <summary>The values of a tensor in row-major order; <typeparamref name="T"/> must be the file's own type.</summary>
    public T[] Values<T>(string key) where T : unmanaged
    {
        var expected = typeof(T) switch
        {
            var t when t == typeof(byte) => "U8",
            var t when t == typeof(bool) => "BOOL",
            var t when t == typeof(sbyte) => "I8",
            var t when t == typeof(short) => "I16",
            var t when t == typeof(ushort) => "U16",
            var t when t == typeof(int) => "I32",
            var t when t == typeof(long) => "I64",
            var t when t == typeof(Half) => "F16",
            var t when t == typeof(float) => "F32",
            var t when t == typeof(double) => "F64",
            var t => throw new NotSupportedException($"No safetensors type is a {t.Name}; use Bytes."),
        };
        return DType(key) == expected ? MemoryMarshal.Cast<byte, T>(Bytes(key)).ToArray()
            : throw new InvalidOperationException($"Tensor {key} is {DType(key)}, asked for as {expected}.");
    }

    Entry Find(string key) => _entries.TryGetValue(key, out var entry) ? entry
        : throw new KeyNotFoundException($"No tensor {key}; the file has {string.Join(", ", Keys.Take(20))}.");
}
