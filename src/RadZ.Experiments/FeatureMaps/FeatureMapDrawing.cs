using System.Text.Encodings.Web;
using System.Text.Json;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Projection;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.RunReports.Figures;
using RadZ.Text.Knowledge;

namespace RadZ.Experiments.FeatureMaps;

/// <summary>Which map of features is drawn. Errors name these properties.</summary>
sealed record FeatureMapRequest
{
    /// <summary>Labelled images.</summary>
    public required string Manifest { get; init; }

    /// <summary>Where figure, points and figures of the space go.</summary>
    public required string Figure { get; init; }

    /// <summary>Another model's folder, or a run's, drawn first: the state before; null: none.</summary>
    public string? Against { get; init; }

    /// <summary>The user's knowledge file; null: none.</summary>
    public string? Knowledge { get; init; }

    /// <summary>At most so many images, by whole patients.</summary>
    public int Points { get; init; } = 2000;

    /// <summary>Of the map, and of who is drawn.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Window and frame of DICOM files.</summary>
    public required DicomView View { get; init; }

    /// <summary>Patients that a model was trained on are drawn, and that is said.</summary>
    public bool AllowTrainingPatients { get; init; }
}

/// <summary>What was drawn.</summary>
/// <param name="Maps">One, or two.</param>
/// <param name="Notices">What to beware of.</param>
/// <param name="Name">The files, without their endings: <c>.svg, .csv, .json</c>.</param>
/// <param name="Failed">Images and rows that could not be used.</param>
sealed record FeatureMapOutcome(IReadOnlyList<FeatureMap> Maps, IReadOnlyList<string> Notices, string Name, int Failed);

/// <summary>Image and text features on one map, of one model or of two states of it.</summary>
/// <param name="request">Which map.</param>
/// <param name="context">The model, and who is told.</param>
sealed class FeatureMapDrawing(FeatureMapRequest request, ExperimentContext context)
{
    static readonly JsonSerializerOptions s_json =
        new(StrictJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>Draws and writes.</summary>
    /// <exception cref="InvalidInputException">Table or model cannot be used, or too few images.</exception>
    public async Task<FeatureMapOutcome> RunAsync(CancellationToken cancel)
    {
        (string Title, IModelSource Model)[] models = [.. request.Against is { } other
            ? [("before", context.Model.At(ModelOfRun(other)))] : Array.Empty<(string, IModelSource)>(), ("after", context.Model)];
        string[] notices = [.. models.SelectMany(m => Training(m.Title, m.Model))];                // before an hour of encoding
        List<FeatureMap> maps = [];
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (state, model) in models)
            maps.Add(await MapAsync(models.Length == 1 ? "" : $"{state}: ", model, failed, cancel).ConfigureAwait(false));
        foreach (var one in failed) context.Observer.Fault(one);
        var figure = FeatureFigure.Draw(maps);
        var name = Path.Combine(request.Figure, figure.Name);
        AtomicFile.WriteText(name + ".svg", figure.Svg);
        AtomicFile.WriteText(name + ".csv", figure.Csv);
        AtomicFile.WriteText(name + ".json", JsonSerializer.Serialize(maps.Select(m =>
            new { Map = m.Title, m.Space, Notices = notices.Length > 0 ? notices : null }), s_json) + "\n");
        return new(maps, notices, name, failed.Count);
    }

    /// <summary>Refuses training patients, or says that they were allowed: classes lie apart on them as they do on no others.</summary>
    IEnumerable<string> Training(string state, IModelSource model)
    {
        if (TrainingPatients.FindAll(model.Require(), model.Adapter) is not { } trained) return [];
        var samples = ManifestFile.Read(request.Manifest, KnowledgeOf(model)).Samples;
        return LeakGuard.Table(request.Manifest, samples, trained, request.AllowTrainingPatients, state).Select(n => n.Text);
    }

    KnowledgeBase KnowledgeOf(IModelSource model) => ExperimentContext.Knowledge(request.Knowledge, model.Find(), model.Adapter);

    /// <summary>A model's folder, or the model within a run's.</summary>
    static string ModelOfRun(string folder) =>
        File.Exists(Path.Combine(folder, "config.json")) || !Directory.Exists(Path.Combine(folder, "model")) ? folder
            : Path.Combine(folder, "model");

    async Task<FeatureMap> MapAsync(string state, IModelSource model, SortedSet<string> failed, CancellationToken cancel)
    {
        var knowledge = KnowledgeOf(model);
        var set = ManifestFile.Read(request.Manifest, knowledge);
        if (set.Diseases.Count == 0)
            throw new InvalidInputException(request.Manifest, "bad-header", "there is no disease column; a map needs labels.");
        foreach (var skipped in set.Skipped) failed.Add($"{skipped.Path}:{skipped.Line}: {skipped.Reason}");
        var samples = Drawn(set.Samples);
        var list = DiseaseList.Create([.. set.Diseases.Select(d => knowledge.TryFind(d.Name, out _) ? d.Name : $"disease:{d.Name}")],
            knowledge);
        using var encoder = model.Load();
        var intake = new ImageIntake(encoder.Folder.Preparation, GatePolicy.Pass, new(context.Pseudonyms.Value), view: request.View);
        float[]?[] rows;
        using (var counter = context.Observer.Count("encoded", samples.Count))
            rows = await FeatureRows.EncodeImagesAsync(encoder, [.. samples.Select(s => s.Image)],
                (i, e) => failed.Add(context.Shown(samples[i].Image).Redact(context.Word(e))), counter.Step, intake,
                cancel).ConfigureAwait(false);
        var texts = FeatureRows.Texts(encoder, [.. list.Entries.Select(e => e.Present)], context.Texts);
        int[] read = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is not null)];
        if (read.Length < 4)
            throw new InvalidInputException(request.Manifest, "no-images",
                $"{read.Length} of its {samples.Count} images could be read, expected at least 4 for a map.");
        var labels = new Label[read.Length, set.Diseases.Count];
        foreach (var (r, i) in read.Index())
            for (var c = 0; c < set.Diseases.Count; c++) labels[r, c] = samples[i].Labels[set.Diseases[c].Name];
        var images = read.Select(i => rows[i]!).ToList();
        TsneMap map;
        var options = new TsneOptions { Seed = request.Seed };
        using (var counter = context.Observer.Count("steps of the map", options.Steps))
            map = Tsne.Project([.. images, .. texts], options, counter.Step, cancel);
        string[] names = [.. set.Diseases.Select(d => d.Name)];
        return new(state + encoder.Folder.Settings.Name, map.Points,
            [.. FeatureSpace.SingleLabels(labels).Select(l => l is { } c ? names[c] : null), .. names],
            [.. images.Select(_ => Modality.Image), .. texts.Select(_ => Modality.Text)])
        {
            Space = FeatureSpace.Measure(images, labels, [.. read.Select(i => samples[i].Patient)], texts),
            Names = [.. read.Select(i => Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(request.Manifest))!,
                intake.NameOf(new(samples[i].Image, null)))), .. list.Entries.Select(e => e.Present)],
        };
    }

    /// <summary>Whole patients in a random order, until there are enough images.</summary>
    IReadOnlyList<Sample> Drawn(IReadOnlyList<Sample> samples)
    {
        if (samples.Count <= request.Points) return samples;
        string[] patients = [.. samples.Select(s => s.Patient).Distinct().Order(StringComparer.Ordinal)];
        new Random(request.Seed).Shuffle(patients);
        var bySample = samples.ToLookup(s => s.Patient);
        var chosen = new HashSet<string>();
        var images = 0;
        foreach (var patient in patients)
        {
            if (images + bySample[patient].Count() > request.Points) continue;
            images += bySample[patient].Count();
            chosen.Add(patient);
        }
        return [.. samples.Where(s => chosen.Contains(s.Patient))];
    }
}
