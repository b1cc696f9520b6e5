using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Sets;
using RadZ.Descriptions.Chat;
using RadZ.Descriptions.Writing;
using RadZ.Files;
using RadZ.Recognition.Diseases;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz knowledge write</c>: a model writes the descriptions.</summary>
static class KnowledgeWriteVerb
{
    sealed record Request
    {
        public IReadOnlyList<string>? Diseases { get; init; }
        public required string Out { get; init; }
        public required ModelChoice Model { get; init; }
        public ChatEndpoint? Endpoint { get; init; }
        public required WritingOptions Options { get; init; }
        public string? Knowledge { get; init; }
        public required Format Format { get; init; }
    }

    /// <param name="knowledge">The group's <c>--knowledge</c>.</param>
    /// <param name="format">The group's <c>--format</c>.</param>
    public static Command Create(Option<string?> knowledge, Option<Format> format)
    {
        var diseases = SharedOptions.Diseases("Diseases to describe: names, synonyms or free text (default: ChestX-ray14 and no finding)");
        var file = new Option<string?>("--diseases-file") { Description = "The same from a file, a name a line", HelpName = "F" };
        var output = new Option<string>("--out")
        {
            Description = "The knowledge file to write; a run that was stopped goes on with it",
            HelpName = "FILE",
            Required = true,
        };
        var model = new ModelOptions();
        var endpoint = new Option<string?>("--endpoint")
        {
            Description = "A server of chat models, in place of --model; without it nothing is sent anywhere",
            HelpName = "URL",
        };
        var name = new Option<string?>("--name") { Description = "The model's name at the endpoint", HelpName = "MODEL" };
        var api = Choice.Word("--api", "The endpoint's form (default: ollama at port 11434 without a path, else openai)",
            ["openai", "ollama"]);
        var key = new Option<string?>("--key-env")
        {
            Description = "The environment variable that holds the endpoint's key",
            HelpName = "VAR",
        };
        var timeout = Choice.Real("--timeout", "Seconds in which the endpoint must answer (default: 300)", least: 0, open: true);
        var temperature = Choice.Real("--temperature", "0 writes the likeliest token always (default: 0.2)", least: 0, most: 2);
        var seed = Choice.Number("--seed", "Seed of the first text of each disease (default: 0)", least: 0);
        var tries = Choice.Number("--tries", "Texts of a disease until one passes the checks, each with the next seed (default: 4)",
            least: 1);
        var tokens = Choice.Number("--max-tokens", "The most tokens of a text (default: 400)", least: 1);
        var prompt = new Option<string?>("--prompt")
        {
            Description = "A prompt of your own, with {disease} and {example} in it",
            HelpName = "FILE",
        };
        var verb = new Verb("write", "Has a model write descriptions, checks them, and keeps those that pass.")
        {
            Examples =
            [
                "radz knowledge write --diseases pneumonia,mass --model llava-med-v1.5-mistral-7b --out mine.json",
                "radz knowledge write --endpoint http://localhost:11434 --name llama3.1 --out mine.json",
                "radz knowledge write --endpoint https://api.example.org/v1 --name large --key-env API_KEY --out mine.json",
                "radz classify xray.png --knowledge mine.json --score bank",
            ],
            Notes =
            [
                "Checked: three parts, their length, that the disease is named and no other is the main one, no copy of the",
                "example. What no try brings through is reported, exit code 2; --tries with a greater number goes on.",
                "FILE.report.json holds every try, FILE.prompt.txt the prompt; each entry tells model, weights, seed.",
                "No program can tell whether a description is true: have a radiologist read it.",
            ],
        };
        foreach (var option in (Option[])[diseases, file, output, .. model.All, endpoint, name, api, key, timeout, temperature, seed, tries,
            tokens, prompt]) verb.Add(option);
        verb.Validators.Add(r =>
        {
            bool Given(Option option) => r.GetResult(option) is { Implicit: false };
            if (Given(diseases) && Given(file)) r.AddError("give either --diseases or --diseases-file, not both");
            if (Given(endpoint) && model.All.FirstOrDefault(Given) is { } local)
                r.AddError($"give either {local.Name} or --endpoint, not both");
            if (Given(endpoint) && !Given(name)) r.AddError("--endpoint needs --name, the model's name there");
            if (!Given(endpoint) && ((Option[])[name, api, key, timeout]).FirstOrDefault(Given) is { } alone)
                r.AddError($"{alone.Name} goes with --endpoint");
            if (r.ValueOrDefault(endpoint) is { } url && !Uri.IsWellFormedUriString(url, UriKind.Absolute))
                r.AddError($"--endpoint is '{url}', expected an address such as http://localhost:11434");
        });
        verb.SetAction((parsed, cancel) =>
            RunAsync(new()
            {
                Diseases = DiseaseNames.Given(parsed.GetValue(diseases), parsed.GetValue(file)),
                Out = parsed.GetRequiredValue(output),
                Model = model.Read(parsed),
                Endpoint = parsed.GetValue(endpoint) is { } url
                    ? EndpointOf(new(url), parsed.GetValue(name)!, parsed.GetValue(api), parsed.GetValue(key), parsed.GetValue(timeout))
                    : null,
                Options = new()
                {
                    Prompt = parsed.GetValue(prompt) is { } path ? DescriptionPrompt.Read(path) : DescriptionPrompt.Default,
                    Temperature = parsed.GetValue(temperature) ?? 0.2,
                    Seed = parsed.GetValue(seed) ?? 0,
                    Tries = parsed.GetValue(tries) ?? 4,
                    MaxTokens = parsed.GetValue(tokens) ?? 400,
                },
                Knowledge = parsed.GetValue(knowledge),
                Format = parsed.GetValue(format),
            }, cancel));
        return verb;
    }

    static ChatEndpoint EndpointOf(Uri address, string name, string? form, string? variable, double? timeout)
    {
        var endpoint = new ChatEndpoint(address, name);
        if (form is not null) endpoint = endpoint with { Form = form == "ollama" ? EndpointForm.Ollama : EndpointForm.OpenAi };
        if (timeout is { } seconds) endpoint = endpoint with { Timeout = TimeSpan.FromSeconds(seconds) };
        return variable is null ? endpoint : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key
            ? endpoint with { Key = key }
            : throw new InvalidInputException("--key-env", "missing",
                $"the environment variable {variable} is not set; put the key there (the option takes the variable's name, not the key).");
    }

    static async Task<int> RunAsync(Request request, CancellationToken cancel)
    {
        var knowledge = SharedOptions.KnowledgeOf(request.Knowledge);
        var list = DiseaseList.Create(request.Diseases ?? [.. ChestXray14.Findings, Disease.NoFinding], knowledge);
        if (request.Endpoint is { } endpoint)
        {
            using var client = endpoint.Open();
            return await WriteAsync(new(client, endpoint.Model, Endpoint: endpoint.Address.GetLeftPart(UriPartial.Path)), request, list,
                knowledge, cancel).ConfigureAwait(false);
        }
        using var encoder = request.Model.Load();
        using var chat = new ModelChat(encoder);
        return await WriteAsync(new(chat, encoder.Folder.Settings.Name, encoder.Hash), request, list, knowledge,
            cancel).ConfigureAwait(false);
    }

    static async Task<int> WriteAsync(DescriptionAuthor author, Request request, DiseaseList list, KnowledgeBase knowledge,
        CancellationToken cancel)
    {
        var run = new WritingRun(request.Out, author, knowledge, request.Options, TimeProvider.System);
        var done = 0;
        IReadOnlyList<WrittenDescription> outcomes;
        try
        {
            outcomes = await run.WriteAsync([.. list.Entries.Select(e => e.Disease)],
                o => Console.Error.WriteLine($"{++done} of {list.Entries.Count}: {o.Name}: {Describe(o)}"), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidInputException)
        {
            Console.Error.WriteLine($"{done} of {list.Entries.Count} diseases are done; the same command goes on.");
            throw;
        }
        if (request.Format == Format.Json) Console.WriteLine(JsonSerializer.Serialize(Json(request, author, outcomes), JsonText.Options));
        else Table(request, author, run, outcomes);
        Console.Error.WriteLine("Written by a model: have a radiologist read them. " + Notices.ResearchUse);
        return outcomes.Any(o => o.Entry is null) ? ExitCode.BadInput : ExitCode.Ok;
    }

    static string Describe(WrittenDescription outcome) => outcome switch
    {
        { Fault: { } fault } => $"not asked: {fault}",
        { Entry.Origin: null, Entry: not null } => "kept as it stands",
        { Entry.Origin: { } origin } => $"{Words(outcome)} words, seed {origin.Seed}",
        _ => $"failed in {outcome.Tries.Count} tries: {string.Join(" ", outcome.Tries[^1].Problems)}",
    };

    static int? Words(WrittenDescription outcome) =>
        outcome.Entry?.Description?.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    static void Table(Request request, DescriptionAuthor author, WritingRun run, IReadOnlyList<WrittenDescription> outcomes)
    {
        var page = Page.ForOutput();
        page.Table(["disease", "", "words", "tries", "seed"], [.. outcomes.Select(o => new[]
        {
            o.Name, (Cell)(o.Entry is null ? o.Fault is null ? "failed" : "not asked" : o.Entry.Origin is null ? "kept" : "written"),
            Cell.Number($"{Words(o)}"), Cell.Number($"{o.Tries.Count}"), Cell.Number($"{o.Entry?.Origin?.Seed}"),
        })]);
        page.Line();
        page.Line($"{outcomes.Count(o => o.Entry is not null)} of {outcomes.Count} descriptions in " +
            $"{request.Out}, by {author.Name}; every try in {run.ReportPath}.");
    }

    static object Json(Request request, DescriptionAuthor author, IReadOnlyList<WrittenDescription> outcomes) => new
    {
        File = request.Out,
        Author = new { author.Name, author.Weights, author.Endpoint, Prompt = request.Options.Prompt.Hash, request.Options.Temperature },
        Diseases = outcomes.Select(o =>
            new { o.Name, Written = o.Entry is not null, Words = Words(o), o.Entry?.Origin?.Seed, o.Tries, o.Fault }),
    };
}
