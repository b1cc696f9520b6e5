using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Studies;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Kernels;
using RadZ.Recognition.Images;
using RadZ.Text.ChatTemplates;

namespace RadZ.Cli.Verbs;

/// <summary>How answers are written.</summary>
enum AnswerFormat
{
    /// <summary>For people, as they come.</summary>
    Text,

    /// <summary>For programs, when all are there.</summary>
    Json,
}

/// <summary><c>radz ask</c>: questions about an image, answered in words.</summary>
static class AskVerb
{
    sealed record Request
    {
        public required string Image { get; init; }
        public required string[] Questions { get; init; }
        public required ModelChoice Model { get; init; }
        public string? Template { get; init; }
        public required GenerationOptions Options { get; init; }
        public required AnswerFormat Format { get; init; }
        public required DecodeBits Decode { get; init; }
    }

    public static Command Create()
    {
        var image = SharedOptions.Word("IMAGE", "The chest X-ray");
        var questions = new Argument<string[]>("QUESTION")
        {
            Description = "What is asked; several questions share the work on the image",
            Arity = ArgumentArity.OneOrMore,
        };
        questions.Validators.Add(SharedOptions.RefuseOptions);
        questions.Validators.Add(r =>
        {
            if (r.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value))) r.AddError("a QUESTION is empty");
        });
        var model = new ModelOptions();
        var temperature = Choice.Real("--temperature", "0 writes the likeliest token always; above, tokens are drawn (default: 0)",
            least: 0);
        var topP = Choice.Real("--top-p", "Draw only from the likeliest tokens of this probability together (default: 1)", least: 0,
            most: 1, open: true);
        var topK = Choice.Number("--top-k", "Draw only from the N likeliest tokens (default: all)", least: 1);
        var seed = Choice.Number("--seed", "Seed of what is drawn (default: 0)", least: 0);
        var tokens = Choice.Number("--max-tokens", "The most tokens of an answer (default: 256)", least: 1);
        var stop = new Option<string[]>("--stop")
        {
            Description = "A text that ends an answer and is not part of it; may come several times",
            HelpName = "TEXT",
        };
        var template = Choice.Word("--template",
            $"How the conversation is written: {string.Join(", ", ChatTemplate.Names)} (default: by the model's family)",
            ChatTemplate.Names);
        template.HelpName = "NAME";
        var decode = Choice.Option<DecodeBits>("--decode",
            "Bits of the decoder's weights while an answer is written: fewer are faster, less exact, and a copy in memory");
        var format = Choice.Option<AnswerFormat>("--format", "How answers are written");
        var verb = new Verb("ask", "Asks a model about a chest X-ray and writes its answer as it comes.")
        {
            Examples =
            [
                "radz ask xray.png \"What does this X-ray show?\" --model llava-med-v1.5-mistral-7b",
                "radz ask xray.png \"Is there a pleural effusion?\" \"Is the heart enlarged?\" --model DIR --format json",
                "radz ask xray.png \"Describe the lungs.\" --model DIR --temperature 0.2 --top-p 0.9 --seed 7",
            ],
            Notes =
            [
                "Needs a checkpoint that answers in words; the shipped radz-small gives features only.",
                "An answer is text that a model finds likely, not a finding: to rank diseases, classify reads the same model's",
                "features, which tell them apart better (docs/generation.md).",
            ],
        };
        verb.Add(image);
        verb.Add(questions);
        foreach (var option in (Option[])[temperature, topP, topK, seed, tokens, stop, template, decode, format]) verb.Add(option);
        model.AddTo(verb);
        verb.SetAction((parsed, cancel) => Task.FromResult(Run(new()
        {
            Image = parsed.GetRequiredValue(image),
            Questions = parsed.GetRequiredValue(questions),
            Model = model.Read(parsed),
            Template = parsed.GetValue(template),
            Options = new()
            {
                Temperature = parsed.GetValue(temperature) ?? 0,
                TopP = parsed.GetValue(topP) ?? 1,
                TopK = parsed.GetValue(topK) ?? 0,
                Seed = parsed.GetValue(seed) ?? 0,
                MaxTokens = parsed.GetValue(tokens) ?? 256,
                Stop = parsed.GetValue(stop) ?? [],
            },
            Format = parsed.GetValue(format),
            Decode = parsed.GetValue(decode),
        }, cancel)));
        return verb;
    }

    static int Run(Request request, CancellationToken cancel)
    {
        using var encoder = request.Model.Load(request.Decode);
        var generator = new TextGenerator(encoder, request.Template is { } name ? ChatTemplate.Find(name) : null);
        using var pixels_13SS = ImageBatches.Pixels(request.Image, encoder.Folder.Preparation, encoder.Device);
        Notices.ResearchUseOnError();
        var stream = request.Format == AnswerFormat.Text ? new AnswerStream(Console.Out, request.Questions) : null;
        var answers = generator.Ask(pixels_13SS, request.Questions, request.Options, stream is null ? null : stream.Write, cancel);
        if (stream is null) Console.WriteLine(JsonSerializer.Serialize(Json(request, encoder, generator, answers), JsonText.Options));
        foreach (var (i, answer) in answers.Index().Where(a => a.Item.Reason == FinishReason.Length))
            Console.Error.WriteLine($"{(answers.Count > 1 ? $"Answer {i + 1}" : "The answer")} was cut after " +
                $"{answer.Tokens.Count} tokens; --max-tokens allows more.");
        return ExitCode.Ok;
    }

    static object Json(Request request, RadiologyEncoder encoder, TextGenerator generator, IReadOnlyList<GeneratedText> answers) => new
    {
        Model = new { encoder.Folder.Settings.Name, encoder.Hash },
        File = ShownFile.Create(request.Image, Pseudonyms.ForInstallation()).Shown,
        Template = generator.Template.Name,
        request.Options.Temperature,
        request.Options.Seed,
        Answers = answers.Zip(request.Questions,
            (a, q) => new { Question = q, Answer = a.Text, Finish = a.Reason, Tokens = a.Tokens.Count, a.PromptTokens }),
    };
}
