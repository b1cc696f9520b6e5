using System.CommandLine;
using System.Text.Json.Nodes;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz evaluate</c>: how well a model recognises on labelled images.</summary>
static class EvaluateVerb
{
    sealed record Request(
        string Manifest, ModelChoice Model, ScoreKind Score, Format Format, ProbabilityKind Probability, string? Diseases, string? Out,
        int? Seed, string? Knowledge, int? Control, bool AllowTrainingPatients);

    public static Command Create()
    {
        var manifest = new Argument<string?>("MANIFEST.csv")
        {
            Description = "Columns image, patient, then one a disease with 1, 0, -1 (uncertain) or nothing; image paths relative to it; " +
                "or --dataset",
            Arity = ArgumentArity.ZeroOrOne,
        };
        manifest.Validators.Add(Shared.RefuseOptions);
        var (model, knowledge) = (new ModelOptions(), Shared.Knowledge());
        var score = Choice.Of<ScoreKind>("--score", "What ranks, as in classify");
        var format = Choice.Of<Format>("--format", "How figures are written");
        var probability = Choice.Of<ProbabilityKind>("--probability",
            "What figures are taken on: the paper's softmax over the columns, each disease against its negation, or the ranking score by " +
            "itself");
        var diseases = Shared.Diseases("Only these columns; the softmax then runs over them (default: all)");
        var output = new Option<string?>("--out")
        {
            Description = "Folder for every score and label, the figures, and with --dataset the record of the run",
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
            if (r.Said(score) == ScoreKind.Vqa) r.AddError("--control compares descriptions; --score vqa asks without them");
        });
        verb.SetAction((parsed, cancel) => benchmark.Of(parsed) is { } named ? (named with
        {
            Model = model.Of(parsed),
            Score = parsed.GetValue(score),
            Probability = parsed.GetValue(probability),
            Format = parsed.GetValue(format),
            Out = parsed.GetValue(output),
            Knowledge = parsed.GetValue(knowledge),
            AllowTrainingPatients = parsed.GetValue(allow),
            Bootstrap = named.Bootstrap with { Seed = parsed.GetValue(seed) ?? 42 },
        }).Only(parsed.GetValue(diseases)).Run(TimeProvider.System, cancel)
            : Run(new(parsed.GetValue(manifest)!, model.Of(parsed), parsed.GetValue(score), parsed.GetValue(format),
            parsed.GetValue(probability), parsed.GetValue(diseases), parsed.GetValue(output), parsed.GetValue(seed),
            parsed.GetValue(knowledge), parsed.GetValue(control), parsed.GetValue(allow)), cancel));
        return verb;
    }

    static async Task<int> Run(Request request, CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(request.Knowledge, request.Model.Folder, request.Model.Adapter);
        var samples = ManifestFile.Read(request.Manifest, knowledge);
        var columns = Columns(samples.Diseases, request, knowledge);
        var list = DiseaseList.Of([.. columns.Select(c => c.Header)], knowledge);
        var warning = Training(samples.Samples, request);
        using var encoder = request.Model.Load();
        var settings = encoder.Folder.Settings;
        if (request.Score != ScoreKind.Vqa) Notices.WarnIfUntrained(settings);
        using var recognizer = new ImageScorer(encoder, list, request.Score, TextFeatureCache.Default());
        ScoreTable table;
        using (var counter = new Counter("scored", samples.Samples.Count))
            table = await ManifestScores.Of(recognizer, samples, columns, request.Probability, counter.Step, cancel).ConfigureAwait(false);
        foreach (var failed in table.Failed) Console.Error.WriteLine($"error: {failed.Reason}");
        if (table.Rows.Count == 0)
            throw new InvalidInputException(request.Manifest, "no-images",
                $"none of its {table.Failed.Count} rows could be scored; the reasons stand above.");
        var card = ScoreCard.Of(table, request.Seed is { } seed ? new() { Seed = seed } : new());
        ControlReport? control = null;
        if (request.Control is { } descriptions)
            using (var counter = new Counter("compared", samples.Samples.Count))
                control = await ControlReport.Of(encoder, list, samples, columns, descriptions, request.Seed ?? 42, counter.Step, cancel)
                    .ConfigureAwait(false);
        if (request.Out is { } folder) Keep(folder, table, card, control);
        Show(card, control, request, settings, columns, knowledge);
        if (warning is not null) (request.Format == Format.Json ? Console.Error : Console.Out).WriteLine(warning);
        return table.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>The manifest's columns, or those of them that were asked for, in the asked order.</summary>
    static IReadOnlyList<DiseaseColumn> Columns(IReadOnlyList<DiseaseColumn> all, Request request, KnowledgeBase knowledge)
    {
        if (all.Count == 0)
            throw new InvalidInputException(request.Manifest, "bad-header", "there is no disease column; nothing can be measured.");
        if (request.Diseases is null) return all;
        string Hint(string name) =>
            NameSuggestion.HintOrList(name, all.SelectMany(c => new[] { c.Header, c.Name }), listed: all.Select(c => c.Header));
        return [.. Shared.Split(request.Diseases)
            .Select(name => all.FirstOrDefault(c => c.Header == name || c.Name == NameOf(name, knowledge))
                ?? throw new InvalidInputException("--diseases", "unknown-disease",
                    $"'{name}' is no column of {request.Manifest}{Hint(name)}"))];
    }

    static string NameOf(string given, KnowledgeBase knowledge) => knowledge.TryFind(given, out var disease) ? disease.Name : given;

    /// <summary>Refuses training patients, or says that they were allowed.</summary>
    static string? Training(IReadOnlyList<Sample> samples, Request request)
    {
        if (TrainingPatients.FindAll(ModelLocation.Of(request.Model.Model), request.Model.Adapter) is not { } trained) return null;
        var patients = samples.Select(s => s.Patient).Distinct().ToList();
        var seen = patients.Count(trained.Contains);
        if (seen == 0) return null;
        return request.AllowTrainingPatients
            ? $"TRAINED ON THESE PATIENTS: {seen} of {patients.Count} were in training. These figures say nothing of new patients."
            : throw new InvalidInputException(request.Manifest, "training-patients",
                $"the model was trained on {seen} of its {patients.Count} patients: figures would be too good. Leave them out, or say " +
                "--allow-training-patients; the table will say so.");
    }

    static void Keep(string folder, ScoreTable table, ScoreCard card, ControlReport? control)
    {
        ScoreTableFile.Write(table, Path.Combine(folder, "scores.csv"));
        AtomicFile.WriteText(Path.Combine(folder, "metrics.json"), Json(card, control) + "\n");
    }

    static string Json(ScoreCard card, ControlReport? control)
    {
        if (control is null) return card.ToJson();
        var json = JsonNode.Parse(card.ToJson())!;
        json["descriptions"] = control.ToJson();
        return json.ToJsonString(JsonText.Options);
    }

    static void Show(ScoreCard card, ControlReport? control, Request request, ModelSettings settings, IReadOnlyList<DiseaseColumn> columns,
        KnowledgeBase knowledge)
    {
        var output = request.Format == Format.Json ? Console.Error : Console.Out;
        if (request.Format == Format.Json) Console.WriteLine(Json(card, control));
        else
        {
            var probability = request.Probability switch
            {
                ProbabilityKind.Paper => $"softmax over {columns.Count} diseases",
                ProbabilityKind.Standalone => "each disease against its negation",
                _ => "each disease by itself",
            };
            Console.WriteLine($"{request.Manifest}: n = {card.Rows} images of {card.Patients} patients; model " +
                $"{settings.Name}, {request.Score.ToString().ToLowerInvariant()} score, {probability}; " +
                $"{card.Bootstrap.Level * 100:0.##} % intervals by bootstrap over patients.");
            Console.WriteLine();
            Console.WriteLine(card.ToString().TrimEnd());
            if (control is not null) Console.Write($"\n{control}");
        }
        string[] seen = [.. columns.Select(c => c.Name).Intersect(settings.TrainedOn.Select(t => NameOf(t, knowledge)))];
        if (seen.Length > 0) output.WriteLine($"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training.");
        output.WriteLine(Notices.ResearchUse);
    }
}
