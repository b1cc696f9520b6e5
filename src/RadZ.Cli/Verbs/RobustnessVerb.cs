using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Sets;
using RadZ.Experiments.Robustness;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz robustness</c>: how far recognition hangs on the words of the question.</summary>
static class RobustnessVerb
{
    public static Command Create()
    {
        var manifest = new Argument<string?>("MANIFEST.csv")
        {
            Description = "Labelled images, as for evaluate; or --dataset",
            Arity = ArgumentArity.ZeroOrOne,
        };
        manifest.Validators.Add(SharedOptions.RefuseOptions);
        var (model, knowledge) = (new ModelOptions(), SharedOptions.Knowledge());
        var dataset = Choice.Word("--dataset", "A published set in its own form, instead of a manifest",
            [.. Ontology.Embedded.Sets.SelectMany(s => s.Aliases.Prepend(s.Name))]);
        var root = new Option<string?>("--root") { Description = "The folder in which the set lies", HelpName = "DIR" };
        var split = new Option<string?>("--split") { Description = "A split of the set (default: its test split)", HelpName = "SPLIT" };
        var diseases = SharedOptions.Diseases("Only these columns (default: all)");
        var authors = new Option<string[]>("--descriptions")
        {
            Description = "Knowledge files of further authors, whose descriptions are measured beside the shipped ones",
            HelpName = "FILE",
        };
        var random = Choice.Number("--random", "Random descriptions a disease (default: 20)", least: 0);
        var seed = Choice.Number("--seed", "Seed of the bootstrap and of the random descriptions (default: 42)", least: 0);
        var resamples = Choice.Number("--resamples", "Resamples of the bootstrap (default: 1000; 0: no intervals)", least: 0);
        var output = new Option<string?>("--out")
        {
            Description = "Folder for every text, score and figure, and the record of the run",
            HelpName = "DIR",
        };
        var format = Choice.Option<Format>("--format", "How figures are written");
        var allow = new Option<bool>("--allow-training-patients")
        {
            Description = "Measure on patients that the model was trained on; the table says so",
        };
        var verb = new Verb("robustness",
            "Measures how scores move with the words: paraphrases, synonyms, negations, descriptions by others.")
        {
            Examples = ["radz robustness manifest.csv --out run",
                "radz robustness manifest.csv --diseases pneumonia,\"pleural effusion\" --descriptions hospital.json",
                "radz robustness --dataset chestxray14 --root /data/nih --out run"],
            Notes =
            [
                "Images are encoded once; only texts change. Each text is judged by its own score, without a softmax over other diseases.",
                "A negation (\"no effusion\") should rank images against its disease (AUC below .5). docs/robustness.md tells how to " +
                "read the tables.",
            ],
        };
        verb.Add(manifest);
        foreach (var option in (Option[])[dataset, root, split, diseases, authors, random, seed, resamples, output, format, knowledge,
            allow, .. model.All]) verb.Add(option);
        verb.Validators.Add(r =>
        {
            var (named, given) = (r.GetResult(dataset) is not null, r.GetResult(manifest) is { Tokens.Count: > 0 });
            if (named == given)
                r.AddError(named ? "robustness takes MANIFEST.csv or --dataset, not both"
                    : "robustness needs MANIFEST.csv or --dataset NAME --root DIR");
            if (named && r.GetResult(root) is null) r.AddError("--dataset needs --root DIR, the folder in which the set lies");
            if (!named)
                foreach (var option in ((Option[])[root, split]).Where(o => r.GetResult(o) is not null))
                    r.AddError($"{option.Name} needs --dataset NAME");
        });
        verb.SetAction(async (parsed, cancel) =>
        {
            var outcome = await new RobustnessMeasurement(new()
            {
                Manifest = parsed.GetValue(manifest),
                Dataset = parsed.GetValue(dataset),
                Root = parsed.GetValue(root),
                Split = parsed.GetValue(split),
                Diseases = parsed.GetValue(diseases) is { } list ? SharedOptions.Split(list) : null,
                Authors = [.. DescriptionAuthors.Shipped,
                    .. (parsed.GetValue(authors) ?? []).Select(f => (Path.GetFileNameWithoutExtension(f), KnowledgeBase.Load(f)))],
                Random = parsed.GetValue(random) ?? 20,
                Bootstrap = new() { Seed = parsed.GetValue(seed) ?? 42, Resamples = parsed.GetValue(resamples) ?? 1000 },
                Out = parsed.GetValue(output),
                Knowledge = parsed.GetValue(knowledge),
                AllowTrainingPatients = parsed.GetValue(allow),
                Arguments = [.. parsed.Tokens.Select(t => t.Value)],
            }, ExperimentConsole.ContextOf(model.Read(parsed))).RunAsync(cancel).ConfigureAwait(false);
            Results.Write(parsed.GetValue(format), outcome.Json, outcome.Text,
                outcome.Notices.Select(n => $"{n.Kind}: {n.Text}").Append(Notices.ResearchUse));
            return outcome.Failed > 0 ? ExitCode.BadInput : ExitCode.Ok;
        });
        return verb;
    }
}
