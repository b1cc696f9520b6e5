using RadZ.Files;
using RadZ.Imaging.Preparation;
using RadZ.Model.Adapters;
using RadZ.Model.Config;
using RadZ.Model.Weights;
using RadZ.Text.Knowledge;
using RadZ.Text.Sequences;
using RadZ.Text.Tokens;

namespace RadZ.Model.Checkpoints;

/// <summary>The small files of a model folder: all of it but the weights.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Config">Sizes, from <c>config.json</c>.</param>
/// <param name="Settings">The method's part, from <c>radz.json</c>.</param>
/// <param name="Tokenizer">From its file, see <see cref="TokenizerFile"/>.</param>
/// <param name="Preparation">From <c>preprocessor_config.json</c>; CLIP's at the config's size where the folder has none.</param>
sealed record ModelFolder(string Path, LlavaConfig Config, ModelSettings Settings, ITokenizer Tokenizer,
    ClipPreparation Preparation)
{
    /// <summary>The tokenizer's file.</summary>
    public string TokenizerPath { get; init; } = System.IO.Path.Combine(Path, Tokenizer.FileName);

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="visionTower">A CLIP folder, <see cref="VisionTowerChoice.Own"/>, or null: the checkpoint's own, else the one its config
    /// names.</param>
    /// <exception cref="InvalidInputException">The folder or one of its files is missing or malformed.</exception>
    public static ModelFolder Read(string folder, string? visionTower = null)
    {
        RefuseAbsent(folder);
        if (!CheckpointFiles.In(folder)) return Read(folder, LlavaConfigFile.Read(System.IO.Path.Combine(folder, "config.json")));
        using var checkpoint = CheckpointFolder.Open(folder, visionTower);
        return Read(folder, checkpoint.ReadConfig());
    }

    static void RefuseAbsent(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException(folder, "missing",
                "no such folder; expected a LLaVA checkpoint (config.json, tokenizer.model, weights: " +
                $"{CheckpointFiles.Expected}). Check ‹model›.");
    }

    /// <summary>Reads a folder whose weights are opened already.</summary>
    internal static ModelFolder Read(string folder, LlavaConfig config, AdapterFolder? adapter = null)
    {
        RefuseAbsent(folder);
        var tokenizerFile = TokenizerFile.Find(adapter is null ? [folder] : [folder, adapter.Path])
            ?? throw new InvalidInputException(folder, "missing",
                "holds no tokenizer.model (SentencePiece); copy the one of the checkpoint's base model here.");
        var tokenizer = TokenizerFile.Load(tokenizerFile);
        var preparationFile = System.IO.Path.Combine(folder, "preprocessor_config.json");
        var preparation = File.Exists(preparationFile) ? ClipPreparation.Read(preparationFile)
            : ClipPreparation.Default with { Size = config.Vision.ImageSize };
        if (preparation.Size != config.Vision.ImageSize)
            throw new InvalidInputException(preparationFile, "bad-config",
                $"prepares {preparation.Size} px, while config.json's vision tower takes {config.Vision.ImageSize}.");
        var settings = ModelSettings.Read(folder, config, tokenizer.VocabularySize);
        if (adapter is not null) settings = ModelSettings.ReadAdapter(adapter, settings, config, tokenizer.VocabularySize) ?? settings;
        var read = new ModelFolder(folder, config, settings, tokenizer, preparation) { TokenizerPath = tokenizerFile };
        try
        {
            if (read.Sequences().SmallestLimit is var least && settings.TextLimit < least)
                throw new InvalidInputException(System.IO.Path.Combine(folder, ModelSettings.FileName), "bad-config",
                    $"text_limit is {settings.TextLimit}; question and modality tokens alone take {least}.");
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(tokenizerFile, "wrong-checkpoint",
                $"does not go with the model's special tokens ({e.Message}); take the tokenizer.model of this checkpoint.", e);
        }
        return read;
    }

    /// <summary>
    /// The embedded knowledge under a model's own <c>knowledge.json</c>: the descriptions that its training anchored to. An adapter's,
    /// where it has one, stands in the place of its base's, as in a merged checkpoint.
    /// </summary>
    public static KnowledgeBase KnowledgeOf(string? folder, string? adapter = null)
    {
        var own = ((string?[])[adapter, folder]).OfType<string>().Select(f => System.IO.Path.Combine(f, KnowledgeFile))
            .FirstOrDefault(File.Exists);
        return own is null ? KnowledgeBase.Embedded : KnowledgeBase.Embedded.WithOverrides(KnowledgeBase.Load(own));
    }

    /// <summary>The name of that file.</summary>
    public const string KnowledgeFile = "knowledge.json";

    /// <summary>The builder of this model's sequences.</summary>
    public SequenceBuilder Sequences() => new(Tokenizer, Settings.Special(Config), Settings.ImageQuestion, Settings.TextQuestion);

    /// <summary>Writes config, settings, preparation and tokenizer into another folder (the weights apart).</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(path);
        AtomicFile.WriteText(System.IO.Path.Combine(path, "config.json"), LlavaConfigFile.Write(Config));
        AtomicFile.WriteText(System.IO.Path.Combine(path, ModelSettings.FileName),
            System.Text.Json.JsonSerializer.Serialize(Settings, StrictJson.Options) + "\n");
        AtomicFile.WriteText(System.IO.Path.Combine(path, "preprocessor_config.json"), ProcessorFiles.Preprocessor(Preparation));
        AtomicFile.WriteText(System.IO.Path.Combine(path, "processor_config.json"), ProcessorFiles.Processor(Config));
        AtomicFile.WriteText(System.IO.Path.Combine(path, "tokenizer_config.json"), ProcessorFiles.Tokenizer(Config, Settings, Tokenizer));
        AtomicFile.WriteText(System.IO.Path.Combine(path, "added_tokens.json"), ProcessorFiles.AddedTokens(Config, Settings));
        var target = System.IO.Path.Combine(path, Tokenizer.FileName);
        if (System.IO.Path.GetFullPath(target) != System.IO.Path.GetFullPath(TokenizerPath))
            AtomicFile.Write(target, s => s.Write(File.ReadAllBytes(TokenizerPath)));
    }
}
