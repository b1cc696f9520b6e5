using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Sets;
using RadZ.Experiments;
using RadZ.Experiments.Evaluating;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz evaluate</c>: how well a model recognises on labelled images.</summary>
static class EvaluateVerb
{
    public static Command Create()
    {
        var manifest = new Argument<string?>("MANIFEST.csv")
        {
            Description = "Columns image, patient, then one a disease with 1, 0, -1 (uncertain) or nothing; image paths relative to it; " +
                "or --dataset",
            Arity = ArgumentArity.ZeroOrOne,
        };
        manifest.Validators.Add(SharedOptions.RefuseOptions);
        var (model, knowledge) = (new ModelOptions(), SharedOptions.Knowledge());
        var score = Choice.Option<ScoreKind>("--score", "What ranks, as in classify");
        var format = Choice.Option<Format>("--format", "How figures are written");
        var probability = Choice.Option<ProbabilityKind>("--probability",
            "What figures are taken on: the paper's softmax over the columns, each disease against its negation, or the ranking score by " +
            "itself");
        var diseases = SharedOptions.Diseases("Only these columns; the softmax then runs over them (default: all)");
        var output = new Option<string?>("--out")
        {
            Description = "Folder for every score and label, the figures, and the record of the run",
            HelpName = "DIR",
        };
        var seed = Choice.Number("--seed", "Seed of the bootstrap (default: 42)", least: 0);
        var control = Choice.Number("--control", "Also scores each disease's own description against N random ones of the same length",
            least: 20);
        var allow = new Option<bool>("--allow-training-patients")
        {
            Description = "Measure on patients that the model was trained on; the table says so",
        };
        var benchmark = new DatasetOptions();
        var verb = new Verb("evaluate", "Measures how well a model recognises diseases in labelled images.")
        {
            Examples =
            [
                "radz evaluate manifest.csv",
                "radz evaluate manifest.csv --diseases pneumonia,\"no finding\" --format json",
                "radz evaluate manifest.csv --score bank --probability standalone --out results",
                "radz evaluate manifest.csv --score bank --control 200",
                "radz evaluate --dataset chestxray14 --root /data/nih --out run",
                "radz evaluate --dataset chexpert --root /data/CheXpert-v1.0 --convention locked --scores theirs.csv --out run",
            ],
            Notes =
            [
                "Intervals: bootstrap over patients, 1,000 resamples.",
                $"Sets: {string.Join(", ", Ontology.Embedded.Sets.Select(s => s.Name))} (docs/datasets.md).",
                "Images that cannot be read and rows that cannot be used are listed on stderr, counted as failed",
                "(exit code 2), and in no other number.",
            ],
        };
        verb.Add(manifest);
        foreach (var option in (Option[])[score, format, probability, diseases, output, seed, control, knowledge, allow, .. benchmark.All])
            verb.Add(option);
        model.AddTo(verb);
        benchmark.Validate(verb, manifest);
        verb.Validators.Add(r =>
        {
            if (r.GetResult(control) is null) return;
            if (r.GetResult("--dataset") is not null) r.AddError("--control goes with MANIFEST.csv, not with --dataset");
            if (r.ValueOrDefault(score) == ScoreKind.Vqa) r.AddError("--control compares descriptions; --score vqa asks without them");
        });
        verb.SetAction(async (parsed, cancel) =>
        {
            var (chosen, file) = (model.Read(parsed), parsed.GetValue(knowledge));
            var context = ExperimentConsole.ContextOf(chosen);
            var request = benchmark.Read(parsed) ?? EvaluationRequests.OfTable(parsed.GetRequiredValue(manifest)!, file, context);
            var outcome = await Evaluations.RunAsync(request with
            {
                Score = parsed.GetValue(score),
                Probability = parsed.GetValue(probability),
                Diseases = parsed.GetValue(diseases) is { } list ? SharedOptions.Split(list) : null,
                Out = parsed.GetValue(output),
                Knowledge = file,
                Control = parsed.GetValue(control),
                AllowTrainingPatients = parsed.GetValue(allow),
                Bootstrap = request.Bootstrap with { Seed = parsed.GetValue(seed) ?? request.Bootstrap.Seed },
                Arguments = [.. parsed.Tokens.Select(t => t.Value)],
            }, context, cancel).ConfigureAwait(false);
            Results.Write(parsed.GetValue(format), outcome.Json, outcome.Text, outcome.Remarks);
            return outcome.Failed > 0 ? ExitCode.BadInput : ExitCode.Ok;
        });
        return verb;
    }
}
