using RadZ.Tokens;

namespace RadZ.Model;

/// <summary>What a model folder holds and whether it fits its config, without running it: no weight is read, only the files' headers.</summary>
public sealed record ModelReport
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>Its sizes; null where <see cref="Fault"/> says why they are not known.</summary>
    public LlavaConfig? Config { get; init; }

    /// <summary>The method's part; of a plain LLaVA what would be used.</summary>
    public ModelSettings? Settings { get; init; }

    /// <summary>Why config or settings cannot be used; null where they can.</summary>
    public string? Fault { get; init; }

    /// <summary>The naming of its weights, by <see cref="CheckpointNames.Layout"/>.</summary>
    public required string Layout { get; init; }

    /// <summary>Numbers in its weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>The dtype of most of them: <c>float32</c>, <c>bfloat16</c>, ...</summary>
    public required string DType { get; init; }

    /// <summary>Bytes that the weights take as they are stored; they are mapped, and read when used.</summary>
    public required long BytesNeeded { get; init; }

    /// <summary>Weights that the config asks for and the files do not hold.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Entries of the files that the config has no place for.</summary>
    public IReadOnlyList<string> Unexpected { get; init; } = [];

    /// <summary>Weights of another shape than the config's.</summary>
    public IReadOnlyList<string> Misshaped { get; init; } = [];

    /// <summary>Files that this program or <c>transformers</c> reads, and whether each is there.</summary>
    public required IReadOnlyDictionary<string, bool> Files { get; init; }

    /// <summary>Whether the config can be used and the weights fit it.</summary>
    public bool Fits => Fault is null && Missing.Count + Unexpected.Count + Misshaped.Count == 0;

    /// <summary>Reads config and headers. A config that cannot be used is told in <see cref="Fault"/>; the weights are described all the same.</summary>
    /// <exception cref="InvalidInputException">There is no weight file, or one is damaged.</exception>
    public static ModelReport Of(string folder)
    {
        using var weights = new CheckpointWeights(folder, type: null, CPU, trainable: false);
        var report = new ModelReport
        {
            Path = folder,
            Layout = CheckpointNames.Layout(weights.TheirNames),
            Parameters = weights.Entries.Sum(Count),
            DType = weights.Entries.GroupBy(e => e.Type).OrderByDescending(g => g.Sum(Count)).Select(g => g.Key.ToString().ToLowerInvariant()).FirstOrDefault("none"),
            BytesNeeded = weights.Entries.Sum(e => e.Bytes),
            Files = s_files.ToDictionary(f => f, f => File.Exists(System.IO.Path.Combine(folder, f))),
        };
        try
        {
            return report.Against(weights);
        }
        catch (InvalidInputException e)
        {
            return report with { Fault = e.Message };
        }
    }

    ModelReport Against(CheckpointWeights weights)
    {
        var config = LlavaConfigFile.Read(System.IO.Path.Combine(Path, "config.json"));
        var tokenizer = System.IO.Path.Combine(Path, "tokenizer.model");
        var settings = ModelSettings.Of(Path, config, File.Exists(tokenizer) ? SentencePieceTokenizer.Load(tokenizer).VocabularySize : config.Decoder.VocabSize);
        weights.Optional = settings.OptionalWeights;
        var tokens = settings.ImageTokens.Count + settings.TextTokens.Count;
        new LlavaModel(weights, config, settings.Special(config), table => empty(tokens, table.shape[1], device: META)).Dispose();
        return this with { Config = config, Settings = settings, Missing = weights.Missing, Unexpected = weights.Unexpected, Misshaped = weights.Misshaped };
    }

    static readonly string[] s_files =
        ["tokenizer.model", ModelSettings.FileName, "preprocessor_config.json", "processor_config.json", "tokenizer_config.json", "added_tokens.json"];

    static long Count(TensorEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);
}
