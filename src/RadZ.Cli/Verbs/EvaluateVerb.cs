using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Datasets;
using RadZ.Evaluation;
using RadZ.Knowledge;
using RadZ.Model;
using RadZ.Recognition;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz evaluate</c>: how well a model recognises on labelled images.</summary>
static class EvaluateVerb
{
    sealed record Request(
        string Manifest, string? Model, ScoreKind Score, Format Format, ProbabilityKind Probability, string? Diseases, string? Out, int? Seed, string? Knowledge);

    public static Command Create()
    {
        var manifest = Shared.Word("MANIFEST.csv", "Columns image, patient, then one a disease with 1, 0 or nothing (unknown); image paths relative to it");
        var (model, knowledge) = (Shared.Model(), Shared.Knowledge());
        var score = Choice.Of<ScoreKind>("--score", "What ranks, as in classify");
        var format = Choice.Of<Format>("--format", "How figures are written");
        var probability = Choice.Of<ProbabilityKind>("--probability", "What figures are taken on: the paper's softmax over the columns, or each disease against its negation");
        var diseases = Shared.Diseases("Only these columns; the softmax then runs over them (default: all)");
        var output = new Option<string?>("--out") { Description = "Folder for scores.csv (every score and label) and metrics.json", HelpName = "DIR" };
        var seed = Choice.Number("--seed", "Seed of the bootstrap (default: 42)", least: 0);
        var verb = new Verb("evaluate", "Measures how well a model recognises diseases in labelled images.")
        {
            Examples =
            [
                "radz evaluate manifest.csv",
                "radz evaluate manifest.csv --diseases pneumonia,\"no finding\" --format json",
                "radz evaluate manifest.csv --score bank --probability standalone --out results",
            ],
            Notes =
            [
                "Intervals: bootstrap over patients, 1,000 resamples.",
                "Images that cannot be read and rows that cannot be used are listed on stderr, counted as failed",
                "(exit code 2), and in no other number.",
            ],
        };
        verb.Add(manifest);
        foreach (var option in (Option[])[model, score, format, probability, diseases, output, seed, knowledge]) verb.Add(option);
        verb.SetAction((parsed, cancel) => Run(new(parsed.GetRequiredValue(manifest), parsed.GetValue(model), parsed.GetValue(score), parsed.GetValue(format),
            parsed.GetValue(probability), parsed.GetValue(diseases), parsed.GetValue(output), parsed.GetValue(seed), parsed.GetValue(knowledge)), cancel));
        return verb;
    }

    static async Task<int> Run(Request request, CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(request.Knowledge, ModelLocation.Find(request.Model));
        var samples = ManifestFile.Read(request.Manifest, knowledge);
        var columns = Columns(samples.Diseases, request, knowledge);
        var list = DiseaseList.Of([.. columns.Select(c => c.Header)], knowledge);
        using var encoder = RadiologyEncoder.Load(ModelLocation.Of(request.Model));
        var settings = encoder.Folder.Settings;
        if (request.Score != ScoreKind.Vqa) Notices.WarnIfUntrained(settings);
        using var recognizer = new Recognizer(encoder, list, request.Score, TextFeatureCache.Default());
        ScoreTable table;
        using (var counter = new Counter("scored", samples.Samples.Count))
            table = await ManifestScores.Of(recognizer, samples, columns, request.Probability, counter.Step, cancel).ConfigureAwait(false);
        foreach (var failed in table.Failed) Console.Error.WriteLine($"error: {failed.Reason}");
        if (table.Rows.Count == 0)
            throw new InvalidInputException(request.Manifest, "no-images", $"none of its {table.Failed.Count} rows could be scored; the reasons stand above.");
        var card = ScoreCard.Of(table, request.Seed is { } seed ? new() { Seed = seed } : new());
        if (request.Out is { } folder) Keep(folder, table, card);
        Show(card, request, settings, columns, knowledge);
        return table.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>The manifest's columns, or those of them that were asked for, in the asked order.</summary>
    static IReadOnlyList<DiseaseColumn> Columns(IReadOnlyList<DiseaseColumn> all, Request request, KnowledgeBase knowledge)
    {
        if (all.Count == 0) throw new InvalidInputException(request.Manifest, "bad-header", "there is no disease column; nothing can be measured.");
        if (request.Diseases is null) return all;
        return [.. Shared.Split(request.Diseases).Select(name => all.FirstOrDefault(c => c.Header == name || c.Name == NameOf(name, knowledge))
            ?? throw new InvalidInputException("--diseases", "unknown-disease",
                $"'{name}' is no column of {request.Manifest}{(NameSuggestion.Hint(name, all.SelectMany(c => new[] { c.Header, c.Name })) is { Length: > 0 } hint ? hint : $"; there are {string.Join(", ", all.Select(c => c.Header))}.")}"))];
    }

    static string NameOf(string given, KnowledgeBase knowledge) => knowledge.TryFind(given, out var disease) ? disease.Name : given;

    static void Keep(string folder, ScoreTable table, ScoreCard card)
    {
        ScoreTableFile.Write(table, Path.Combine(folder, "scores.csv"));
        AtomicFile.WriteText(Path.Combine(folder, "metrics.json"), card.ToJson() + "\n");
    }

    static void Show(ScoreCard card, Request request, ModelSettings settings, IReadOnlyList<DiseaseColumn> columns, KnowledgeBase knowledge)
    {
        var output = request.Format == Format.Json ? Console.Error : Console.Out;
        if (request.Format == Format.Json) Console.WriteLine(card.ToJson());
        else
        {
            var probability = request.Probability == ProbabilityKind.Paper ? $"softmax over {columns.Count} diseases" : "each disease against its negation";
            Console.WriteLine($"{request.Manifest}: n = {card.Rows} images of {card.Patients} patients; model {settings.Name}, {request.Score.ToString().ToLowerInvariant()} score, {probability}; {card.Bootstrap.Level * 100:0.##} % intervals by bootstrap over patients.");
            Console.WriteLine();
            Console.WriteLine(card.ToString().TrimEnd());
        }
        string[] seen = [.. columns.Select(c => c.Name).Intersect(settings.TrainedOn.Select(t => NameOf(t, knowledge)))];
        if (seen.Length > 0) output.WriteLine($"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training.");
        output.WriteLine(Notices.ResearchUse);
    }
}
