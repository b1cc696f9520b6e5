using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.RunReports;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

/// <summary>Where thresholds come from.</summary>
enum Convention
{
    /// <summary>From the test set, as in the papers.</summary>
    Paper,

    /// <summary>From the validation split, beside the papers'.</summary>
    Locked,
}

/// <summary>What a model may learn from the set before it is measured.</summary>
enum Protocol
{
    /// <summary>Nothing.</summary>
    ZeroShot,

    /// <summary>Logistic regression on its frozen features.</summary>
    Probe,

    /// <summary>It is trained further.</summary>
    Finetune,
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
    public Protocol Protocol { get; init; }
    public IReadOnlyList<double> Percents { get; init; } = [100];
    public int Seeds { get; init; } = 3;
    public string? TrainSplit { get; init; }
    public string? Recipe { get; init; }
    public double? HoldOut { get; init; }
    public bool DropShared { get; init; }
    public CalibrationKind Calibrate { get; init; }
    public string? WriteCalibration { get; init; }
    public bool Resume { get; init; }
    public bool Report { get; init; } = true;
    public string? Scores { get; init; }
    public string? ValidationScores { get; init; }
    public required BootstrapOptions Bootstrap { get; init; }
    public bool AllowTrainingPatients { get; init; }
    public bool CheckDuplicates { get; init; }
    public string? Knowledge { get; init; }
    public string? Out { get; init; }
    public Format Format { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True where a split is needed that is neither measured nor learnt from.</summary>
    public bool NeedsValidation => Convention == Convention.Locked || Calibrate != CalibrationKind.None || Protocol != Protocol.ZeroShot;

    /// <summary>As a record says it.</summary>
    public CalibrationKind? Calibration => Calibrate == CalibrationKind.None ? null : Calibrate;

    sealed record Scored(ScoreTable Test, ScoreTable? Validation, ScoredBy By, IReadOnlyList<string> TrainedOn);

    /// <summary>What every protocol begins with.</summary>
    internal sealed record Prepared(MeasuredSplits Splits, string? Folder, KnowledgeBase Knowledge, List<Notice> Told,
        IReadOnlyList<DuplicateImage> Duplicates);

    /// <summary>Only some of the classes, by name, in the asked order; the softmax then runs over them.</summary>
    public DatasetEvaluation Only(string? diseases)
    {
        if (diseases is null) return this;
        var knowledge = Shared.KnowledgeOf(Knowledge, Scores is null ? Model.Folder : Model.Model, Model.Adapter);
        return this with { ClassList = "--diseases", Classes = [.. Shared.Split(diseases).Select(name => Column(name, knowledge))] };
    }

    ClassColumn Column(string name, KnowledgeBase knowledge)
    {
        var known = knowledge.TryFind(name, out var disease) ? disease.Name : name;
        return Classes.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || c.Name == known)
            ?? (Card.Diseases.Contains(known) ? new ClassColumn(known, known, false)
                : Card.Diseases.Contains(name) ? new ClassColumn(name, name, false) : null)
            ?? throw new InvalidInputException("--diseases", "unknown-disease",
                $"'{name}' is not labelled in {Card.Name}{NameSuggestion.HintOrList(name, Card.Diseases)}");
    }

    /// <summary>Runs it.</summary>
    public async Task<int> Run(TimeProvider time, CancellationToken cancel)
    {
        if (Protocol != Protocol.ZeroShot) return await new ProtocolEvaluation(this).Run(time, cancel).ConfigureAwait(false);
        var created = time.GetUtcNow();
        if (Resume && IsFinished(cancel)) return ExitCode.Ok;
        var (splits, folder, knowledge, notices, duplicates) = Prepare(cancel);
        var scored = Scores is null ? await FromModel(knowledge, splits, cancel).ConfigureAwait(false) : FromFile(splits, notices);
        string[] seen =
            [.. Classes.Select(c => c.Disease).Intersect(scored.TrainedOn.Select(t => knowledge.TryFind(t, out var d) ? d.Name : t))];
        if (seen.Length > 0)
            notices.Insert(0, new("not-zero-shot", $"Not zero-shot: labels of {string.Join(", ", seen)} were seen in training."));
        TellFailed(scored.Test);
        if (scored.Test.Rows.Count == 0)
            throw new InvalidInputException(Root, "no-scores", $"none of the {splits.Test.Samples.Count} images of the split has scores.");

        var figures = BenchmarkFigures.Of(Under(scored.Test), scored.Validation is { } v ? Under(v) : null, Bootstrap, Calibration);
        var by = scored.By.Name is { } name ? $"model {name}, {scored.By.Score} score" : $"scores of {scored.By.File!.Path}";
        var record = Record(created, scored.By, knowledge, splits, notices);
        if (WriteCalibration is { } calibrated)
        {
            var file = CalibrationFile.Fit(Calibrate, Under(scored.Validation!), record);
            file.Write(calibrated);
            notices.Add(new("calibration",
                "The calibration " +
                $"({file}) is in {calibrated}{string.Concat(file.Without.Select(w => $"; {w.Class} has none: {w.Reason}"))}"));
            record = record with { Notices = [.. notices] };
        }
        var text = BenchmarkText.Of($"{Card.Title}, split '{splits.TestName}', class list '{ClassList}': {by}", figures, Bootstrap,
            splits.LockedOn, notices) + Notices.ResearchUse + "\n";
        if (Out is { } output)
        {
            EvaluationRun.Write(output, record, scored.Test, scored.Validation, figures, text, splits.Test.Samples, splits.Test.Skipped,
                duplicates);
            if (Directory.Exists(ScoringFolder)) Directory.Delete(ScoringFolder, recursive: true);
            if (Report)
                RunReport.Write(KeptRun.Read(output, Under(scored.Test), scored.Validation is { } locked ? Under(locked) : null) with
                {
                    Figures = figures,
                }, cancel);
        }
        Show(EvaluationRun.Json(figures), text, notices);
        return scored.Test.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>Reads the splits, and refuses or says what makes figures doubtful.</summary>
    internal Prepared Prepare(CancellationToken cancel)
    {
        var request = new SetRequest(Root, Split) { Images = Scores is null, FrontalOnly = Views == Views.Frontal };
        var splits = MeasuredSplits.Read(this, request);
        var folder = Scores is null ? ModelLocation.Of(Model.Model) : Model.Model;
        List<Notice> notices = [
            .. LeakGuard.Training(Card, splits.Test.Samples, TrainingPatients.FindAll(folder, Model.Adapter), AllowTrainingPatients)];
        if (splits.Validation is { } held && TrainingPatients.FindAll(folder, Model.Adapter) is { } trained
            && held.Samples.Select(s => s.Patient).Distinct().Count(trained.Contains) is > 0 and var seen)
        {
            if (WriteCalibration is not null && !AllowTrainingPatients)
                throw new InvalidInputException("--write-calibration", "training-patients",
                    $"the model was trained on {seen} patients of '{splits.LockedOn}': it is surer of them than of new ones, and so " +
                    "would be its calibration. Fit on others, or say --allow-training-patients; the table will say so.");
            notices.Add(new("validation-trained",
                $"The model was trained on {seen} patients of '{splits.LockedOn}': thresholds and calibration from there are those of a " +
                "model that is too sure."));
        }
        if (splits.TestName == Split) notices.AddRange(LeakGuard.OtherSplits(Card, request, splits.Test.Samples));
        notices.AddRange(splits.Notices);
        var duplicates = CheckDuplicates && Scores is null
            ? Duplicates(splits.Test.Samples, [.. splits.Validation?.Samples ?? [], .. splits.Training?.Samples ?? []], cancel) : [];
        notices.AddRange(DuplicateImages.Notices(duplicates, listed: Out is not null));
        if (!CheckDuplicates || Scores is not null)
            notices.Add(new("duplicates-unchecked", "Images were not compared: whether one occurs twice is not known."));
        notices.AddRange(LeakGuard.Labels(Card, Classes));
        notices.Add(new("label-policy", Policy.ToString()));
        notices.AddRange(splits.Test.LeftOut.Select(l => new Notice("left-out", $"{l.Value:N0} rows left out: {l.Key}.")));
        if (splits.Test.Skipped.Count > 0)
            notices.Add(new("skipped",
                $"{splits.Test.Skipped.Count:N0} rows could not be used{(Out is null ? "" : " (skipped.csv)")}; the first: " +
                $"{splits.Test.Skipped[0].Path}:{splits.Test.Skipped[0].Line}: {splits.Test.Skipped[0].Reason}"));
        return new(splits, folder, Shared.KnowledgeOf(Knowledge, folder, Model.Adapter), notices, duplicates);
    }

    /// <summary>Labels under the policy.</summary>
    internal ScoreTable Under(ScoreTable table) => BenchmarkScores.Under(Policy, table, Classes);

    internal void TellFailed(ScoreTable table)
    {
        foreach (var failed in table.Failed.Take(20)) Console.Error.WriteLine($"error: {failed.Image.Image}: {failed.Reason}");
        if (table.Failed.Count > 20)
            Console.Error.WriteLine($"error: ... and {table.Failed.Count - 20:N0} more{(Out is null ? "" : "; all are in scores.csv")}.");
    }

    internal void Show(string json, string text, IReadOnlyList<Notice> notices)
    {
        if (Format != Format.Json)
        {
            Console.Write(text);
            return;
        }
        Console.Write(json);
        foreach (var notice in notices) Console.Error.WriteLine($"{notice.Kind}: {notice.Text}");
        Notices.ResearchUseOnError();
    }

    string ScoringFolder => Path.Combine(Out!, "scoring");

    /// <summary>
    /// A run that was asked to go on is whole already: its table is shown again, if it was made by the same command of the same model,
    /// descriptions and films.
    /// </summary>
    bool IsFinished(CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(Out!, EvaluationRun.RecordFile))) return false;
        var record = EvaluationRun.Read(Out!);
        if (!record.Arguments.Where(a => a != "--resume").SequenceEqual(Arguments.Where(a => a != "--resume")))
            throw new InvalidInputException(Out!, "other-run",
                $"holds a finished run of another command (radz {string.Join(' ', record.Arguments)}); give another --out, or leave " +
                "--resume out to replace it.");
        if (Changed(record, cancel) is { } changed)
            throw new InvalidInputException(Out!, "other-run",
                $"holds a finished run of other input: {changed} since. Its figures are not those of now; give another --out, or leave " +
                "--resume out to replace it.");
        Console.Error.WriteLine($"{Out} is finished; nothing was scored again.");
        if (Report && !File.Exists(Path.Combine(Out!, RunReport.PageFile))) RunReport.Write(KeptRun.Read(Out!), cancel);
        Show(File.ReadAllText(Path.Combine(Out!, "metrics.json")), File.ReadAllText(Path.Combine(Out!, "table.txt")), record.Notices);
        return true;
    }

    /// <summary>What a record's figures came from and is no longer as it was; null where all is.</summary>
    string? Changed(EvaluationRecord record, CancellationToken cancel)
    {
        var (splits, _, knowledge, _, _) = (this with { CheckDuplicates = false }).Prepare(cancel);
        var root = Path.GetFullPath(Root);
        if (SplitRecord.Of(splits.TestName, splits.Test.Samples, root) != record.Test)
            return $"images, patients or labels of '{splits.TestName}' were changed";
        if ((splits.Validation is { } held ? SplitRecord.Of(splits.LockedOn!, held.Samples, root) : null) != record.Validation)
            return $"images, patients or labels of '{splits.LockedOn ?? record.Validation!.Name}' were changed";
        if (knowledge.ContentHash != record.KnowledgeHash) return "the descriptions were changed";
        if (Scores is { } file) return HashedFile.Of(file) != record.Scores.File ? $"{file} was changed" : null;
        using var encoder = Model.Load();
        return encoder.Hash != record.Scores.Hash
            ? $"the model ({encoder.Folder.Settings.Name}, {encoder.Hash[..12]}) is another than that of the scores " +
                $"({record.Scores.Name}, {record.Scores.Hash?[..12]}): it was replaced" : null;
    }

    Scored FromFile(MeasuredSplits splits, List<Notice> notices)
    {
        var (test, validation) = (splits.Test, splits.Validation);
        var (root, file) = (Path.GetFullPath(Root), ScoreFile.Read(Scores!, Classes));
        var table = BenchmarkScores.Of(test.Samples, root, Classes, file);
        var other = ValidationScores is { } named ? ScoreFile.Read(named, Classes) : file;
        var locked = validation is null ? null : BenchmarkScores.Of(validation.Samples, root, Classes, other);
        if (locked is { Rows.Count: 0 })
            throw new InvalidInputException(ValidationScores ?? Scores!, "no-scores",
                "holds no scores of the validation split; give them by --validation-scores FILE.");
        if (file.Unused > 0)
            notices.Add(new("unused-scores",
                $"{file.Unused:N0} of {file.Count:N0} rows of scores are of no image of the split and were not used."));
        return new(table, locked, new(null, null, null, null, HashedFile.Of(Scores!)), []);
    }

    async Task<Scored> FromModel(KnowledgeBase knowledge, MeasuredSplits splits, CancellationToken cancel)
    {
        using var encoder = Model.Load();
        if (Score != ScoreKind.Vqa) Notices.WarnIfUntrained(encoder.Folder.Settings);
        var (test, locked) = await ByModel(encoder, knowledge, splits, Out is null ? null : ScoringFolder, cancel).ConfigureAwait(false);
        return new(test, locked, By(encoder), encoder.Folder.Settings.TrainedOn);
    }

    /// <summary>Who made the scores of a model.</summary>
    internal ScoredBy By(RadiologyEncoder encoder) => new(encoder.Folder.Settings.Name, encoder.Hash, Score.ToString().ToLowerInvariant(),
        Probability.ToString().ToLowerInvariant(), null);

    /// <summary>Scores the measured split and, where there is one, the validation split.</summary>
    internal async Task<(ScoreTable Test, ScoreTable? Validation)> ByModel(RadiologyEncoder encoder, KnowledgeBase knowledge,
        MeasuredSplits splits, string? scoring, CancellationToken cancel)
    {
        var list = DiseaseList.Of([.. Classes.Select(c => knowledge.TryFind(c.Name, out _) ? c.Name : $"disease:{c.Name}")], knowledge);
        using var recognizer = new ImageScorer(encoder, list, Score, TextFeatureCache.Default());
        var journal = new Journal(scoring,
            new { Scorer = By(encoder), Knowledge = knowledge.ContentHash, Classes = Classes.Select(c => c.ToString()),
                Arguments = Arguments.Where(a => a != "--resume") }, Resume);
        var root = Path.GetFullPath(Root);
        var test = await JournaledScores.Of(recognizer, splits.Test.Samples, root, Classes, Probability, "scored", journal, cancel)
            .ConfigureAwait(false);
        return (test, splits.Validation is null ? null
            : await JournaledScores.Of(recognizer, splits.Validation.Samples, root, Classes, Probability, "validation scored", journal,
                cancel).ConfigureAwait(false));
    }

    static IReadOnlyList<DuplicateImage> Duplicates(IReadOnlyList<Sample> test, IReadOnlyList<Sample> validation, CancellationToken cancel)
    {
        IReadOnlyList<Sample> all = [.. validation, .. test];
        using var counter = new Counter("compared", all.Count);
        var exact = DuplicateImages.Exact(all, cancel);
        var known = exact.Select(d => d.Second.Image).ToHashSet();
        return [.. exact, .. DuplicateImages.Near(all, counter.Step, cancel).Where(d => !known.Contains(d.Second.Image))];
    }

    internal EvaluationRecord Record(DateTimeOffset created, ScoredBy by, KnowledgeBase knowledge, MeasuredSplits splits,
        IReadOnlyList<Notice> notices)
    {
        var (test, validation) = (splits.Test, splits.Validation);
        var root = Path.GetFullPath(Root);
        return new()
        {
            Created = created,
            Arguments = Arguments,
            Scores = by,
            KnowledgeHash = knowledge.ContentHash,
            Dataset = Card.Name,
            Root = root,
            Tables = [.. test.Files.Concat(validation?.Files ?? []).Concat(splits.Training?.Files ?? []).Distinct()
                .Select(f => HashedFile.Of(f, Path.GetRelativePath(root, f)))],
            Test = SplitRecord.Of(splits.TestName, test.Samples, root),
            Validation = validation is null ? null : SplitRecord.Of(splits.LockedOn!, validation.Samples, root),
            ClassList = ClassList,
            Classes = [.. Classes.Select(c => c.ToString())],
            Convention = (validation is null ? Convention.Paper : Convention.Locked).ToString().ToLowerInvariant(),
            Calibration = Calibration,
            Policy = Policy,
            Resamples = Bootstrap.Resamples,
            Level = Bootstrap.Level,
            Seed = Bootstrap.Seed,
            LeftOut = test.LeftOut,
            Skipped = test.Skipped.Count,
            Notices = [.. notices],
        };
    }
}
