using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.RandomCheckpoints;

/// <summary>One safetensors file of random weights, made block by block on every core and written where each block belongs.</summary>
sealed class RandomShard(ScalarType type, int seed, IReadOnlyList<(string Name, long[] Shape)> weights)
{
    const int Block = 8 << 20;

    /// <summary>Deviation of matrices, tables, patches and biases: the libraries' own start.</summary>
    const double Deviation = 0.02;

    readonly int _size = SafetensorsHeader.Types.First(t => t.Type == type).Size;

    public static long Numbers(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Writes the file; <paramref name="written"/> is told of every block.</summary>
    public void Write(string path, Action<long> written, CancellationToken cancel)
    {
        var (header, blocks, length) = Plan();
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None,
            preallocationSize: length);
        RandomAccess.Write(file, header, 0);
        var numbers = new RandomNumbers(type, Deviation);
        Parallel.ForEach(blocks, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new byte[Block], (block, _, buffer) =>
        {
            var bytes = buffer.AsSpan(0, block.Bytes);
            Fill(bytes, numbers, block);
            RandomAccess.Write(file, bytes, block.At);
            written(block.Bytes);
            return buffer;
        }, _ => { });
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Norms scale by one and add nothing; all else is normal, biases too, so that a missed one shows.</summary>
    void Fill(Span<byte> bytes, RandomNumbers numbers, Part block)
    {
        var norm = block.Name.Contains("norm", StringComparison.Ordinal) || block.Name.Contains("layrnorm", StringComparison.Ordinal);
        if (!norm) numbers.Fill(bytes, RandomNumbers.Key(seed, block.Name), block.First);
        else if (block.Name.EndsWith(".bias", StringComparison.Ordinal)) bytes.Clear();
        else if (_size == 4) MemoryMarshal.Cast<byte, float>(bytes).Fill(1);
        else MemoryMarshal.Cast<byte, ushort>(bytes).Fill(RandomNumbers.Bits(type, 1));
    }

    readonly record struct Part(string Name, long First, long At, int Bytes);

    (byte[] Header, List<Part> Blocks, long Length) Plan()
    {
        var json = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var at = 0L;
        foreach (var (name, shape) in weights)
        {
            var end = at + Numbers(shape) * _size;
            json[name] = new JsonObject
            {
                ["dtype"] = SafetensorsHeader.Types.First(t => t.Type == type).Name,
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(at, end),
            };
            at = end;
        }
        var text = Encoding.UTF8.GetBytes(json.ToJsonString());
        var padded = (text.Length + 8 + 63) / 64 * 64 - 8;                                // data start on a cache line
        byte[] header = [.. BitConverter.GetBytes((ulong)padded), .. text, .. Enumerable.Repeat((byte)' ', padded - text.Length)];
        var (blocks, offset) = (new List<Part>(), (long)header.Length);
        foreach (var (name, shape) in weights)
        {
            var bytes = Numbers(shape) * _size;
            for (var done = 0L; done < bytes; done += Block)
                blocks.Add(new(name, done / _size, offset + done, (int)Math.Min(Block, bytes - done)));
            offset += bytes;
        }
        return (header, blocks, offset);
    }
}
