using System.Text.Json.Nodes;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Weights;
using RadZ.Text.Tokens;

namespace RadZ.Model.RandomCheckpoints;

/// <summary>
/// Writes a checkpoint of random weights in a published layout: names, order, shapes, dtype, shards, index, config and the small files
/// beside them. What real weights would be needed for (loading, memory, speed, training, formats) can be tried with it.
/// </summary>
static class RandomCheckpoint
{
    /// <summary>Largest shard in bytes, as <c>save_pretrained</c> has it.</summary>
    public const long ShardBytes = 5_000_000_000;

    /// <summary>Left free on the disk.</summary>
    const long Spare = 256L << 20;

    /// <summary>Writes the folder. It appears whole or not at all; memory does not grow with the checkpoint.</summary>
    /// <param name="shape">Which checkpoint.</param>
    /// <param name="seed">Of all weights; a weight depends on (seed, name) alone.</param>
    /// <param name="folder">The new folder; it must not exist, or be empty.</param>
    /// <param name="tokenizer">A SentencePiece file of the shape's vocabulary; null makes one: radz-small's pieces and unused rows.</param>
    /// <param name="progress">Bytes written and bytes in all.</param>
    /// <param name="cancel">Stops; nothing is left.</param>
    /// <exception cref="InvalidInputException">The folder is occupied, the disk too full, or the tokenizer another one's.</exception>
    public static void Write(CheckpointShape shape, int seed, string folder, string? tokenizer, Action<long, long>? progress,
        CancellationToken cancel)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new InvalidInputException(folder, "occupied", "exists and is not empty; take another ‹out›, or remove it first.");
        var partial = Path.Combine(Path.GetDirectoryName(folder)
            ?? throw new InvalidInputException(folder, "occupied", "is the root of the file system; take another ‹out›."),
                $".{Path.GetFileName(folder)}.partial");
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);        // of a run that was killed
        Directory.CreateDirectory(partial);
        try
        {
            File.WriteAllText(Path.Combine(partial, "config.json"), shape.ConfigText);
            WriteTokenizer(shape, tokenizer, Path.Combine(partial, "tokenizer.model"));
            var config = LlavaConfigFile.Read(Path.Combine(partial, "config.json"));
            var shards = Shards(shape.Weights(config), shape.Type);
            var bytes = shards.Sum(s => s.Bytes);
            RequireRoom(partial, bytes);
            WriteSmallFiles(partial, shape, config);
            var done = 0L;
            foreach (var (i, shard) in shards.Index())
                new RandomShard(shape.Type, seed, shard.Weights).Write(Path.Combine(partial, NameOf(i, shards.Count)),
                    written => progress?.Invoke(Interlocked.Add(ref done, written), bytes), cancel);
            if (shards.Count > 1) File.WriteAllText(Path.Combine(partial, "model.safetensors.index.json"), Index(shards, bytes));
            if (Directory.Exists(folder)) Directory.Delete(folder);
            Directory.Move(partial, folder);
        }
        catch
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>A shard is closed when the next weight would make it larger than <see cref="ShardBytes"/>.</summary>
    internal static IReadOnlyList<(IReadOnlyList<(string Name, long[] Shape)> Weights, long Bytes)> Shards(
        IReadOnlyList<(string Name, long[] Shape)> weights, ScalarType type)
    {
        var size = SafetensorsHeader.Types.First(t => t.Type == type).Size;
        var shards = new List<(IReadOnlyList<(string Name, long[] Shape)>, long)>();
        var (open, bytes) = (new List<(string, long[])>(), 0L);
        foreach (var weight in weights)
        {
            var own = RandomShard.Numbers(weight.Shape) * size;
            if (open.Count > 0 && bytes + own > ShardBytes)
            {
                shards.Add((open, bytes));
                (open, bytes) = ([], 0);
            }
            open.Add(weight);
            bytes += own;
        }
        shards.Add((open, bytes));
        return shards;
    }

    static string NameOf(int shard, int shards) =>
        shards == 1 ? "model.safetensors" : $"model-{shard + 1:00000}-of-{shards:00000}.safetensors";

    internal static string Index(IReadOnlyList<(IReadOnlyList<(string Name, long[] Shape)> Weights, long Bytes)> shards, long bytes)
    {
        var map = new JsonObject(shards.SelectMany((s, i) => s.Weights.Select(w => (w.Name, File: NameOf(i, shards.Count))))
            .OrderBy(w => w.Name, StringComparer.Ordinal).Select(w => KeyValuePair.Create(w.Name, (JsonNode?)w.File)));
        return new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = bytes }, ["weight_map"] = map }.ToJsonString(new()
        {
            WriteIndented = true,
        }) + "\n";
    }

    static void RequireRoom(string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes + Spare)
            throw new InvalidInputException(folder, "no-space",
                $"has {free / 1e9:0.0} GB free, the checkpoint takes {bytes / 1e9:0.0} GB and {Spare >> 20} MiB are kept free; take " +
                "another disk, or fewer ‹layers›.");
    }

    static void WriteTokenizer(CheckpointShape shape, string? given, string path)
    {
        if (given is null) File.WriteAllBytes(path, PaddedTokenizer.Create(shape.Vocabulary));
        else File.Copy(given, path);
        var read = SentencePieceTokenizer.Load(given ?? path);
        if (read.VocabularySize != shape.Vocabulary)
            throw new InvalidInputException(given ?? path, "wrong-checkpoint",
                $"has {read.VocabularySize} pieces; {shape.Name} wants {shape.Vocabulary}. Leave ‹tokenizer› out to have one made.");
    }

    static void WriteSmallFiles(string folder, CheckpointShape shape, LlavaConfig config)
    {
        var read = ModelFolder.Read(folder);
        var plain = read.Settings with { ImageTokens = [], TextTokens = [] };             // a plain LLaVA has none yet
        void Text(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
        Text("tokenizer_config.json", ProcessorFiles.Tokenizer(config, plain, read.Tokenizer));
        Text("generation_config.json", "{\n  \"bos_token_id\": 1,\n  \"eos_token_id\": 2\n}\n");
        if (shape.Original) return;                                                       // the original code takes CLIP's own
        Text("preprocessor_config.json", ProcessorFiles.Preprocessor(read.Preparation));
        Text("processor_config.json", ProcessorFiles.Processor(config));
        Text("added_tokens.json", ProcessorFiles.AddedTokens(config, plain));
    }
}
