using System.Globalization;
using RadZ.Data.Sets;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Pointing;
using RadZ.Evaluation.Runs;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Experiments.Pointing;

/// <summary>Which places are looked for, and how. Errors name these properties.</summary>
sealed record LocalizationRequest
{
    /// <summary>The table of places.</summary>
    public required string Boxes { get; init; }

    /// <summary>How maps are made; null: as the model was trained to, else by gradient.</summary>
    public HeatMapMethod? Method { get; init; }

    /// <summary>What is explained.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>Diseases that the score is taken among; null: the model's list.</summary>
    public IReadOnlyList<string>? Diseases { get; init; }

    /// <summary>The user's knowledge file; null: none.</summary>
    public string? Knowledge { get; init; }

    /// <summary>The table of every image and finding; null: none is written.</summary>
    public string? Out { get; init; }

    /// <summary>Deletion and insertion, too.</summary>
    public bool Faithfulness { get; init; }

    /// <summary>Go on where <see cref="Out"/> was left.</summary>
    public bool Resume { get; init; }
}

/// <summary>The figures of one disease, or of all.</summary>
sealed record LocalizationFigures
{
    /// <summary>Its name; "all" for the sum.</summary>
    public required string Disease { get; init; }

    /// <summary>How many images.</summary>
    public required int Images { get; init; }

    /// <summary>Part of maps whose highest place lies inside.</summary>
    public required double Pointing { get; init; }

    /// <summary>Its interval, by patient.</summary>
    public required Interval Interval { get; init; }

    /// <summary>The same part of pictures whose middle lies inside.</summary>
    public required double Centre { get; init; }

    /// <summary>That of a blind pointer.</summary>
    public required double Chance { get; init; }

    /// <summary>Mean overlap.</summary>
    public required double Dice { get; init; }

    /// <summary>Mean deletion; null where it was not asked for.</summary>
    public double? Deletion { get; init; }

    /// <summary>That of a map of chance.</summary>
    public double? DeletionOfChance { get; init; }

    /// <summary>Mean insertion.</summary>
    public double? Insertion { get; init; }

    /// <summary>That of a map of chance.</summary>
    public double? InsertionOfChance { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Hash">Of its weights.</param>
/// <param name="Method">How maps were made.</param>
/// <param name="Figures">A disease each, then all.</param>
/// <param name="LeftOut">Places of diseases that were not asked for.</param>
/// <param name="Failed">Rows and images that could not be used.</param>
sealed record LocalizationOutcome(string Model, string Hash, HeatMapMethod Method, IReadOnlyList<LocalizationFigures> Figures, int LeftOut,
    int Failed);

/// <summary>Whether heat maps point to where findings lie.</summary>
static class LocalizationRun
{
    /// <summary>Measures a table of places; what is done is kept in a journal beside the output until that is whole.</summary>
    /// <param name="request">Which places.</param>
    /// <param name="context">The model, and who is told.</param>
    /// <param name="cancel">Stops between images.</param>
    /// <exception cref="InvalidInputException">Table or model cannot be used, or nothing could be measured.</exception>
    public static LocalizationOutcome Run(LocalizationRequest request, ExperimentContext context, CancellationToken cancel)
    {
        var (model, observer) = (context.Model, context.Observer);
        var knowledge = ExperimentContext.Knowledge(request.Knowledge, model.Find(), model.Adapter);
        var (regions, skipped) = RegionTable.Read(request.Boxes, knowledge);
        foreach (var row in skipped) observer.Fault($"{row.Path}:{row.Line}: {row.Reason}");
        using var encoder = model.Load();
        var settings = encoder.Folder.Settings;
        if (!settings.Trained) observer.Untrained(settings);
        var method = request.Method ?? Explainer.StandardOf(settings);
        Explainer.Require(encoder, method);
        using var scorer = new ImageScorer(encoder,
            DiseaseList.Create(request.Diseases ?? DiseaseList.StandardNames(settings), knowledge),
            request.Score, context.Texts);
        var places = scorer.Diseases.Entries.Index()
            .ToDictionary(e => knowledge.TryFind(e.Item.Name, out var known) ? known.Name : e.Item.Name, e => e.Index);
        FindingRegion[] asked = [.. regions.Where(r => places.ContainsKey(r.Disease))];
        if (asked.Length == 0)
            throw new InvalidInputException(request.Boxes, "no-boxes",
                $"no usable box is of one of the asked diseases ({string.Join(", ", places.Keys)}).");
        var journal = request.Out is { } file ? file + ".journal" : null;
        var (measured, failed) = new LocalizationMeasurement
        {
            Context = context,
            Encoder = encoder,
            Recognizer = scorer,
            Method = method,
            WithFaithfulness = request.Faithfulness,
            Places = places,
            Journal = journal,
            Resume = request.Resume,
            Identity = new
            {
                Model = encoder.Hash,
                Knowledge = knowledge.ContentHash,
                Score = request.Score,
                Diseases = scorer.Diseases.Entries.Select(e => e.Name),
                Boxes = HashedFile.Read(request.Boxes).Sha256
            },
        }.Measure(asked, cancel);
        if (measured.Count == 0)
            throw new InvalidInputException(request.Boxes, "no-images", "none of the images could be read; the reasons stand above.");
        if (request.Out is { } path)
        {
            Keep(path, measured, context);
            RowJournal.Delete(journal!);
        }
        return new(settings.Name, encoder.Hash, method, Figures(measured, request.Faithfulness), regions.Count - asked.Length,
            failed + skipped.Count);
    }

    static IReadOnlyList<LocalizationFigures> Figures(List<LocalizedRegion> measured, bool faithfulness)
    {
        double? Mean(string disease, Func<LocalizedRegion, double?> of) =>
            faithfulness ? measured.Where(m => disease == "all" || m.Row.Disease == disease).Average(of) : null;
        return [.. LocalizationCard.Summarize([.. measured.Select(m => m.Row)]).Select(c => new LocalizationFigures
        {
            Disease = c.Disease,
            Images = c.Images,
            Pointing = c.Pointing,
            Interval = c.Interval,
            Centre = (double)c.CenterHits / c.Images,
            Chance = c.Chance,
            Dice = c.Dice,
            Deletion = Mean(c.Disease, m => m.Map?.Deletion),
            DeletionOfChance = Mean(c.Disease, m => m.Blind?.Deletion),
            Insertion = Mean(c.Disease, m => m.Map?.Insertion),
            InsertionOfChance = Mean(c.Disease, m => m.Blind?.Insertion),
        })];
    }

    static readonly (string Header, Func<LocalizedRegion, double?> Of)[] s_numbers =
    [
        ("area", m => m.Row.Area), ("dice", m => m.Row.Dice),
        ("deletion", m => m.Map?.Deletion), ("deletion_of_chance", m => m.Blind?.Deletion),
        ("insertion", m => m.Map?.Insertion), ("insertion_of_chance", m => m.Blind?.Insertion),
    ];

    static void Keep(string path, List<LocalizedRegion> measured, ExperimentContext context) =>
        CsvFile.Write(path, ["image", "disease", "hit", "centre_hit", .. s_numbers.Select(n => n.Header)],
            measured.Select(m => (string[])[context.Shown(m.Row.Image).Shown, m.Row.Disease, m.Row.Hit ? "1" : "0",
                m.Row.CenterHit ? "1" : "0",
                .. s_numbers.Select(n => n.Of(m)?.ToString("R", CultureInfo.InvariantCulture) ?? "")]));
}
