using RadZ.Imaging.Preparation;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

/// <summary>
/// A whole model folder of random weights, in a second: 32 px, width 32 where none is asked for, the committed tokenizer.
/// </summary>
static class TinyModelFolder
{
    public const string Name = "tiny";

    /// <summary>The committed one, wherever <c>RADZ_FIXTURES</c> points.</summary>
    public static string Tokenizer { get; } = Path.Combine(Fixtures.Repository, "tests", "fixtures", "tokenizer", "radz-2000.model");

    /// <summary>Writes one into <paramref name="path"/>.</summary>
    public static void Write(string path, int seed = 7, int width = 32, ScalarType type = ScalarType.Float32,
        Func<ModelSettings, ModelSettings>? change = null)
    {
        Directory.CreateDirectory(path);
        File.Copy(Tokenizer, Path.Combine(path, "tokenizer.model"));
        var config = new LlavaConfig
        {
            Vision =
                new() { HiddenSize = 32, IntermediateSize = 64, NumHiddenLayers = 3, NumAttentionHeads = 2, ImageSize = 32, PatchSize = 8 },
            Decoder = new()
            {
                ModelType = "mistral",
                HiddenSize = width,
                IntermediateSize = 2 * width,
                NumHiddenLayers = 3,
                NumAttentionHeads = 4,
                NumKeyValueHeads = 2,
                HeadDim = width / 4,
                VocabSize = 2014
            },
            ImageTokenIndex = 2000,
        };
        var settings = ModelSettings.Read(path, config, 2000) with
        {
            Name = Name,
            Trained = true,
            TrainedOn = ["pneumonia"],
            Diseases = ["pneumonia", "mass", "edema", "no finding"],
        };
        var folder = new ModelFolder(path, config, change?.Invoke(settings) ?? settings,
            RadZ.Text.Tokens.SentencePieceTokenizer.Load(Path.Combine(path, "tokenizer.model")),
            ClipPreparation.Default with { Size = 32 });
        using var _ = NewDisposeScope();
        using var encoder = CheckpointLoader.Fresh(folder, seed, CPU);
        encoder.Writer.Save(path, type);
    }
}
