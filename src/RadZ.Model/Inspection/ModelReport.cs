using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Text.Tokens;

namespace RadZ.Model.Inspection;

/// <summary>
/// What a model folder holds and whether it fits its config, without running it: no weight is read, only the files' headers.
/// </summary>
sealed record ModelReport
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>Its sizes; null where <see cref="Fault"/> says why they are not known.</summary>
    public LlavaConfig? Config { get; init; }

    /// <summary>The method's part; of a plain LLaVA what would be used.</summary>
    public ModelSettings? Settings { get; init; }

    /// <summary>Why config or settings cannot be used; null where they can.</summary>
    public InvalidInputException? Fault { get; init; }

    /// <summary>
    /// The naming of its weights, by <c>CheckpointNames.Layout</c>: <c>original</c>, <c>hf_2023_disk</c>, <c>hf_5_disk</c>,
    /// <c>hf_5_memory</c>, <c>hf_4_5x_memory</c>, <c>unknown</c>.
    /// </summary>
    public required string Layout { get; init; }

    /// <summary>Where the vision tower comes from.</summary>
    public required VisionTowerChoice VisionTower { get; init; }

    /// <summary>Numbers in its weights, those of a separate vision tower among them; computed buffers are not counted.</summary>
    public required long Parameters { get; init; }

    /// <summary>The dtype of most of them: <c>float32</c>, <c>bfloat16</c>, ...</summary>
    public required string DType { get; init; }

    /// <summary>Bytes that the files' tensors take as they are stored; they are mapped, and read when used.</summary>
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

    /// <summary>
    /// Reads config and headers. A config that cannot be used is told in <see cref="Fault"/>; the weights are described all the same.
    /// </summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="visionTower">A CLIP folder, <see cref="VisionTowerChoice.Own"/>, or null: the checkpoint's own, else the one its config
    /// names.</param>
    /// <exception cref="InvalidInputException">There is no weight file, or one is damaged.</exception>
    public static ModelReport Read(string folder, string? visionTower = null)
    {
        using var checkpoint = CheckpointFolder.Open(folder, visionTower);
        var report = new ModelReport
        {
            Path = folder,
            Layout = checkpoint.Naming?.Name ?? "unknown",
            VisionTower = checkpoint.Tower,
            Parameters = checkpoint.Weights.Values.Sum(w => w.Entry.Count),
            DType = checkpoint.Weights.Count == 0 ? "none" : checkpoint.MainType.ToString().ToLowerInvariant(),
            BytesNeeded = checkpoint.Bytes,
            Files = s_files.ToDictionary(f => f, f => File.Exists(System.IO.Path.Combine(folder, f))),
        };
        try
        {
            return report.Against(checkpoint, checkpoint.ReadConfig()) with
            {
                Fault = checkpoint.Tower is { Stored: false, Folder: null } tower
                    ? new(folder, "missing", $"{tower.Text}; bring it with radz pull, or give ‹vision-tower DIR›.") : null,
            };
        }
        catch (InvalidInputException e)
        {
            return report.WithoutTower(checkpoint) with { Fault = e };
        }
    }

    /// <summary>
    /// Where the config cannot be used because it does not say the tower's sizes, its weights do: all can be accounted for.
    /// </summary>
    ModelReport WithoutTower(CheckpointFolder checkpoint)
    {
        try
        {
            return checkpoint.VisionShapes() is { } vision ? Against(checkpoint, LlavaConfigFile.Read(checkpoint.ConfigPath, vision))
                : this;
        }
        catch (InvalidInputException) { return this; }
    }

    ModelReport Against(CheckpointFolder checkpoint, LlavaConfig config)
    {
        var settings = ModelSettings.Read(Path, config,
            TokenizerFile.Find(Path) is { } tokenizer ? TokenizerFile.Load(tokenizer).VocabularySize : config.Decoder.VocabSize);
        var tokens = settings.ImageTokens.Count + settings.TextTokens.Count;
        var weights = new CheckpointWeights(checkpoint, new(null, CPU)) { Optional = settings.OptionalWeights };
        new LlavaModel(weights, config, settings.Special(config), table => empty(tokens, table.shape[1], device: META), settings.Form)
            .Dispose();
        return this with
        {
            Config = config,
            Settings = settings,
            Missing = weights.Missing,
            Unexpected = weights.Unexpected,
            Misshaped = weights.Misshaped
        };
    }

    static readonly string[] s_files =
        ["tokenizer.model", ModelSettings.FileName, "preprocessor_config.json", "processor_config.json", "tokenizer_config.json",
            "added_tokens.json"];
}
