using RadZ.Tokens;

namespace RadZ.Model;

/// <summary>What a model folder holds and whether it fits its config, without running it: no weight is read, only the files' headers.</summary>
public sealed record ModelReport
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>Its sizes.</summary>
    public required LlavaConfig Config { get; init; }

    /// <summary>The method's part; of a plain LLaVA what would be used.</summary>
    public required ModelSettings Settings { get; init; }

    /// <summary>The naming of its weights, by <see cref="CheckpointNames.Layout"/>.</summary>
    public required string Layout { get; init; }

    /// <summary>Numbers in its weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>The dtype of most of them: <c>float32</c>, <c>bfloat16</c>, ...</summary>
    public required string DType { get; init; }

    /// <summary>Bytes that the weights take as they are stored; they are mapped, and read when used.</summary>
    public required long BytesNeeded { get; init; }

    /// <summary>Weights that the config asks for and the files do not hold.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Entries of the files that the config has no place for.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>Weights of another shape than the config's.</summary>
    public required IReadOnlyList<string> Misshaped { get; init; }

    /// <summary>Files that this program or <c>transformers</c> reads, and whether each is there.</summary>
    public required IReadOnlyDictionary<string, bool> Files { get; init; }

    /// <summary>Whether the weights fit the config.</summary>
    public bool Fits => Missing.Count + Unexpected.Count + Misshaped.Count == 0;

    /// <summary>Reads config and headers.</summary>
    /// <exception cref="InvalidInputException">There is no config or no weight file, or one of them is damaged.</exception>
    public static ModelReport Of(string folder)
    {
        var config = LlavaConfigFile.Read(System.IO.Path.Combine(folder, "config.json"));
        var tokenizer = System.IO.Path.Combine(folder, "tokenizer.model");
        var settings = ModelSettings.Of(folder, config, File.Exists(tokenizer) ? SentencePieceTokenizer.Load(tokenizer).VocabularySize : config.Decoder.VocabSize);
        using var weights = new CheckpointWeights(folder, type: null, CPU, trainable: false);
        using (new LlavaModel(weights, config, settings.Special(config), table => empty(settings.ImageTokens.Count + settings.TextTokens.Count, table.shape[1], device: META)))
        {
        }
        return new()
        {
            Path = folder,
            Config = config,
            Settings = settings,
            Layout = CheckpointNames.Layout(weights.TheirNames),
            Parameters = weights.Entries.Sum(Count),
            DType = weights.Entries.GroupBy(e => e.Type).OrderByDescending(g => g.Sum(Count)).Select(g => g.Key.ToString().ToLowerInvariant()).FirstOrDefault("none"),
            BytesNeeded = weights.Entries.Sum(e => e.Bytes),
            Missing = weights.Missing,
            Unexpected = weights.Unexpected,
            Misshaped = weights.Misshaped,
            Files = s_files.ToDictionary(f => f, f => File.Exists(System.IO.Path.Combine(folder, f))),
        };
    }

    static readonly string[] s_files =
        ["tokenizer.model", ModelSettings.FileName, "preprocessor_config.json", "processor_config.json", "tokenizer_config.json", "added_tokens.json"];

    static long Count(TensorEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);
}
