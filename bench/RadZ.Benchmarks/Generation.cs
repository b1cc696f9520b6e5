using RadZ.Data.Sets;
using RadZ.Imaging.Preparation;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.ChatTemplates;
using RadZ.Text.Knowledge;
using RadZ.Text.Tokens;

namespace RadZ.Benchmarks;

/// <summary>
/// What generation costs: questions about one image with its keys and values shared against each by itself, a step with the cache against
/// the bytes of the weights that it must read, rows side by side against one. A decoder of some layers of LLaVA-Med's width, 576 patches,
/// random weights: figures are ratios within the same rounds.
/// </summary>
static class Generation
{
    public static void Run(string tokenizer, int rounds, ScalarType type, int width, int layers)
    {
        var config = new LlavaConfig
        {
            Vision = new()
            {
                HiddenSize = 256,
                IntermediateSize = 1024,
                NumHiddenLayers = 2,
                NumAttentionHeads = 4,
                ImageSize = 336,
                PatchSize = 14
            },
            Decoder = new()
            {
                ModelType = "mistral",
                HiddenSize = width,
                IntermediateSize = width * 7 / 2,
                NumHiddenLayers = layers,
                NumAttentionHeads = width / 128,
                NumKeyValueHeads = width / 512,
                HeadDim = 128,
                VocabSize = 2014
            },
            ImageTokenIndex = 2000,
        };
        var settings = ModelSettings.Read("/no-folder", config, 2000);
        var folder = new ModelFolder("/no-folder", config, settings, SentencePieceTokenizer.Load(tokenizer), ClipPreparation.Default);
        using var encoder = CheckpointLoader.Random(folder, 1, type);
        var generator = new TextGenerator(encoder);
        using var pixels_13SS = randn(1, 3, 336, 336);
        var list = DiseaseList.Create([.. ChestXray14.Findings, Disease.NoFinding], KnowledgeBase.Embedded);
        string[] questions = [.. list.Entries.Select(new VqaQuestions().QuestionFor)];
        using var left = randn(640, width).to(type);
        using var right = randn(width * 7 / 2, width).to(type);
        var one = new GenerationOptions { MaxTokens = 1 };
        var some = new GenerationOptions { MaxTokens = 17 };
        var times = Rounds.Time(rounds, 1,
            () => { using var _ = nn.functional.linear(left, right); },
            () => generator.FirstTokens(pixels_13SS, questions[..1]).Dispose(),
            () => generator.FirstTokens(pixels_13SS, questions).Dispose(),
            () => generator.FirstTokens(pixels_13SS, questions, share: false).Dispose(),
            () => generator.Ask(pixels_13SS, questions[..1], one),
            () => generator.Ask(pixels_13SS, questions[..1], some),
            () => generator.Ask(pixels_13SS, questions[..8], one),
            () => generator.Ask(pixels_13SS, questions[..8], some));
        double[] t = [.. times.Select(seconds => seconds.Min())];
        var rate = 2.0 * 640 * width * (width * 7 / 2) / 1e9 / t[0];
        var weights = encoder.Training.Weights.Where(w => w.Name.StartsWith("language_model.", StringComparison.Ordinal)
            && !w.Name.Contains("embed_tokens", StringComparison.Ordinal)).Sum(w => w.Value.NumberOfElements * w.Value.ElementSize);
        var positions = 576 + 40;
        var prefill = 2.0 * encoder.Training.Weights.Where(w => w.Name.Contains("_proj.", StringComparison.Ordinal)
            && w.Name.StartsWith("language_model.", StringComparison.Ordinal)).Sum(w => w.Value.NumberOfElements) * positions / 1e9;
        Console.WriteLine($"{type}, width {width}, {layers} layers, 576 patches, {questions.Length} diseases; " +
            $"{get_num_threads()} threads, best of {rounds} rounds; GEMM {rate:f0} GFLOP/s");
        Console.WriteLine($"one question                          {t[1] * 1e3,9:f0} ms   {prefill / rate / t[1],5:f2} of the GEMM's rate " +
            "over the decoder's products");
        Console.WriteLine($"{questions.Length} questions, image decoded once      {t[2] * 1e3,9:f0} ms   {t[2] / t[1],5:f2} x one " +
            "question");
        Prompt[] prompts =
            [.. questions.Select(q => new Prompt(generator.Template.Encode([ChatMessage.WithImage(q)], folder.Tokenizer, 2000, 576)))];
        var common = Prompt.CommonLength(prompts);
        Console.WriteLine($"   positions: {prompts.Sum(p => p.Sequence.Length):N0} each by itself, " +
            $"{common + prompts.Sum(p => p.Sequence.Length - common):N0} shared");
        Console.WriteLine($"{questions.Length} questions, each by itself          {t[3] * 1e3,9:f0} ms   {t[3] / t[2],5:f2} x sharing");
        var (step, eight) = ((t[5] - t[4]) / 16, (t[7] - t[6]) / 16);
        Console.WriteLine($"a step of one row                     {step * 1e3,9:f1} ms   {weights / step / 1e9,5:f1} GB/s of weights read");
        Console.WriteLine($"a step of eight rows                  {eight * 1e3,9:f1} ms   {8 * step / eight,5:f2} x the tokens a second " +
            "of one row");
    }
}
