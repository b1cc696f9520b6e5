using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Data.Studies;
using RadZ.Evaluation.Projection;
using RadZ.Files;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.RunReports.Figures;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz features --figure</c>: image and text features on one map, of one model or of two states of it.</summary>
sealed record FeatureMapDrawing(string Manifest, string Folder, ModelChoice Model, string? Against, string? Knowledge, int Points, int Seed,
    DicomView View, bool AllowTrainingPatients)
{
    readonly Pseudonyms _pseudonyms = Pseudonyms.OfInstallation();

    public async Task<int> Run(CancellationToken cancel)
    {
        (string Title, ModelChoice Model)[] models =
            [.. Against is { } other ? [("before", OfRun(other))] : Array.Empty<(string, ModelChoice)>(), ("after", Model)];
        string[] notices = [.. models.Select(m => Training(m.Title, m.Model)).OfType<string>()];   // before an hour of encoding
        List<FeatureMap> maps = [];
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (state, choice) in models)
            maps.Add(await Map(models.Length == 1 ? "" : $"{state}: ", choice, failed, cancel).ConfigureAwait(false));
        foreach (var one in failed) Console.Error.WriteLine($"error: {one}");
        var figure = FeatureFigure.Of(maps);
        AtomicFile.WriteText(Path.Combine(Folder, figure.Name + ".svg"), figure.Svg);
        AtomicFile.WriteText(Path.Combine(Folder, figure.Name + ".csv"), figure.Csv);
        AtomicFile.WriteText(Path.Combine(Folder, figure.Name + ".json"),
            JsonSerializer.Serialize(maps.Select(m => new { Map = m.Title, m.Space, Notices = notices.Length > 0 ? notices : null }),
                JsonText.Options) + "\n");
        var page = Page.OfOutput();
        foreach (var notice in notices) page.Line($"!! {notice}");
        page.Table(["map", "images", "of one label", "silhouette", "neighbours agree", "by chance", "own sentence", "others",
            "modality gap"],
            [.. maps.Select(m => (Cell[])[m.Title, N(m.Space!.Images, "0"), N(m.Space.Single, "0"), N(m.Space.Silhouette),
                N(m.Space.Agreement), N(m.Space.AgreementByChance), N(m.Space.OwnText), N(m.Space.OtherText), N(m.Space.ModalityGap)])]);
        page.Line($"{Path.Combine(Folder, figure.Name)}.svg, .csv, .json: t-SNE of cosines, seed {Seed}.");
        page.Line(Notices.ResearchUse);
        return failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>Refuses training patients, or says that they were allowed: classes lie apart on them as they do on no others.</summary>
    string? Training(string state, ModelChoice choice)
    {
        if (TrainingPatients.FindAll(ModelLocation.Of(choice.Model), choice.Adapter) is not { } trained) return null;
        var patients = ManifestFile.Read(Manifest, Shared.KnowledgeOf(Knowledge, choice.Folder, choice.Adapter)).Samples
            .Select(s => s.Patient).Distinct().ToList();
        var seen = patients.Count(trained.Contains);
        if (seen == 0) return null;
        return AllowTrainingPatients
            ? $"TRAINED ON THESE PATIENTS ({state}): {seen} of {patients.Count} were in training. These figures say nothing of new " +
                "patients."
            : throw new InvalidInputException(Manifest, "training-patients",
                $"the model was trained on {seen} of its {patients.Count} patients: figures would be too good. Leave them out, or say " +
                "--allow-training-patients; the table will say so.");
    }

    /// <summary>A model's folder, or the model within a run's.</summary>
    static ModelChoice OfRun(string folder) =>
        new(File.Exists(Path.Combine(folder, "config.json")) || !Directory.Exists(Path.Combine(folder, "model")) ? folder
            : Path.Combine(folder, "model"), null, null);

    async Task<FeatureMap> Map(string state, ModelChoice choice, SortedSet<string> failed, CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(Knowledge, choice.Folder, choice.Adapter);
        var set = ManifestFile.Read(Manifest, knowledge);
        if (set.Diseases.Count == 0)
            throw new InvalidInputException(Manifest, "bad-header", "there is no disease column; a map needs labels.");
        foreach (var skipped in set.Skipped) failed.Add($"{skipped.Path}:{skipped.Line}: {skipped.Reason}");
        var samples = Drawn(set.Samples);
        var list = DiseaseList.Of([.. set.Diseases.Select(d => knowledge.TryFind(d.Name, out _) ? d.Name : $"disease:{d.Name}")],
            knowledge);
        using var encoder = choice.Load();
        var intake = new ImageIntake(encoder.Folder.Preparation, GatePolicy.Pass, new(_pseudonyms), view: View);
        float[]?[] rows;
        using (var counter = new Counter("encoded", samples.Count))
            rows = await FeatureRows.Images(encoder, [.. samples.Select(s => s.Image)],
                (i, e) => failed.Add(ShownFile.Of(samples[i].Image, _pseudonyms).Tell(e.Message)), counter.Step, intake,
                cancel).ConfigureAwait(false);
        var texts = FeatureRows.Texts(encoder, [.. list.Entries.Select(e => e.Present)], TextFeatureCache.Default());
        int[] read = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is not null)];
        if (read.Length < 4)
            throw new InvalidInputException(Manifest, "no-images",
                $"{read.Length} of its {samples.Count} images could be read, expected at least 4 for a map.");
        var labels = new Label[read.Length, set.Diseases.Count];
        foreach (var (r, i) in read.Index())
            for (var c = 0; c < set.Diseases.Count; c++) labels[r, c] = samples[i].Labels[set.Diseases[c].Name];
        var images = read.Select(i => rows[i]!).ToList();
        TsneMap map;
        var options = new TsneOptions { Seed = Seed };
        using (var counter = new Counter("steps of the map", options.Steps))
            map = Tsne.Of([.. images, .. texts], options, counter.Step, cancel);
        string[] names = [.. set.Diseases.Select(d => d.Name)];
        return new(state + encoder.Folder.Settings.Name, map.Points,
            [.. FeatureSpace.SingleLabels(labels).Select(l => l is { } c ? names[c] : null), .. names],
            [.. images.Select(_ => Modality.Image), .. texts.Select(_ => Modality.Text)])
        {
            Space = FeatureSpace.Of(images, labels, [.. read.Select(i => samples[i].Patient)], texts),
            Names = [.. read.Select(i => Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(Manifest))!,
                intake.NameOf(new(samples[i].Image, null)))), .. list.Entries.Select(e => e.Present)],
        };
    }

    /// <summary>Whole patients in a random order, until there are enough images.</summary>
    IReadOnlyList<Sample> Drawn(IReadOnlyList<Sample> samples)
    {
        if (samples.Count <= Points) return samples;
        string[] patients = [.. samples.Select(s => s.Patient).Distinct().Order(StringComparer.Ordinal)];
        new Random(Seed).Shuffle(patients);
        var bySample = samples.ToLookup(s => s.Patient);
        var chosen = new HashSet<string>();
        var images = 0;
        foreach (var patient in patients)
        {
            if (images + bySample[patient].Count() > Points) continue;
            images += bySample[patient].Count();
            chosen.Add(patient);
        }
        return [.. samples.Where(s => chosen.Contains(s.Patient))];
    }

    static Cell N(double? value, string form = "0.000") =>
        Cell.Number(value is { } v ? v.ToString(form, System.Globalization.CultureInfo.InvariantCulture) : "-");
}
