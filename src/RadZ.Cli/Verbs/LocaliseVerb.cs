using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Sets;
using RadZ.Data.Studies;
using RadZ.Evaluation.Pointing;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz localise</c>: whether heat maps point to where findings lie.</summary>
static class LocaliseVerb
{
    sealed record Request(string Boxes, ModelChoice Model, HeatMapMethod? Method, ScoreKind Score, string? Diseases, string? Knowledge,
        Format Format, string? Out, bool Faithfulness, bool Resume);

    public static Command Create()
    {
        var boxes = Shared.Word("BOXES.csv",
            "Columns image, finding, x, y, width, height (pixels), optionally mask, reference and patient; paths relative to it");
        var (model, knowledge) = (new ModelOptions(), Shared.Knowledge());
        var method = Shared.ExplainMethod();
        var score = Choice.Of<ScoreKind>("--score", "What is explained, as in classify");
        var diseases = Shared.Diseases("Diseases that the score is taken among (default: the model's list); of others, boxes are left out");
        var format = Choice.Of<Format>("--format", "How figures are written");
        var output = new Option<string?>("--out") { Description = "Table of every image and finding", HelpName = "FILE.csv" };
        var faithfulness = new Option<bool>("--faithfulness") { Description = "Also deletion and insertion, beside a map of chance" };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with --out after a stop: regions that were measured are not measured again",
        };
        var verb = new Verb("localise", "Measures whether heat maps point to where findings lie.")
        {
            Examples = ["radz localise phantoms/boxes.csv --model runs/phantoms/model",
                "radz localise boxes.csv --explain-method occlusion --faithfulness --out maps.csv"],
            Notes =
            [
                "pointing: the part of maps whose highest place lies inside (mask, else boxes), without tolerance; interval by patient;",
                "centre: the same of the picture's middle;",
                "chance: of a blind pointer; dice: of what lies above half of the map's highest value.",
                "Killed, it goes on with --resume to the same numbers; until it ends, FILE.csv.journal keeps what is done.",
                "Only findings that are there are asked for: it says nothing of false alarms.",
            ],
        };
        verb.Add(boxes);
        foreach (var option in (Option[])[.. model.All, method, score, diseases, knowledge, format, output, faithfulness, resume])
            verb.Add(option);
        verb.Validators.Add(r =>
        {
            if (r.Said(score) == ScoreKind.Vqa) r.AddError("localise explains a feature's score; --score vqa has none");
            if (r.GetResult(resume) is { Implicit: false } && r.GetResult(output) is null)
                r.AddError("--resume goes on with a file; give --out FILE.csv");
        });
        verb.SetAction((parsed, cancel) =>
            Task.FromResult(Run(new(parsed.GetRequiredValue(boxes), model.Of(parsed), parsed.GetValue(method), parsed.GetValue(score),
            parsed.GetValue(diseases), parsed.GetValue(knowledge), parsed.GetValue(format), parsed.GetValue(output),
            parsed.GetValue(faithfulness), parsed.GetValue(resume)), cancel)));
        return verb;
    }

    static int Run(Request request, CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(request.Knowledge, request.Model.Folder, request.Model.Adapter);
        var (regions, skipped) = RegionTable.Read(request.Boxes, knowledge);
        foreach (var row in skipped) Console.Error.WriteLine($"error: {row.Path}:{row.Line}: {row.Reason}");
        using var encoder = request.Model.Load();
        Notices.WarnIfUntrained(encoder.Folder.Settings);
        var method = request.Method ?? Explainer.StandardOf(encoder.Folder.Settings);
        Explainer.Require(encoder, method);
        using var recognizer = new ImageScorer(encoder,
            DiseaseList.Of(request.Diseases is { } names ? Shared.Split(names) : DiseaseNames.Standard(encoder.Folder.Settings), knowledge),
            request.Score, TextFeatureCache.Default());
        var places = recognizer.Diseases.Entries.Index()
            .ToDictionary(e => knowledge.TryFind(e.Item.Name, out var known) ? known.Name : e.Item.Name, e => e.Index);
        FindingRegion[] asked = [.. regions.Where(r => places.ContainsKey(r.Disease))];
        if (asked.Length == 0)
            throw new InvalidInputException(request.Boxes, "no-boxes",
                $"no usable box is of one of the asked diseases ({string.Join(", ", places.Keys)}).");
        var journal = request.Out is { } file ? file + ".journal" : null;
        var (measured, failed) = new LocalisationMeasurement
        {
            Encoder = encoder,
            Recognizer = recognizer,
            Method = method,
            WithFaithfulness = request.Faithfulness,
            Places = places,
            Journal = journal,
            Resume = request.Resume,
            Identity = new { Model = encoder.Hash, Knowledge = knowledge.ContentHash, Score = request.Score,
                Diseases = recognizer.Diseases.Entries.Select(e => e.Name), Boxes = HashedFile.Of(request.Boxes).Sha256 },
        }.Of(asked, cancel);
        if (measured.Count == 0)
            throw new InvalidInputException(request.Boxes, "no-images", "none of the images could be read; the reasons stand above.");
        if (request.Out is { } path)
        {
            Keep(path, measured);
            RowJournal.Delete(journal!);
        }
        Show(request, method, encoder, measured, regions.Count - asked.Length);
        return failed + skipped.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    static void Show(Request request, HeatMapMethod way, RadiologyEncoder encoder, List<LocalisedRegion> measured, int left)
    {
        var cards = LocalisationCard.Of([.. measured.Select(m => m.Row)]);
        double? Mean(string disease, Func<LocalisedRegion, double?> of) =>
            request.Faithfulness ? measured.Where(m => disease == "all" || m.Row.Disease == disease).Average(of) : null;
        var lines = cards.Select(c => new
        {
            c.Disease,
            c.Images,
            c.Pointing,
            c.Interval,
            Centre = (double)c.CentreHits / c.Images,
            c.Chance,
            c.Dice,
            Deletion = Mean(c.Disease, m => m.Map?.Deletion),
            DeletionOfChance = Mean(c.Disease, m => m.Blind?.Deletion),
            Insertion = Mean(c.Disease, m => m.Map?.Insertion),
            InsertionOfChance = Mean(c.Disease, m => m.Blind?.Insertion),
        }).ToArray();
        var method = way.ToString().ToLowerInvariant();
        if (request.Format == Format.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { Model = encoder.Folder.Settings.Name, Hash = encoder.Hash, request.Boxes,
                Method = method, Localisation = lines, LeftOut = left }, JsonText.Options));
            Notices.ResearchUseOnError();
            return;
        }
        var page = Page.OfOutput();
        page.Heading($"{request.Boxes}: {method} maps of {encoder.Folder.Settings.Name}");
        static Cell N(double? value) => Cell.Number(value is { } v ? v.ToString(".000", CultureInfo.InvariantCulture) : "");
        string[] more = request.Faithfulness ? ["deletion", "of chance", "insertion", "of chance"] : [];
        page.Table(["finding", "images", "pointing", "95 % interval", "centre", "chance", "dice", .. more],
            [.. lines.Select(l => (Cell[])[l.Disease, Cell.Number($"{l.Images}"), N(l.Pointing),
                string.Create(CultureInfo.InvariantCulture, $"{l.Interval.Low:.000} to {l.Interval.High:.000}"), N(l.Centre), N(l.Chance),
                N(l.Dice),
                .. request.Faithfulness ? (Cell[])[N(l.Deletion), N(l.DeletionOfChance), N(l.Insertion), N(l.InsertionOfChance)] : []])]);
        if (left > 0) page.Line($"{left} boxes of diseases that are not asked for are left out.");
        page.Line(Notices.ResearchUse);
    }

    static void Keep(string path, List<LocalisedRegion> measured)
    {
        var pseudonyms = Pseudonyms.OfInstallation();
        CsvFile.Write(path, ["image", "disease", "hit", "centre_hit", "area", "dice", "deletion", "deletion_of_chance", "insertion",
            "insertion_of_chance"],
            measured.Select(m => (string[])[ShownFile.Of(m.Row.Image, pseudonyms).Shown, m.Row.Disease, m.Row.Hit ? "1" : "0",
                m.Row.CentreHit ? "1" : "0",
                .. new[] { m.Row.Area, m.Row.Dice, m.Map?.Deletion, m.Blind?.Deletion, m.Map?.Insertion, m.Blind?.Insertion }.Select(v =>
                    v?.ToString("R", CultureInfo.InvariantCulture) ?? "")]));
    }
}
