using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Robustness;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.RunReports;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Experiments.Robustness;

/// <summary>How far recognition hangs on the words: what is measured on what. Errors name these properties.</summary>
sealed record RobustnessRequest
{
    /// <summary>A user's own table; null: a published set.</summary>
    public string? Manifest { get; init; }

    /// <summary>A published set; null: a user's own table.</summary>
    public string? Dataset { get; init; }

    /// <summary>The folder in which the set lies.</summary>
    public string? Root { get; init; }

    /// <summary>Its split; null: the test split.</summary>
    public string? Split { get; init; }

    /// <summary>Only these columns; null: all.</summary>
    public IReadOnlyList<string>? Diseases { get; init; }

    /// <summary>Others who described the diseases.</summary>
    public required IReadOnlyList<(string Style, KnowledgeBase Knowledge)> Authors { get; init; }

    /// <summary>Random descriptions a disease.</summary>
    public int Random { get; init; } = 20;

    /// <summary>Of the intervals.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary>The run's folder; null: nothing is kept.</summary>
    public string? Out { get; init; }

    /// <summary>The user's knowledge file; null: none.</summary>
    public string? Knowledge { get; init; }

    /// <summary>Patients that the model was trained on are measured, and that is said.</summary>
    public bool AllowTrainingPatients { get; init; }

    /// <summary>The command, for the record.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Json">For programs; ends in a line end.</param>
/// <param name="Text">For people; ends in a line end.</param>
/// <param name="Notices">What to beware of.</param>
/// <param name="Failed">Images and rows that could not be scored.</param>
sealed record RobustnessOutcome(string Json, string Text, IReadOnlyList<Notice> Notices, int Failed);

/// <summary>Measures how scores move with the words of the question.</summary>
/// <param name="request">What is measured on what.</param>
/// <param name="context">The model, and who is told.</param>
sealed class RobustnessMeasurement(RobustnessRequest request, ExperimentContext context)
{
    /// <summary>Labelled images, by what name, with the columns that are asked for.</summary>
    sealed record Labeled(string Name, string Split, string Root, SampleSet Set, IReadOnlyList<ClassColumn> Columns, List<Notice> Notices);

    /// <summary>Measures, and keeps the run where that is asked for.</summary>
    /// <exception cref="InvalidInputException">Set or model cannot be used, or nothing could be scored.</exception>
    public async Task<RobustnessOutcome> RunAsync(CancellationToken cancel)
    {
        var created = context.Time.GetUtcNow();
        var folder = context.Model.Require();
        var knowledge = ExperimentContext.Knowledge(request.Knowledge, folder, context.Model.Adapter);
        var labeled = request.Dataset is null ? ReadManifest(knowledge, folder) : ReadDataset(folder);
        var list = DiseaseList.Create([
            .. labeled.Columns.Select(c => knowledge.TryFind(c.Disease, out var known) ? known.Name : $"disease:{c.Disease}")], knowledge);
        using var encoder = context.Model.Load();
        var settings = encoder.Folder.Settings;
        if (!settings.Trained) context.Observer.Untrained(settings);
        string[] seen = [.. list.Entries.Select(e => e.Disease.Name)
            .Intersect(settings.TrainedOn.Select(t => knowledge.TryFind(t, out var d) ? d.Name : t))];
        if (seen.Length > 0)
            labeled.Notices.Add(new("not-zero-shot", $"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training."));

        var phrasings = PhrasingList.Create(list, request.Authors, request.Random, request.Bootstrap.Seed);
        var (table, failed) = await ScoreAsync(encoder, labeled, phrasings, cancel).ConfigureAwait(false);
        foreach (var one in failed) context.Observer.Fault(one);
        if (table.Rows.Count == 0)
            throw new InvalidInputException(labeled.Name, "no-images",
                $"none of its {failed.Count} rows could be scored; the reasons stand above.");
        var figures = RobustnessFigures.Compute(table, failed.Count, Denials(encoder, list, phrasings), request.Bootstrap);
        var record = Record(created, encoder, knowledge, labeled);
        var text = RobustnessRun.Text(record, figures) + Disclaimer.Line + "\n";
        if (request.Out is { } output)
        {
            RobustnessRun.Write(output, record, table, figures, text);
            RobustnessReport.Write(output);
        }
        return new(RobustnessRun.Json(figures), text, labeled.Notices, failed.Count);
    }

    Labeled ReadManifest(KnowledgeBase knowledge, string folder)
    {
        var table = request.Manifest!;
        var set = ManifestFile.Read(table, knowledge);
        // a table says nothing of what a model has seen: that it says nothing of its training is no news here
        List<Notice> notices = [.. LeakGuard.Table(table, set.Samples, TrainingPatients.FindAll(folder, context.Model.Adapter),
            request.AllowTrainingPatients).Where(n => n.Kind == "training-patients")];
        return new(table, "all", Path.GetDirectoryName(Path.GetFullPath(table))!, set,
            Select([.. set.Diseases.Select(d => new ClassColumn(d.Header, d.Name, false))], table, knowledge), notices);
    }

    Labeled ReadDataset(string folder)
    {
        var card = Ontology.Embedded.Resolve(request.Dataset!);
        var part = new SetRequest(request.Root!, request.Split ?? card.Test) { Images = true, FrontalOnly = true };
        var set = PublishedSets.Read(card, part);
        List<Notice> notices = [
            .. LeakGuard.Training(card, set.Samples, TrainingPatients.FindAll(folder, context.Model.Adapter),
                request.AllowTrainingPatients)];
        // a complement ("normal = not pneumonia") is a disease's label once more: it is no other disease to ask for
        ClassColumn[] columns = [.. card.Classes.Values.First().Select(ClassColumn.Parse).Where(c => !c.Complement)];
        notices.AddRange(LeakGuard.Labels(card, columns));
        return new(card.Title, part.Split, Path.GetFullPath(request.Root!), set, Select(columns, card.Name, KnowledgeBase.Embedded),
            notices);
    }

    IReadOnlyList<ClassColumn> Select(IReadOnlyList<ClassColumn> all, string where, KnowledgeBase knowledge)
    {
        if (all.Count == 0) throw new InvalidInputException(where, "bad-header", "there is no disease column; nothing can be measured.");
        if (request.Diseases is not { } names) return all;
        return [.. names.Select(name =>
            all.FirstOrDefault(c => c.Name == name || c.Disease == (knowledge.TryFind(name, out var d) ? d.Name : name))
            ?? throw new InvalidInputException("‹diseases›", "unknown-disease",
                $"'{name}' is no column of {where}" + NameSuggestion.HintOrList(name,
                    all.SelectMany(c => new[] { c.Name, c.Disease }), listed: all.Select(c => c.Name))))];
    }

    async Task<(PhrasingScores Table, List<string> Failed)> ScoreAsync(RadiologyEncoder encoder, Labeled labeled,
        IReadOnlyList<Phrasing> phrasings, CancellationToken cancel)
    {
        var samples = labeled.Set.Samples;
        List<string> failed = [.. labeled.Set.Skipped.Select(s => $"{s.Path}:{s.Line}: {s.Reason}")];
        float[]?[] rows;
        using (var counter = context.Observer.Count("encoded", samples.Count))
            rows = await FeatureRows.EncodeImagesAsync(encoder, [.. samples.Select(s => s.Image)],
                (i, e) => failed.Add(context.Shown(samples[i].Image).Redact(context.Word(e))), counter.Step,
                cancel: cancel).ConfigureAwait(false);
        int[] read = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is not null)];
        var labels = new Label[read.Length, labeled.Columns.Count];
        for (var r = 0; r < read.Length; r++)
            for (var c = 0; c < labeled.Columns.Count; c++) labels[r, c] = labeled.Columns[c].LabelIn(samples[read[r]].Labels);
        var texts = WordProbe.Features(encoder, phrasings.Select(p => p.Text), context.Texts);
        var standard = phrasings.Where(p => p.Kind == PhrasingKind.Default).ToDictionary(p => p.Disease, p => p.Text);
        var scores = WordProbe.Scores([.. read.Select(i => rows[i]!)], [.. phrasings.Select(p => texts[p.Text])],
            encoder.Folder.Settings.Temperature);
        ScoredImage Image(Sample sample) => new(context.Shown(sample.Image).Shown, sample.Patient, sample.Source);
        return (new([.. read.Select(i => Image(samples[i]))], [.. labeled.Columns.Select(c => c.Name)], labels, phrasings, scores,
            [.. phrasings.Select(p => WordProbe.Cosine(texts[p.Text], texts[p.Denies ?? standard[p.Disease]]))]), failed);
    }

    IReadOnlyList<DenialFigure> Denials(RadiologyEncoder encoder, DiseaseList list, IReadOnlyList<Phrasing> phrasings)
    {
        var reports = DeniedReports.Create(phrasings);
        var features = WordProbe.Features(encoder,
            [.. reports.SelectMany(r => new[] { r.Neutral, r.Denied, r.Asserted }), .. list.Entries.Select(e => e.Present),
                .. list.Entries.Select(e => e.Description)], context.Texts);
        DenialFigure Of(DiseaseList.Entry entry, int c, string vector, string text) =>
            DenialFigure.Compute(entry.Name, vector, [.. reports.Where(r => r.Disease == c).Select(r =>
            new DenialCosines(WordProbe.Cosine(features[r.Neutral], features[text]), WordProbe.Cosine(features[r.Denied], features[text]),
                WordProbe.Cosine(features[r.Asserted], features[text])))]);
        // "no finding" is denied by naming a disease: that is no denial of one
        var diseases = list.Entries.Index().Where(e => e.Item.Disease.Name != Disease.NoFinding).ToList();
        return [.. diseases.Select(e => Of(e.Item, e.Index, "sentence", e.Item.Present)),
            .. diseases.Where(e => e.Item.Disease.Description is not null)
                .Select(e => Of(e.Item, e.Index, "description", e.Item.Description))];
    }

    RobustnessRecord Record(DateTimeOffset created, RadiologyEncoder encoder, KnowledgeBase knowledge, Labeled labeled) => new()
    {
        Created = created,
        Arguments = request.Arguments,
        Scores = new(encoder.Folder.Settings.Name, encoder.Hash, "direct", "score", null),
        KnowledgeHash = knowledge.ContentHash,
        AuthorHashes = request.Authors.DistinctBy(a => a.Style).ToDictionary(a => a.Style, a => a.Knowledge.ContentHash),
        Dataset = labeled.Name,
        Tables =
            [.. (request.Dataset is null ? [request.Manifest!] : labeled.Set.Files).Select(f =>
                HashedFile.Read(f, Path.GetRelativePath(labeled.Root, f)))],
        Test = SplitRecord.FromSamples(labeled.Split, labeled.Set.Samples, labeled.Root),
        Bootstrap = request.Bootstrap,
        Random = request.Random,
        Notices = labeled.Notices,
    };
}
