using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Datasets;
using RadZ.Evaluation;
using RadZ.Knowledge;
using RadZ.Recognition;
using RadZ.Studies;

namespace RadZ.Cli.Verbs;

/// <summary>Where thresholds come from.</summary>
enum Convention
{
    /// <summary>From the test set, as in the papers.</summary>
    Paper,

    /// <summary>From the validation split, beside the papers'.</summary>
    Locked,
}

/// <summary>Which views are measured.</summary>
enum Views
{
    /// <summary>Films known to be lateral or oblique are left out.</summary>
    Frontal,

    /// <summary>All.</summary>
    All,
}

/// <summary><c>radz evaluate --dataset</c>: a published benchmark, from a model or from a file of scores.</summary>
sealed record DatasetEvaluation
{
    public required SetCard Card { get; init; }
    public required string Root { get; init; }
    public required string Split { get; init; }
    public required string ClassList { get; init; }
    public required IReadOnlyList<ClassColumn> Classes { get; init; }
    public required Convention Convention { get; init; }
    public string? ValidationSplit { get; init; }
    public required LabelPolicy Policy { get; init; }
    public required Views Views { get; init; }
    public ModelChoice Model { get; init; } = new(null, null, null);
    public ScoreKind Score { get; init; }
    public ProbabilityKind Probability { get; init; }
    public string? Scores { get; init; }
    public string? ValidationScores { get; init; }
    public required BootstrapOptions Bootstrap { get; init; }
    public bool AllowTrainingPatients { get; init; }
    public bool CheckDuplicates { get; init; }
    public string? Knowledge { get; init; }
    public string? Out { get; init; }
    public Format Format { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    sealed record Scored(ScoreTable Test, ScoreTable? Validation, ScoredBy By, IReadOnlyList<string> TrainedOn);

    /// <summary>Only some of the classes, by name, in the asked order; the softmax then runs over them.</summary>
    public DatasetEvaluation Only(string? diseases) => diseases is null ? this : this with
    {
        ClassList = "--diseases",
        Classes = [.. Shared.Split(diseases).Select(name => Classes.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || (KnowledgeBase.Embedded.TryFind(name, out var d) && c.Name == d.Name))
            ?? (KnowledgeBase.Embedded.TryFind(name, out var known) && Card.Diseases.Contains(known.Name) ? new ClassColumn(known.Name, known.Name, false) : Card.Diseases.Contains(name) ? new ClassColumn(name, name, false) : null)
            ?? throw new InvalidInputException("--diseases", "unknown-disease", $"'{name}' is not labelled in {Card.Name}{(NameSuggestion.Hint(name, Card.Diseases) is { Length: > 0 } hint ? hint : $"; there are {string.Join(", ", Card.Diseases)}.")}"))],
    };

    /// <summary>Runs it.</summary>
    public async Task<int> Run(TimeProvider time, CancellationToken cancel)
    {
        var created = time.GetUtcNow();
        var request = new SetRequest(Root, Split) { Images = Scores is null, FrontalOnly = Views == Views.Frontal };
        var test = PublishedSets.Read(Card, request);
        var lockOn = Convention == Convention.Paper ? null : ValidationSplit ?? Card.Validation
            ?? throw new InvalidInputException("--convention locked", "no-validation", $"{Card.Name} has no validation split; name one by --lock-on SPLIT (a split of the set, or a file of image names), or measure with --convention paper.");
        var validation = lockOn is null ? null : PublishedSets.Read(Card, request with { Split = lockOn });
        if (validation is not null) LeakGuard.Splits((Split, test.Samples), (lockOn!, validation.Samples));

        var folder = Scores is null ? ModelLocation.Of(Model.Model) : Model.Model;
        List<Notice> notices = [.. LeakGuard.Training(Card, test.Samples, TrainingPatients.FindAll(folder, Model.Adapter), AllowTrainingPatients)];
        notices.AddRange(LeakGuard.OtherSplits(Card, request, test.Samples));
        var duplicates = CheckDuplicates && Scores is null ? Duplicates(test.Samples, validation?.Samples ?? [], cancel) : [];
        notices.AddRange(DuplicateImages.Notices(duplicates));
        if (!CheckDuplicates || Scores is not null) notices.Add(new("duplicates-unchecked", "Images were not compared: whether one occurs twice is not known."));
        notices.AddRange(LeakGuard.Labels(Card, Classes));
        notices.Add(new("label-policy", Policy.ToString()));
        notices.AddRange(test.LeftOut.Select(l => new Notice("left-out", $"{l.Value:N0} rows left out: {l.Key}.")));
        if (test.Skipped.Count > 0) notices.Add(new("skipped", $"{test.Skipped.Count:N0} rows could not be used{(Out is null ? "" : " (skipped.csv)")}; the first: {test.Skipped[0].Path}:{test.Skipped[0].Line}: {test.Skipped[0].Reason}"));

        var knowledge = Shared.KnowledgeOf(Knowledge, folder, Model.Adapter);
        var scored = Scores is null ? await FromModel(knowledge, test, validation, cancel).ConfigureAwait(false) : FromFile(test, validation, notices);
        string[] seen = [.. Classes.Select(c => c.Disease).Intersect(scored.TrainedOn.Select(t => knowledge.TryFind(t, out var d) ? d.Name : t))];
        if (seen.Length > 0) notices.Insert(0, new("not-zero-shot", $"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training."));
        foreach (var failed in scored.Test.Failed.Take(20)) Console.Error.WriteLine($"error: {failed.Image.Image}: {failed.Reason}");
        if (scored.Test.Failed.Count > 20) Console.Error.WriteLine($"error: ... and {scored.Test.Failed.Count - 20:N0} more{(Out is null ? "" : "; all are in scores.csv")}.");
        if (scored.Test.Rows.Count == 0) throw new InvalidInputException(Root, "no-scores", $"none of the {test.Samples.Count} images of the split has scores.");

        ScoreTable Under(ScoreTable table) => BenchmarkScores.Under(Policy, table, Classes);
        var figures = BenchmarkFigures.Of(Under(scored.Test), scored.Validation is { } v ? Under(v) : null, Bootstrap);
        var by = scored.By.Name is { } name ? $"model {name}, {scored.By.Score} score" : $"scores of {scored.By.File!.Path}";
        var text = BenchmarkText.Of($"{Card.Title}, split '{Split}', class list '{ClassList}': {by}", figures, Bootstrap, lockOn, notices) + Notices.ResearchUse + "\n";
        if (Out is { } output)
            EvaluationRun.Write(output, Record(created, scored.By, knowledge, test, validation, lockOn, notices), scored.Test, scored.Validation, figures, text, test.Samples, test.Skipped, duplicates);
        if (Format == Format.Json)
        {
            Console.Write(EvaluationRun.Json(figures));
            foreach (var notice in notices) Console.Error.WriteLine($"{notice.Kind}: {notice.Text}");
            Notices.ResearchUseOnError();
        }
        else Console.Write(text);
        return scored.Test.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    Scored FromFile(SampleSet test, SampleSet? validation, List<Notice> notices)
    {
        var (root, file) = (Path.GetFullPath(Root), ScoreFile.Read(Scores!, Classes));
        var table = BenchmarkScores.Of(test.Samples, root, Classes, file);
        var other = ValidationScores is { } named ? ScoreFile.Read(named, Classes) : file;
        var locked = validation is null ? null : BenchmarkScores.Of(validation.Samples, root, Classes, other);
        if (locked is { Rows.Count: 0 })
            throw new InvalidInputException(ValidationScores ?? Scores!, "no-scores", "holds no scores of the validation split; give them by --validation-scores FILE.");
        if (file.Unused > 0) notices.Add(new("unused-scores", $"{file.Unused:N0} of {file.Count:N0} rows of scores are of no image of the split and were not used."));
        return new(table, locked, new(null, null, null, null, HashedFile.Of(Scores!)), []);
    }

    async Task<Scored> FromModel(KnowledgeBase knowledge, SampleSet test, SampleSet? validation, CancellationToken cancel)
    {
        var list = DiseaseList.Of([.. Classes.Select(c => knowledge.TryFind(c.Name, out _) ? c.Name : $"disease:{c.Name}")], knowledge);
        using var encoder = Model.Load();
        if (Score != ScoreKind.Vqa) Notices.WarnIfUntrained(encoder.Folder.Settings);
        using var recognizer = new Recognizer(encoder, list, Score, TextFeatureCache.Default());
        var table = await Measure(recognizer, test, "scored", cancel).ConfigureAwait(false);
        var locked = validation is null ? null : await Measure(recognizer, validation, "validation scored", cancel).ConfigureAwait(false);
        return new(table, locked, new(encoder.Folder.Settings.Name, encoder.Hash, Score.ToString().ToLowerInvariant(), Probability.ToString().ToLowerInvariant(), null), encoder.Folder.Settings.TrainedOn);
    }

    async Task<ScoreTable> Measure(Recognizer recognizer, SampleSet set, string what, CancellationToken cancel)
    {
        var root = Path.GetFullPath(Root);
        List<FailedImage> failed = [];
        List<(Sample Sample, double[] Scores)> scored = [];
        using var counter = new Counter(what, set.Samples.Count);
        var (at, pseudonyms) = (0, Pseudonyms.OfInstallation());
        await foreach (var result in recognizer.Recognise([.. set.Samples.Select(s => s.Image)], cancel: cancel).ConfigureAwait(false))
        {
            var sample = set.Samples[at++];
            if (result is ImageResult.Recognised recognised) scored.Add((sample, [.. recognised.Findings.Select(f => Probability switch { ProbabilityKind.Paper => f.Probability, ProbabilityKind.Standalone => f.Standalone, _ => f.Score })]));
            else if (result is ImageResult.Failed bad) failed.Add(new(BenchmarkScores.Image(sample, root), ShownFile.Of(sample.Image, pseudonyms).Tell(bad.Message)));
            counter.Step();
        }
        return BenchmarkScores.Table([.. scored.Select(s => s.Sample)], root, Classes, (row, c) => scored[row].Scores[c], failed);
    }

    static IReadOnlyList<DuplicateImage> Duplicates(IReadOnlyList<Sample> test, IReadOnlyList<Sample> validation, CancellationToken cancel)
    {
        IReadOnlyList<Sample> all = [.. validation, .. test];
        using var counter = new Counter("compared", all.Count);
        var exact = DuplicateImages.Exact(all, cancel);
        var known = exact.Select(d => d.Second.Image).ToHashSet();
        return [.. exact, .. DuplicateImages.Near(all, counter.Step, cancel).Where(d => !known.Contains(d.Second.Image))];
    }

    EvaluationRecord Record(DateTimeOffset created, ScoredBy by, KnowledgeBase knowledge, SampleSet test, SampleSet? validation, string? lockOn, IReadOnlyList<Notice> notices)
    {
        var root = Path.GetFullPath(Root);
        return new()
        {
            Created = created,
            Arguments = Arguments,
            Scores = by,
            KnowledgeHash = knowledge.ContentHash,
            Dataset = Card.Name,
            Root = root,
            Tables = [.. test.Files.Concat(validation?.Files ?? []).Distinct().Select(f => HashedFile.Of(f, Path.GetRelativePath(root, f)))],
            Test = SplitRecord.Of(Split, test.Samples, root),
            Validation = validation is null ? null : SplitRecord.Of(lockOn!, validation.Samples, root),
            ClassList = ClassList,
            Classes = [.. Classes.Select(c => c.ToString())],
            Convention = Convention.ToString().ToLowerInvariant(),
            Policy = Policy,
            Resamples = Bootstrap.Resamples,
            Level = Bootstrap.Level,
            Seed = Bootstrap.Seed,
            LeftOut = test.LeftOut,
            Skipped = test.Skipped.Count,
            Notices = notices,
        };
    }
}
