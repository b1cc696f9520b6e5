using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Hub;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz pull</c>: a model from a hub, by the network.</summary>
static class PullVerb
{
    sealed record Request
    {
        public required string Name { get; init; }
        public required string Revision { get; init; }
        public string? Out { get; init; }
        public required string[] Include { get; init; }
        public required bool All { get; init; }
        public required int Connections { get; init; }
        public required Format Format { get; init; }
    }

    public static Command Create()
    {
        var name = SharedOptions.Word("OWNER/NAME", "The model repository");
        var revision = new Option<string>("--revision")
        {
            Description = "Branch, tag or commit (default: main)",
            HelpName = "REV",
            DefaultValueFactory = _ => "main",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Plain files into this folder, in place of the shared cache",
            HelpName = "DIR",
        };
        var include = new Option<string[]>("--include")
        {
            Description = "Only files that match; may be given more than once",
            HelpName = "GLOB",
        };
        var all = new Option<bool>("--all") { Description = "Also files that this program has no use for" };
        var connections = Choice.Number("--connections", "Parts fetched at the same time, 1 to 16 (default: 4)", least: 1);
        var format = Choice.Option<Format>("--format", "How the result is written");
        var verb = new Verb("pull", "Brings a model from a Hugging Face-style hub.")
        {
            Examples = [
                "radz pull llava-hf/llava-1.5-7b-hf",
                "radz pull openai/clip-vit-large-patch14-336 --include \"*.json\" --include model.safetensors --out clip",
                "HF_ENDPOINT=https://hub.example.org HF_TOKEN=... radz pull OWNER/NAME",
            ],
            Notes = [
                "HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_CACHE mean what they mean elsewhere; the cache is shared with other programs.",
                "Stopped or killed, the same command goes on. A file gets its name when its hash is right.",
                "Afterwards --model OWNER/NAME finds it. Mind the licence of the weights.",
            ],
        };
        verb.Add(name);
        foreach (var option in (Option[])[revision, output, include, all, connections, format]) verb.Add(option);
        verb.Validators.Add(r =>
        {
            if (r.GetResult(include) is not null && r.GetResult(all) is not null) r.AddError("--include and --all exclude each other");
            if (r.GetResult(connections) is { Tokens.Count: > 0 } && r.ValueOrDefault(connections) > 16)
                r.AddError("--connections is at most 16");
        });
        verb.SetAction((parsed, cancel) =>
            RunAsync(new()
            {
                Name = parsed.GetRequiredValue(name),
                Revision = parsed.GetRequiredValue(revision),
                Out = parsed.GetValue(output),
                Include = parsed.GetValue(include) ?? [],
                All = parsed.GetValue(all),
                Connections = parsed.GetValue(connections) ?? 4,
                Format = parsed.GetValue(format),
            }, cancel));
        return verb;
    }

    static async Task<int> RunAsync(Request request, CancellationToken cancel)
    {
        var repository = RepositoryName.Parse(request.Name);
        var settings = Installation.Hub();
        Destination destination = request.Out is { } folder ? new PlainFolder(folder) : new HubCache(settings, repository);
        var pulled = await PullProgress.RunAsync(progress => new Pull(settings, new() { Connections = request.Connections }, progress)
            .RunAsync(repository, request.Revision, Choose, destination, cancel)).ConfigureAwait(false);
        if (request.Format == Format.Json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                pulled.Folder,
                pulled.Listing.Commit,
                Files = pulled.Taken.Count,
                pulled.Fetched,
                Bytes = pulled.Taken.Sum(f => f.Size)
            }, JsonText.Options));
        else
        {
            Console.Error.WriteLine($"{pulled.Taken.Count} files of {repository} at {pulled.Listing.Commit[..12]}, " +
                $"{pulled.Fetched} fetched now; give it as --model {(request.Out is null ? repository.ToString() : request.Out)}");
            Console.WriteLine(pulled.Folder);
        }
        return ExitCode.Ok;

        IReadOnlyList<HubFile> Choose(HubListing listing) =>
            request.All ? listing.Files : request.Include.Length > 0 ? FileSelection.Matching(listing, request.Include)
                : FileSelection.Usable(listing);
    }
}
