using System.Text.Json.Nodes;
using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>A tensor that is made when it is written.</summary>
sealed record ShardedTensor(string Name, ScalarType Type, long[] Shape, Func<Tensor> Make)
{
    public long Bytes => SafetensorsWriter.Bytes(Type, Shape);
}

/// <summary>
/// Writes tensors as <c>model.safetensors</c>, or by <c>save_pretrained</c>'s rule as shards of at most 5 GB and an index.
/// </summary>
static class SafetensorsShards
{
    const long Largest = 5_000_000_000;

    public static void Write(string folder, IReadOnlyList<ShardedTensor> tensors)
    {
        var shards = new List<List<ShardedTensor>> { new() };
        var bytes = 0L;
        foreach (var tensor in tensors)
        {
            if (bytes + tensor.Bytes > Largest && shards[^1].Count > 0)
            {
                shards.Add([]);
                bytes = 0;
            }
            shards[^1].Add(tensor);
            bytes += tensor.Bytes;
        }
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (i, shard) in shards.Index())
        {
            var name = shards.Count == 1 ? "model.safetensors" : $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors";
            foreach (var tensor in shard) map.Add(tensor.Name, name);
            AtomicFile.Write(Path.Combine(folder, name), stream =>
            {
                var writer = new SafetensorsWriter(stream, [.. shard.Select(t => (t.Name, t.Type, t.Shape))],
                    new Dictionary<string, string> { ["format"] = "pt" });
                foreach (var tensor in shard)
                {
                    using var _ = NewDisposeScope();
                    writer.Add(tensor.Make());
                }
            });
        }
        if (shards.Count > 1)
            AtomicFile.WriteText(Path.Combine(folder, "model.safetensors.index.json"), Index(tensors.Sum(t => t.Bytes), map));
    }

    /// <summary>The text of an index.</summary>
    public static string Index(long bytes, IEnumerable<KeyValuePair<string, string>> places) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["total_size"] = bytes },
        ["weight_map"] = new JsonObject(places.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
    }.ToJsonString(new() { WriteIndented = true }) + "\n";
}
