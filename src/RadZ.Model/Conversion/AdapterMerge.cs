using System.Text.Json.Nodes;
using RadZ.Data.Guards;
using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;
using RadZ.Text.Tokens;

namespace RadZ.Model.Conversion;

/// <summary>
/// Merges an adapter into its base and writes the whole checkpoint: shard by shard, weight by weight, in the base's own naming, dtypes and
/// order. What the adapter does not touch is copied byte for byte; no more than one weight is in memory.
/// </summary>
static class AdapterMerge
{
    const string Table = WeightNames.Table, Head = WeightNames.Head;

    /// <summary>Left free on the disk.</summary>
    const long Spare = 256L << 20;

    /// <summary>A weight of the merged checkpoint.</summary>
    sealed record Planned(string Theirs, string Ours, StoredWeight Weight, long[] Shape);

    /// <summary>Writes <paramref name="output"/>, which appears whole or not at all.</summary>
    /// <param name="model">The base's folder.</param>
    /// <param name="adapter">The adapter's folder.</param>
    /// <param name="output">The new folder; it must not exist, or be empty.</param>
    /// <param name="progress">Bytes written, and bytes in all.</param>
    /// <param name="cancel">Stops; nothing is left.</param>
    /// <returns>Weights written, and how many of them the adapter changed.</returns>
    /// <exception cref="InvalidInputException">A folder cannot be used, the two do not fit, or the disk is too full.</exception>
    public static (int Weights, int Changed) Write(string model, string adapter, string output, Action<long, long>? progress = null,
        CancellationToken cancel = default)
    {
        output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        if (File.Exists(output) || (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()))
            throw new InvalidInputException(output, "occupied", "exists and is not empty; take another ‹out›, or remove it first.");
        using var over = AdapterFolder.Open(adapter);
        if (!Directory.Exists(model)) ModelFolder.Read(model);
        using var opened = OpenedCheckpoint.Open(model, null, over);
        Verify(opened, over, model);
        var partial = Path.Combine(Path.GetDirectoryName(output)!, $".{Path.GetFileName(output)}.partial");
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);        // of a run that was killed
        Directory.CreateDirectory(partial);
        try
        {
            var written = Weights(opened, over, partial, progress, cancel);
            SmallFiles(opened, over, model, partial);
            if (Directory.Exists(output)) Directory.Delete(output);
            Directory.Move(partial, output);
            return written;
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    /// <summary>Both fit the config, told before anything is written. A base without a vision tower stays one.</summary>
    static void Verify(OpenedCheckpoint opened, AdapterFolder over, string model)
    {
        var config = opened.Config;
        var weights = new CheckpointWeights(opened.Folder, new(null, CPU))
        {
            Optional = ModelSettings.OptionalIn(opened.Folder.Path, config),
        };
        var adapted = AdaptedWeights.Load(weights, [over], META, trainable: false);
        var special = SpecialTokens.Create(config.ImageTokenIndex, 0, [1 << 30], [(1 << 30) + 1]);
        using var built = new LlavaModel(adapted, config, special, table => empty(2, table.shape[1], device: META),
            FormOf(opened, over, model));
        var vision = (opened.Folder.Naming ?? CheckpointNames.Own).Vision;
        string[] missing =
            [.. weights.Missing.Where(m => opened.Folder.Tower is { Stored: true } || !m.StartsWith(vision, StringComparison.Ordinal))];
        if (missing.Length + weights.Unexpected.Count + weights.Misshaped.Count > 0)
            throw WeightMismatch.Error(opened.Folder.Path, missing, weights.Unexpected, weights.Misshaped);
        adapted.Verify();
        if (over.Rows is { } rows && rows.Entry.Shape[1] != config.Decoder.HiddenSize)
            throw WeightMismatch.Error(over.Path, [], [],
                [$"{rows.Theirs} [{string.Join(", ", rows.Entry.Shape)}] where the model's rows are {config.Decoder.HiddenSize} wide"]);
    }

    /// <summary>How features are read, as the adapter says, else as the base does: a head has weights of its own.</summary>
    static FeatureForm? FormOf(OpenedCheckpoint opened, AdapterFolder over, string model)
    {
        var folder = ((string[])[over.Path, model]).FirstOrDefault(f => File.Exists(Path.Combine(f, ModelSettings.FileName)));
        return folder is null ? null : ModelSettings.Read(folder, opened.Config, vocabulary: 0).Form;
    }

    static (int, int) Weights(OpenedCheckpoint opened, AdapterFolder over, string folder, Action<long, long>? progress,
        CancellationToken cancel)
    {
        var rows = TableRows(opened, over);
        var shards = opened.Folder.Files.Select(file => file.Tensors.Keys.Where(k => !CheckpointNames.IsComputed(k))
            .Select(k => Plan(CheckpointNames.InternalName(k)!, k, new(file, k), rows)).ToList()).ToList();
        var held = shards.SelectMany(s => s).Select(p => p.Ours).ToHashSet(StringComparer.Ordinal);
        var naming = opened.Folder.Naming ?? CheckpointNames.Own;
        shards[^1].AddRange(over.Whole.Where(w => !held.Contains(w.Key))
            .Select(w => Plan(w.Key, CheckpointNames.StoredName(w.Key, naming), w.Value, rows)));
        var total = shards.SelectMany(s => s).Sum(p => SafetensorsWriter.Bytes(p.Weight.Entry.Type, p.Shape));
        if (new DriveInfo(folder).AvailableFreeSpace is var free && free < total + Spare)
            throw new InvalidInputException(folder, "no-space",
                $"has {free / 1e9:0.0} GB free, the checkpoint takes {total / 1e9:0.0} GB and {Spare >> 20} MiB are kept free; take " +
                "another disk.");
        var (done, changed, map) = (0L, 0, new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var (i, shard) in shards.Index())
        {
            var name = shards.Count == 1 ? "model.safetensors" : $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors";
            using var stream = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            var writer = new SafetensorsWriter(stream, [.. shard.Select(p => (p.Theirs, p.Weight.Entry.Type, p.Shape))],
                new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var planned in shard)
            {
                cancel.ThrowIfCancellationRequested();
                map.Add(planned.Theirs, name);
                if (Put(planned, over, writer)) changed++;
                progress?.Invoke(done += SafetensorsWriter.Bytes(planned.Weight.Entry.Type, planned.Shape), total);
            }
            stream.Flush(flushToDisk: true);
        }
        if (shards.Count > 1)
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), SafetensorsShards.Index(total, map));
        return (map.Count, changed);
    }

    /// <summary>Rows of the merged table: trained rows behind the base's own are added to it.</summary>
    static long TableRows(OpenedCheckpoint opened, AdapterFolder over) =>
        Math.Max(opened.Config.Decoder.VocabSize, over.Rows is null ? 0 : over.Options!.TokenRows.Max() + 1);

    static Planned Plan(string ours, string theirs, StoredWeight weight, long rows)
    {
        var shape = weight.Entry.Shape;
        return new(theirs, ours, weight, ours is Table or Head && shape.Length == 2 && shape[0] < rows ? [rows, shape[1]] : shape);
    }

    /// <summary>Writes one weight; true where the adapter changed it.</summary>
    static bool Put(Planned planned, AdapterFolder over, SafetensorsWriter writer)
    {
        var (weight, entry) = (planned.Weight, planned.Weight.Entry);
        var module = planned.Ours.EndsWith(".weight", StringComparison.Ordinal) ? planned.Ours[..^".weight".Length] : planned.Ours;
        var whole = over.Whole.GetValueOrDefault(planned.Ours);
        var adapted = over.Pairs.ContainsKey(module) && planned.Ours.EndsWith(".weight", StringComparison.Ordinal);
        var (rows, longer) = (planned.Ours == Table && over.Rows is not null, !planned.Shape.SequenceEqual(entry.Shape));
        if (whole is null && !adapted && !rows && !longer && entry.Strides is null)
        {
            writer.Copy(weight.File.Path, entry.Offset);
            return false;
        }
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var value = whole is null ? weight.File.Load(weight.Theirs) : whole.File.Load(whole.Theirs).to(entry.Type);
        if (longer) value = cat([value, zeros(planned.Shape[0] - value.shape[0], planned.Shape[1], value.dtype)]);
        if (adapted && over.Pair(module, planned.Shape[1], planned.Shape[0], CPU, trainable: false) is { } pair)
        {
            value = LoraMerge.Merge(value, pair);
            pair.Down_RI.Dispose();
            pair.Up_OR.Dispose();
        }
        if (rows)
            value = value.index_copy(0, tensor([.. over.Options!.TokenRows.Select(i => (long)i)], dtype: ScalarType.Int64),
                over.Rows!.File.Load(over.Rows.Theirs).to(value.dtype));
        writer.Add(value);
        return whole is not null || adapted || rows;
    }

    static readonly string[] s_weights = [".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".onnx", ".gguf", ".index.json"];

    /// <summary>
    /// Files that are not true of the merged model: its config is written anew, and scores of other weights are calibrated otherwise.
    /// </summary>
    static readonly string[] s_ofBase = ["config.json", "README.md", "calibration.json"];

    /// <summary>Config with the table's new rows, the base's other files, and what the adapter says of the method.</summary>
    static void SmallFiles(OpenedCheckpoint opened, AdapterFolder over, string model, string folder)
    {
        var rows = TableRows(opened, over);
        var config = ForeignJson.Read(opened.ConfigPath, "bad-config", "a model's config.json");
        foreach (var place in new[] { config, config["text_config"] as JsonObject })
            if (place is not null && (place.ContainsKey("vocab_size") || place == config["text_config"]
                || !config.ContainsKey("text_config"))) place["vocab_size"] = rows;
        File.WriteAllText(Path.Combine(folder, "config.json"),
            config.ToJsonString(new()
            {
                WriteIndented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }) + "\n");
        foreach (var file in Directory.EnumerateFiles(model)
            .Where(f => !s_weights.Any(w => f.EndsWith(w, StringComparison.OrdinalIgnoreCase)) && !s_ofBase.Contains(Path.GetFileName(f))
                && Path.GetFileName(f)[0] != '.'))
            // a copy, not a link of the hub's cache
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllBytes(file));
        foreach (var name in (string[])[ModelSettings.FileName, ModelFolder.KnowledgeFile, "tokenizer.model"])
            if (File.Exists(Path.Combine(over.Path, name)))
                File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(over.Path, name)));
        TrainingPatients.FindAll(model, over.Path)?.Write(folder);
        if (File.Exists(Path.Combine(folder, ModelSettings.FileName)) || TokenizerFile.Find(folder) is not { } tokenizer) return;
        var vocabulary = TokenizerFile.Load(tokenizer).VocabularySize;
        var sizes = opened.Config with { Decoder = opened.Config.Decoder with { VocabSize = (int)rows } };
        if (ModelSettings.ReadAdapter(over, ModelSettings.Read(folder, sizes, vocabulary), sizes, vocabulary) is { } settings)
            AtomicFile.WriteText(Path.Combine(folder, ModelSettings.FileName),
                System.Text.Json.JsonSerializer.Serialize(settings, StrictJson.Options) + "\n");
    }
}
