using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Data.Studies;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Robustness;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Robustness;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.RunReports;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Cli.Verbs;

/// <summary>One run of <c>radz robustness</c>.</summary>
sealed record RobustnessMeasurement
{
    public required string? Manifest { get; init; }
    public required string? Dataset { get; init; }
    public required string? Root { get; init; }
    public required string? Split { get; init; }
    public required IReadOnlyList<string>? Diseases { get; init; }
    public required IReadOnlyList<(string Style, KnowledgeBase Knowledge)> Authors { get; init; }
    public required int Random { get; init; }
    public required BootstrapOptions Bootstrap { get; init; }
    public required string? Out { get; init; }
    public required Format Format { get; init; }
    public required string? Knowledge { get; init; }
    public required ModelChoice Model { get; init; }
    public required bool AllowTrainingPatients { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Labelled images, by what name, with the columns that are asked for.</summary>
    sealed record Labelled(string Name, string Split, string Root, SampleSet Set, IReadOnlyList<ClassColumn> Columns, List<Notice> Notices);

    public async Task<int> Run(TimeProvider time, CancellationToken cancel)
    {
        var created = time.GetUtcNow();
        var folder = ModelLocation.Of(Model.Model);
        var knowledge = Shared.KnowledgeOf(Knowledge, folder, Model.Adapter);
        var labelled = Dataset is null ? OfManifest(knowledge, folder) : OfDataset(folder);
        var list = DiseaseList.Of([
            .. labelled.Columns.Select(c => knowledge.TryFind(c.Disease, out var known) ? known.Name : $"disease:{c.Disease}")], knowledge);
        using var encoder = Model.Load();
        var settings = encoder.Folder.Settings;
        Notices.WarnIfUntrained(settings);
        string[] seen = [.. list.Entries.Select(e => e.Disease.Name)
            .Intersect(settings.TrainedOn.Select(t => knowledge.TryFind(t, out var d) ? d.Name : t))];
        if (seen.Length > 0)
            labelled.Notices.Add(new("not-zero-shot", $"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training."));

        var phrasings = PhrasingList.Of(list, Authors, Random, Bootstrap.Seed);
        var (table, failed) = await Score(encoder, labelled, phrasings, cancel).ConfigureAwait(false);
        foreach (var one in failed) Console.Error.WriteLine($"error: {one}");
        if (table.Rows.Count == 0)
            throw new InvalidInputException(labelled.Name, "no-images",
                $"none of its {failed.Count} rows could be scored; the reasons stand above.");
        var figures = RobustnessFigures.Of(table, failed.Count, Denials(encoder, list, phrasings), Bootstrap);
        var record = Record(created, encoder, knowledge, labelled);
        var text = RobustnessRun.Text(record, figures) + Notices.ResearchUse + "\n";
        if (Out is { } output)
        {
            RobustnessRun.Write(output, record, table, figures, text);
            RobustnessReport.Write(output);
        }
        if (Format == Format.Json)
        {
            Console.Write(RobustnessRun.Json(figures));
            foreach (var notice in labelled.Notices) Console.Error.WriteLine($"{notice.Kind}: {notice.Text}");
            Notices.ResearchUseOnError();
        }
        else Console.Write(text);
        return failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    Labelled OfManifest(KnowledgeBase knowledge, string folder)
    {
        var set = ManifestFile.Read(Manifest!, knowledge);
        List<Notice> notices = [];
        if (TrainingPatients.FindAll(folder, Model.Adapter) is { } trained
            && set.Samples.Select(s => s.Patient).Distinct().ToList() is var patients
            && patients.Count(trained.Contains) is > 0 and var seen)
            notices.Add(AllowTrainingPatients
                ? new("training-patients",
                    $"TRAINED ON THESE PATIENTS: {seen} of {patients.Count} were in training. These figures say nothing of new patients.")
                : throw new InvalidInputException(Manifest!, "training-patients",
                    $"the model was trained on {seen} of its {patients.Count} patients: figures would be too good. Leave them out, or " +
                    "say --allow-training-patients; the table will say so."));
        return new(Manifest!, "all", Path.GetDirectoryName(Path.GetFullPath(Manifest!))!, set,
            Only([.. set.Diseases.Select(d => new ClassColumn(d.Header, d.Name, false))], Manifest!, knowledge), notices);
    }

    Labelled OfDataset(string folder)
    {
        var card = Ontology.Embedded.Resolve(Dataset!);
        var request = new SetRequest(Root!, Split ?? card.Test) { Images = true, FrontalOnly = true };
        var set = PublishedSets.Read(card, request);
        List<Notice> notices = [
            .. LeakGuard.Training(card, set.Samples, TrainingPatients.FindAll(folder, Model.Adapter), AllowTrainingPatients)];
        // a complement ("normal = not pneumonia") is a disease's label once more: it is no other disease to ask for
        ClassColumn[] columns = [.. card.Classes.Values.First().Select(ClassColumn.Parse).Where(c => !c.Complement)];
        notices.AddRange(LeakGuard.Labels(card, columns));
        return new(card.Title, request.Split, Path.GetFullPath(Root!), set, Only(columns, card.Name, KnowledgeBase.Embedded), notices);
    }

    IReadOnlyList<ClassColumn> Only(IReadOnlyList<ClassColumn> all, string where, KnowledgeBase knowledge)
    {
        if (all.Count == 0) throw new InvalidInputException(where, "bad-header", "there is no disease column; nothing can be measured.");
        if (Diseases is null) return all;
        string Hint(string name) =>
            NameSuggestion.HintOrList(name, all.SelectMany(c => new[] { c.Name, c.Disease }), listed: all.Select(c => c.Name));
        return [.. Diseases.Select(name =>
            all.FirstOrDefault(c => c.Name == name || c.Disease == (knowledge.TryFind(name, out var d) ? d.Name : name))
            ?? throw new InvalidInputException("--diseases", "unknown-disease", $"'{name}' is no column of {where}{Hint(name)}"))];
    }

    static async Task<(PhrasingScores Table, List<string> Failed)> Score(RadiologyEncoder encoder, Labelled labelled,
        IReadOnlyList<Phrasing> phrasings, CancellationToken cancel)
    {
        var (samples, pseudonyms) = (labelled.Set.Samples, Pseudonyms.OfInstallation());
        List<string> failed = [.. labelled.Set.Skipped.Select(s => $"{s.Path}:{s.Line}: {s.Reason}")];
        float[]?[] rows;
        using (var counter = new Counter("encoded", samples.Count))
            rows = await FeatureRows.Images(encoder, [.. samples.Select(s => s.Image)],
                (i, e) => failed.Add(ShownFile.Of(samples[i].Image, pseudonyms).Tell(e.Message)), counter.Step,
                cancel: cancel).ConfigureAwait(false);
        int[] read = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is not null)];
        var labels = new Label[read.Length, labelled.Columns.Count];
        for (var r = 0; r < read.Length; r++)
            for (var c = 0; c < labelled.Columns.Count; c++) labels[r, c] = labelled.Columns[c].Of(samples[read[r]].Labels);
        var texts = WordProbe.Features(encoder, phrasings.Select(p => p.Text), TextFeatureCache.Default());
        var standard = phrasings.Where(p => p.Kind == PhrasingKind.Default).ToDictionary(p => p.Disease, p => p.Text);
        var scores = WordProbe.Scores([.. read.Select(i => rows[i]!)], [.. phrasings.Select(p => texts[p.Text])],
            encoder.Folder.Settings.Temperature);
        ScoredImage Image(Sample sample) => new(ShownFile.Of(sample.Image, pseudonyms).Shown, sample.Patient, sample.Source);
        return (new([.. read.Select(i => Image(samples[i]))], [.. labelled.Columns.Select(c => c.Name)], labels, phrasings, scores,
            [.. phrasings.Select(p => WordProbe.Cosine(texts[p.Text], texts[p.Denies ?? standard[p.Disease]]))]), failed);
    }

    static IReadOnlyList<DenialFigure> Denials(RadiologyEncoder encoder, DiseaseList list, IReadOnlyList<Phrasing> phrasings)
    {
        var reports = DeniedReports.Of(phrasings);
        var features = WordProbe.Features(encoder,
            [.. reports.SelectMany(r => new[] { r.Neutral, r.Denied, r.Asserted }), .. list.Entries.Select(e => e.Present),
                .. list.Entries.Select(e => e.Description)], TextFeatureCache.Default());
        DenialFigure Of(DiseaseList.Entry entry, int c, string vector, string text) =>
            DenialFigure.Of(entry.Name, vector, [.. reports.Where(r => r.Disease == c).Select(r =>
            new DenialCosines(WordProbe.Cosine(features[r.Neutral], features[text]), WordProbe.Cosine(features[r.Denied], features[text]),
                WordProbe.Cosine(features[r.Asserted], features[text])))]);
        // "no finding" is denied by naming a disease: that is no denial of one
        var diseases = list.Entries.Index().Where(e => e.Item.Disease.Name != Disease.NoFinding).ToList();
        return [.. diseases.Select(e => Of(e.Item, e.Index, "sentence", e.Item.Present)),
            .. diseases.Where(e => e.Item.Disease.Description is not null)
                .Select(e => Of(e.Item, e.Index, "description", e.Item.Description))];
    }

    RobustnessRecord Record(DateTimeOffset created, RadiologyEncoder encoder, KnowledgeBase knowledge, Labelled labelled) => new()
    {
        Created = created,
        Arguments = Arguments,
        Scores = new(encoder.Folder.Settings.Name, encoder.Hash, "direct", "score", null),
        KnowledgeHash = knowledge.ContentHash,
        AuthorHashes = Authors.DistinctBy(a => a.Style).ToDictionary(a => a.Style, a => a.Knowledge.ContentHash),
        Dataset = labelled.Name,
        Tables =
            [.. (Dataset is null ? [Manifest!] : labelled.Set.Files).Select(f => HashedFile.Of(f, Path.GetRelativePath(labelled.Root, f)))],
        Test = SplitRecord.Of(labelled.Split, labelled.Set.Samples, labelled.Root),
        Bootstrap = Bootstrap,
        Random = Random,
        Notices = labelled.Notices,
    };
}
