using RadZ.Imaging.Preparation;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Text.Sequences;
using RadZ.Text.Tokens;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Runs;

/// <summary>The model a recipe begins with.</summary>
static class ModelStart
{
    public static RadiologyEncoder Load(TrainingRecipe recipe, TrainingData data, Device device)
    {
        var compute = recipe.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        if (recipe.Model.New is { } sizes)
            return CheckpointLoader.Fresh(New(recipe.Name, sizes,
                recipe.Phases.LastOrDefault(p => p.Kind == PhaseKind.Alignment)?.Alignment.Temperature ?? 0.05, recipe.Answers),
                    recipe.Seed, device, compute);
        var lora = recipe.Model.Lora is { } l ? new LoraOptions { Rank = l.Rank, Alpha = l.Alpha, Dropout = l.Dropout, Targets = l.Targets }
            : null;
        return RadiologyEncoder.Load(recipe.Model.Folder!,
            new() { ComputeType = compute, Device = device, Trainable = lora is null, NewLora = lora, Seed = recipe.Seed });
    }

    /// <summary>A new model's folder, before it is on disk: its tokenizer stands apart until the first save.</summary>
    public static ModelFolder New(string name, NewModel sizes, double temperature = 0.05, bool answers = false)
    {
        var tokenizer = TokenizerFile.Load(sizes.Tokenizer);
        var special = SpecialTokens.HuggingFace(tokenizer.VocabularySize, sizes.ImageTokens, sizes.TextTokens);
        var config = new LlavaConfig
        {
            Vision = new()
            {
                HiddenSize = sizes.VisionWidth,
                IntermediateSize = 4 * sizes.VisionWidth,
                NumHiddenLayers = sizes.VisionLayers,
                NumAttentionHeads = sizes.VisionHeads,
                ImageSize = sizes.ImageSize,
                PatchSize = sizes.PatchSize,
                HiddenAct = Activation.Gelu,
            },
            Decoder = new()
            {
                ModelType = "mistral",
                HiddenSize = sizes.Width,
                IntermediateSize = sizes.MlpWidth,
                NumHiddenLayers = sizes.Layers,
                NumAttentionHeads = sizes.Heads,
                NumKeyValueHeads = sizes.KeyValueHeads,
                HeadDim = sizes.Width / sizes.Heads,
                VocabSize = special.Rows,
                RmsNormEps = 1e-5,
                MaxPositionEmbeddings = 2048,
            },
            ImageTokenIndex = special.ImageId,
        };
        var settings = new ModelSettings
        {
            Name = name,
            ImageTokens = special.ImageClassIds,
            TextTokens = special.TextClassIds,
            PadToken = special.PadId,
            Answers = answers,
            TextLimit = sizes.TextLimit,
            Temperature = temperature,
            Pooling = sizes.Pooling,
            FeatureLayer = sizes.FeatureLayer,
            Head = sizes.Head,
        };
        return new(Path.GetDirectoryName(sizes.Tokenizer)!, config, settings, tokenizer,
            ClipPreparation.Default with { Size = sizes.ImageSize })
        { TokenizerPath = sizes.Tokenizer };
    }
}
