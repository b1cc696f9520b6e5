using System.Globalization;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.RunReports;
using RadZ.Text.Knowledge;

namespace RadZ.Experiments.Evaluating;

/// <summary>
/// The one way from labelled images and a model (or a file of scores) to figures: read, guard, score, figure, record, seal, report. A
/// published set and a user's own table go the same way; protocols go through it once for each of their members.
/// </summary>
sealed class EvaluationPipeline
{
    /// <summary>Faults told one by one; the others are counted.</summary>
    const int Told = 20;

    /// <param name="request">What is measured on what.</param>
    /// <param name="context">The model, and who is told.</param>
    /// <exception cref="InvalidInputException">A disease that is asked for has no labels.</exception>
    public EvaluationPipeline(EvaluationRequest request, ExperimentContext context)
    {
        Context = context;
        Root = Path.GetFullPath(request.Root);
        Request = request;
        if (request.Diseases is not { } diseases) return;
        var knowledge = Knowledge(request.Scores is null ? context.Model.Find() : context.Model.Given);
        Request = request with
        {
            ClassList = request.ChosenList ?? request.ClassList,
            Classes = [.. diseases.Select(name => Column(name, knowledge))],
        };
    }

    /// <summary>What is measured on what.</summary>
    public EvaluationRequest Request { get; }

    /// <summary>The model, and who is told.</summary>
    public ExperimentContext Context { get; }

    /// <summary>The set's folder, whole.</summary>
    public string Root { get; }

    bool IsCard => Request.Form == FigureForm.Card;

    /// <summary>What the run calls an image: by its path below the root; of a user's own table by its path, or a pseudonym.</summary>
    public string NameOf(Sample sample) => IsCard ? Context.Shown(sample.Image).Shown : BenchmarkScores.Image(sample, Root).Image;

    sealed record Scored(ScoreTable Test, ScoreTable? Validation, ScoredBy By, IReadOnlyList<string> TrainedOn);

    /// <summary>What every evaluation begins with.</summary>
    internal sealed record Prepared(MeasuredSplits Splits, string? Folder, KnowledgeBase Knowledge, List<Notice> Told,
        IReadOnlyList<DuplicateImage> Duplicates);

    KnowledgeBase Knowledge(string? folder) => ExperimentContext.Knowledge(Request.Knowledge, folder, Context.Model.Adapter);

    ClassColumn Column(string name, KnowledgeBase knowledge)
    {
        var known = knowledge.TryFind(name, out var disease) ? disease.Name : name;
        var (card, classes) = (Request.Card, Request.Classes);
        if (IsCard)
            return classes.FirstOrDefault(c => c.Name == name || c.Disease == known)
                ?? throw Unlabelled($"'{name}' is no column of {card.Table}", name,
                    [.. classes.SelectMany(c => new[] { c.Name, c.Disease })], [.. classes.Select(c => c.Name)]);
        return classes.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || c.Name == known)
            ?? (card.Diseases.Contains(known) ? new ClassColumn(known, known, false)
                : card.Diseases.Contains(name) ? new ClassColumn(name, name, false) : null)
            ?? throw Unlabelled($"'{name}' is not labelled in {card.Name}", name, [.. card.Diseases], [.. card.Diseases]);
    }

    static InvalidInputException Unlabelled(string what, string name, IReadOnlyList<string> near, IReadOnlyList<string> there) =>
        new("‹diseases›", "unknown-disease", what + NameSuggestion.HintOrList(name, near, listed: there));

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidInputException">Set, model or scores cannot be used, or nothing could be scored.</exception>
    public async Task<EvaluationOutcome> RunAsync(CancellationToken cancel)
    {
        var created = Context.Time.GetUtcNow();
        if (Request.Resume && Finished(cancel) is { } finished) return finished;
        var (splits, _, knowledge, notices, duplicates) = Prepare(cancel);
        using var encoder = Request.Scores is null ? Load() : null;
        var scored = encoder is null ? FromFile(splits, notices) : await FromModelAsync(encoder, knowledge, splits, cancel)
            .ConfigureAwait(false);
        string[] seen = [.. Request.Classes.Select(c => c.Disease)
            .Intersect(scored.TrainedOn.Select(t => knowledge.TryFind(t, out var d) ? d.Name : t))];
        if (seen.Length > 0)
            notices.Insert(0, new("not-zero-shot", $"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training."));
        TellFailed(scored.Test);
        if (scored.Test.Rows.Count == 0)
            throw IsCard ? new InvalidInputException(Request.Card.Table!, "no-images",
                    $"none of its {scored.Test.Failed.Count} rows could be scored; the reasons stand above.")
                : new(Request.Root, "no-scores", $"none of the {splits.Test.Samples.Count} images of the split has scores.");
        var record = Record(created, scored.By, knowledge, splits, notices);
        if (Request.WriteCalibration is { } calibrated)
        {
            var file = CalibrationFile.Fit(Request.Calibrate, Under(scored.Validation!), record);
            file.Write(calibrated);
            notices.Add(new("calibration",
                $"The calibration " +
                $"({file}) is in {calibrated}{string.Concat(file.Without.Select(w => $"; {w.Class} has none: {w.Reason}"))}"));
            record = record with { Notices = [.. notices] };
        }
        return IsCard
            ? await CardAsync(encoder!, knowledge, splits, scored, record, cancel).ConfigureAwait(false)
            : Benchmark(splits, scored, record, duplicates, cancel);
    }

    EvaluationOutcome Benchmark(MeasuredSplits splits, Scored scored, EvaluationRecord record, IReadOnlyList<DuplicateImage> duplicates,
        CancellationToken cancel)
    {
        var (test, validation) = (Under(scored.Test), scored.Validation is { } held ? Under(held) : null);
        var figures = BenchmarkFigures.Compute(test, validation, Request.Bootstrap, Request.Calibration);
        var by = scored.By.Name is { } name ? $"model {name}, {scored.By.Score} score" : $"scores of {scored.By.File!.Path}";
        var text = BenchmarkText.Render($"{Request.Card.Title}, split '{splits.TestName}', class list '{Request.ClassList}': {by}", figures,
            Request.Bootstrap, splits.LockedOn, record.Notices) + Disclaimer.Line + "\n";
        var json = EvaluationRun.Json(figures);
        if (Request.Out is { } output)
        {
            EvaluationRun.Write(output, Files(splits, scored, record, json, text) with { Duplicates = duplicates });
            if (Directory.Exists(ScoringFolder)) Directory.Delete(ScoringFolder, recursive: true);
            if (Request.Report) RunReport.Write(StoredRun.Read(output, test, validation) with { Figures = figures }, cancel);
        }
        return Outcome(json, text, record.Notices, scored.Test.Failed.Count);
    }

    async Task<EvaluationOutcome> CardAsync(RadiologyEncoder encoder, KnowledgeBase knowledge, MeasuredSplits splits, Scored scored,
        EvaluationRecord record, CancellationToken cancel)
    {
        var card = ScoreCard.Compute(scored.Test, Request.Bootstrap);
        var descriptions = Request.Control is { } count
            ? await new DescriptionMeasurement(encoder, Context).RunAsync(Asked(knowledge), splits.Test.Samples, Request.Classes, count,
                Request.Bootstrap.Seed, cancel).ConfigureAwait(false) : null;
        var probability = Request.Probability switch
        {
            ProbabilityKind.Paper => $"softmax over {Request.Classes.Count} diseases",
            ProbabilityKind.Standalone => "each disease against its negation",
            _ => "each disease by itself",
        };
        var title = string.Create(CultureInfo.InvariantCulture,
            $"{Request.Card.Table}: n = {card.Rows} images of {card.Patients} patients; model {scored.By.Name}, {scored.By.Score} score, " +
            $"{probability}; {card.Bootstrap.Level * 100:0.##} % intervals by bootstrap over patients.");
        var json = RunFiles.Metrics(card, descriptions);
        if (Request.Out is { } output)
        {
            descriptions?.Write(output);
            EvaluationRun.Write(output, Files(splits, scored, record, json,
                RunFiles.Table(title, card, descriptions, record.Notices) + Disclaimer.Line + "\n") with
            {
                Others = descriptions is null ? [] : [DescriptionComparison.FileName],
                Name = NameOf,
            });
            if (Request.Report) RunReport.Write(StoredRun.Read(output), cancel);
        }
        var doubts = RunFiles.Doubts(record.Notices).ToLookup(n => n.Kind == "training-patients", n => n.Text);
        string[] remarks = [.. doubts[false], Disclaimer.Line, .. doubts[true]];
        return new(json, RunFiles.Table(title, card, descriptions, []) + string.Concat(remarks.Select(r => r + "\n")), remarks,
            scored.Test.Failed.Count);
    }

    static EvaluationFiles Files(MeasuredSplits splits, Scored scored, EvaluationRecord record, string metrics, string table) => new()
    {
        Record = record,
        Test = scored.Test,
        Validation = scored.Validation,
        Metrics = metrics,
        Table = table,
        Samples = splits.Test.Samples,
        Skipped = splits.Test.Skipped,
    };

    /// <summary>What a benchmark's figures are shown with.</summary>
    internal static EvaluationOutcome Outcome(string json, string text, IReadOnlyList<Notice> notices, int failed) =>
        new(json, text, [.. notices.Select(n => $"{n.Kind}: {n.Text}"), Disclaimer.Line], failed);

    /// <summary>Reads the splits, and refuses or says what makes figures doubtful.</summary>
    internal Prepared Prepare(CancellationToken cancel)
    {
        var (card, allowed, byModel) = (Request.Card, Request.AllowTrainingPatients, Request.Scores is null);
        var request = new SetRequest(Request.Root, Request.Split)
        {
            Images = byModel,
            FrontalOnly = Request.Views == MeasuredViews.Frontal,
            AllowEmpty = IsCard,
            Knowledge = IsCard ? Knowledge(Context.Model.Find()) : null,
        };
        var splits = MeasuredSplits.Read(Request, request);
        if (IsCard) _ = Asked(request.Knowledge!);                             // a slip is told before a model is loaded
        var folder = byModel ? Context.Model.Require() : Context.Model.Given;
        var trained = TrainingPatients.FindAll(folder, Context.Model.Adapter);
        List<Notice> notices = [.. IsCard ? LeakGuard.Table(card.Table!, splits.Test.Samples, trained, allowed)
            : LeakGuard.Training(card, splits.Test.Samples, trained, allowed)];
        if (splits.Validation is { } held && trained is not null
            && held.Samples.Select(s => s.Patient).Distinct().Count(trained.Contains) is > 0 and var seen)
        {
            if (Request.WriteCalibration is not null && !allowed)
                throw new InvalidInputException("‹write-calibration›", "training-patients",
                    $"the model was trained on {seen} patients of '{splits.LockedOn}': it is surer of them than of new ones, and so " +
                    $"would be its calibration. Fit on others, or say ‹allow-training-patients›; the table will say so.");
            notices.Add(new("validation-trained",
                $"The model was trained on {seen} patients of '{splits.LockedOn}': thresholds and calibration from there are those of a " +
                $"model that is too sure."));
        }
        if (splits.TestName == Request.Split) notices.AddRange(LeakGuard.OtherSplits(card, request, splits.Test.Samples));
        notices.AddRange(splits.Notices);
        var duplicates = Request.CheckDuplicates && byModel
            ? Duplicates(splits.Test.Samples, [.. splits.Validation?.Samples ?? [], .. splits.Training?.Samples ?? []], cancel) : [];
        notices.AddRange(DuplicateImages.Notices(duplicates, listed: Request.Out is not null));
        if (!Request.CheckDuplicates || !byModel)
            notices.Add(new("duplicates-unchecked", "Images were not compared: whether one occurs twice is not known."));
        notices.AddRange(LeakGuard.Labels(card, Request.Classes));
        notices.Add(new("label-policy", Request.Policy.ToString()));
        notices.AddRange(splits.Test.LeftOut.Select(l => new Notice("left-out", $"{l.Value:N0} rows left out: {l.Key}.")));
        if (splits.Test.Skipped.Count > 0)
            notices.Add(new("skipped",
                $"{splits.Test.Skipped.Count:N0} rows could not be used{(Request.Out is null ? "" : " (skipped.csv)")}; the first: " +
                $"{splits.Test.Skipped[0].Path}:{splits.Test.Skipped[0].Line}: {splits.Test.Skipped[0].Reason}"));
        return new(splits, folder, request.Knowledge ?? Knowledge(folder), notices, duplicates);
    }

    /// <summary>Labels under the policy.</summary>
    internal ScoreTable Under(ScoreTable table) => BenchmarkScores.Under(Request.Policy, table, Request.Classes);

    /// <summary>Tells what could not be scored.</summary>
    internal void TellFailed(ScoreTable table)
    {
        if (IsCard)
        {
            foreach (var failed in table.Failed) Context.Observer.Fault(failed.Reason);
            return;
        }
        foreach (var failed in table.Failed.Take(Told)) Context.Observer.Fault($"{failed.Image.Image}: {failed.Reason}");
        if (table.Failed.Count > Told)
            Context.Observer.Fault(
                $"... and {table.Failed.Count - Told:N0} more{(Request.Out is null ? "" : "; all are in scores.csv")}.");
    }

    string ScoringFolder => Path.Combine(Request.Out!, "scoring");

    /// <summary>
    /// A run that was asked to go on is whole already: its table is shown again, if it was made by the same command of the same model,
    /// descriptions and films.
    /// </summary>
    EvaluationOutcome? Finished(CancellationToken cancel)
    {
        var output = Request.Out!;
        if (!File.Exists(Path.Combine(output, EvaluationRun.RecordFile))) return null;
        var record = EvaluationRun.Read(output);
        if (!Request.Command(record.Arguments).SequenceEqual(Request.Command(Request.Arguments)))
            throw new InvalidInputException(output, "other-run",
                $"holds a finished run of another command (radz {string.Join(' ', record.Arguments)}); give another ‹out›, or leave " +
                $"‹resume› out to replace it.");
        if (Changed(record, cancel) is { } changed)
            throw new InvalidInputException(output, "other-run",
                $"holds a finished run of other input: {changed} since. Its figures are not those of now; give another ‹out›, " +
                $"or leave " +
                $"‹resume› out to replace it.");
        Context.Observer.Note($"{output} is finished; nothing was scored again.");
        if (Request.Report && !File.Exists(Path.Combine(output, RunReport.PageFile))) RunReport.Write(StoredRun.Read(output), cancel);
        return Outcome(File.ReadAllText(Path.Combine(output, "metrics.json")), File.ReadAllText(Path.Combine(output, "table.txt")),
            record.Notices, failed: 0);
    }

    /// <summary>What a record's figures came from and is no longer as it was; null where all is.</summary>
    string? Changed(EvaluationRecord record, CancellationToken cancel)
    {
        var (splits, _, knowledge, _, _) = new EvaluationPipeline(Request with { CheckDuplicates = false }, Context).Prepare(cancel);
        if (SplitRecord.FromSamples(splits.TestName, splits.Test.Samples, Root) != record.Test)
            return $"images, patients or labels of '{splits.TestName}' were changed";
        if ((splits.Validation is { } held ? SplitRecord.FromSamples(splits.LockedOn!, held.Samples, Root) : null) != record.Validation)
            return $"images, patients or labels of '{splits.LockedOn ?? record.Validation!.Name}' were changed";
        if (knowledge.ContentHash != record.KnowledgeHash) return "the descriptions were changed";
        if (Request.Scores is { } file) return HashedFile.Read(file) != record.Scores.File ? $"{file} was changed" : null;
        using var encoder = Context.Model.Load();
        return encoder.Hash != record.Scores.Hash
            ? $"the model ({encoder.Folder.Settings.Name}, {encoder.Hash[..12]}) is another than that of the scores " +
                $"({record.Scores.Name}, {record.Scores.Hash?[..12]}): it was replaced" : null;
    }

    Scored FromFile(MeasuredSplits splits, List<Notice> notices)
    {
        var (test, validation, scores) = (splits.Test, splits.Validation, Request.Scores!);
        var file = ScoreFile.Read(scores, Request.Classes);
        var table = BenchmarkScores.Join(test.Samples, Root, Request.Classes, file);
        var other = Request.ValidationScores is { } named ? ScoreFile.Read(named, Request.Classes) : file;
        var locked = validation is null ? null : BenchmarkScores.Join(validation.Samples, Root, Request.Classes, other);
        if (locked is { Rows.Count: 0 })
            throw new InvalidInputException(Request.ValidationScores ?? scores, "no-scores",
                "holds no scores of the validation split; give them by ‹validation-scores FILE›.");
        if (file.Unused > 0)
            notices.Add(new("unused-scores",
                $"{file.Unused:N0} of {file.Count:N0} rows of scores are of no image of the split and were not used."));
        return new(table, locked, new(null, null, null, null, HashedFile.Read(scores)), []);
    }

    RadiologyEncoder Load()
    {
        var encoder = Context.Model.Load();
        if (Request.Score != ScoreKind.Vqa && !encoder.Folder.Settings.Trained) Context.Observer.Untrained(encoder.Folder.Settings);
        return encoder;
    }

    async Task<Scored> FromModelAsync(RadiologyEncoder encoder, KnowledgeBase knowledge, MeasuredSplits splits, CancellationToken cancel)
    {
        var (test, locked) = await ByModelAsync(encoder, knowledge, splits, Request.Out is null || IsCard ? null : ScoringFolder, cancel)
            .ConfigureAwait(false);
        return new(test, locked, By(encoder), encoder.Folder.Settings.TrainedOn);
    }

    /// <summary>Who made the scores of a model.</summary>
    internal ScoredBy By(RadiologyEncoder encoder) => new(encoder.Folder.Settings.Name, encoder.Hash,
        Request.Score.ToString().ToLowerInvariant(), Request.Probability.ToString().ToLowerInvariant(), null);

    /// <summary>The diseases that the model is asked for.</summary>
    DiseaseList Asked(KnowledgeBase knowledge) => DiseaseList.Create([.. Request.Classes.Select(c =>
        IsCard || knowledge.TryFind(c.Name, out _) ? c.Name : $"disease:{c.Name}")], knowledge);

    /// <summary>Scores the measured split and, where there is one, the validation split.</summary>
    internal async Task<(ScoreTable Test, ScoreTable? Validation)> ByModelAsync(RadiologyEncoder encoder, KnowledgeBase knowledge,
        MeasuredSplits splits, string? scoring, CancellationToken cancel)
    {
        using var scorer = new ImageScorer(encoder, Asked(knowledge), Request.Score, Context.Texts);
        var journal = new Journal(scoring,
            new
            {
                Scorer = By(encoder),
                Knowledge = knowledge.ContentHash,
                Classes = Request.Classes.Select(c => c.ToString()),
                Arguments = Request.Command(Request.Arguments)
            }, Request.Resume);
        var scores = new JournaledScores(Context, NameOf, Root);
        var test = await scores.ScoreAsync(scorer, splits.Test.Samples, Request.Classes, Request.Probability, "scored", journal,
            cancel).ConfigureAwait(false);
        if (IsCard)
            test = new(test.Rows, test.Diseases, test.Scores, test.Labels)
            {
                Failed = [.. splits.Test.Skipped.Select(s =>
                    new FailedImage(new($"{s.Path}:{s.Line}", "", ""), $"{s.Path}:{s.Line}: {s.Reason}")), .. test.Failed],
            };
        return (test, splits.Validation is null ? null
            : await scores.ScoreAsync(scorer, splits.Validation.Samples, Request.Classes, Request.Probability, "validation scored",
                journal, cancel).ConfigureAwait(false));
    }

    IReadOnlyList<DuplicateImage> Duplicates(IReadOnlyList<Sample> test, IReadOnlyList<Sample> validation, CancellationToken cancel)
    {
        IReadOnlyList<Sample> all = [.. validation, .. test];
        using var counter = Context.Observer.Count("compared", all.Count);
        var exact = DuplicateImages.Exact(all, cancel);
        var known = exact.Select(d => d.Second.Image).ToHashSet();
        return [.. exact, .. DuplicateImages.Near(all, counter.Step, cancel).Where(d => !known.Contains(d.Second.Image))];
    }

    internal EvaluationRecord Record(DateTimeOffset created, ScoredBy by, KnowledgeBase knowledge, MeasuredSplits splits,
        IReadOnlyList<Notice> notices)
    {
        var (test, validation) = (splits.Test, splits.Validation);
        return new()
        {
            Created = created,
            Arguments = Request.Arguments,
            Scores = by,
            KnowledgeHash = knowledge.ContentHash,
            Dataset = Request.Card.Name,
            Root = Root,
            Tables = [.. test.Files.Concat(validation?.Files ?? []).Concat(splits.Training?.Files ?? []).Distinct()
                .Select(f => HashedFile.Read(f, Path.GetRelativePath(Root, f)))],
            Test = SplitRecord.FromSamples(splits.TestName, test.Samples, NameOf),
            Validation = validation is null ? null : SplitRecord.FromSamples(splits.LockedOn!, validation.Samples, Root),
            ClassList = Request.ClassList,
            Classes = [.. Request.Classes.Select(c => c.ToString())],
            Convention = (validation is null ? Convention.Paper : Convention.Locked).ToString().ToLowerInvariant(),
            Calibration = Request.Calibration,
            Policy = Request.Policy,
            Resamples = Request.Bootstrap.Resamples,
            Level = Request.Bootstrap.Level,
            Seed = Request.Bootstrap.Seed,
            LeftOut = test.LeftOut,
            Skipped = test.Skipped.Count,
            Notices = [.. notices],
            Form = Request.Form,
        };
    }
}
