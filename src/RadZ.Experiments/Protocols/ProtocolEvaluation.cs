using System.Globalization;
using System.Text.Json;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Splits;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Evaluating;
using RadZ.Files;
using RadZ.RunReports;
using RadZ.Text.Knowledge;

namespace RadZ.Experiments.Protocols;

/// <summary>One run of a protocol that is to be made.</summary>
/// <param name="Percent">Of the patients.</param>
/// <param name="Seed">Of the draw.</param>
/// <param name="Name">Of its folder below the protocol's.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Drawn">The training samples.</param>
sealed record PlannedMember(double Percent, int Seed, string Name, string Folder, IReadOnlyList<Sample> Drawn)
{
    /// <summary>True where it was finished before.</summary>
    public bool IsDone => File.Exists(Path.Combine(Folder, EvaluationRun.RecordFile));
}

/// <summary>What came of one.</summary>
sealed record MemberResult
{
    /// <summary>Scores of the measured split.</summary>
    public required ScoreTable Test { get; init; }

    /// <summary>Scores of the validation split.</summary>
    public required ScoreTable Validation { get; init; }

    /// <summary>Who made them.</summary>
    public required ScoredBy By { get; init; }

    /// <summary>Images that taught anything.</summary>
    public required int Used { get; init; }

    /// <summary>In a few words.</summary>
    public required string How { get; init; }

    /// <summary>What to beware of in this member alone.</summary>
    public required IReadOnlyList<Notice> Notices { get; init; }

    /// <summary>Files of it in its folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }
}

/// <summary>
/// <c>radz evaluate --protocol probe|finetune</c>: for each share of the training patients and each seed a run in a folder of its own, and
/// the figures over them. What is done is not done again by a run that goes on.
/// </summary>
sealed class ProtocolEvaluation(EvaluationPipeline run)
{
    const string PlanFile = "plan.json";

    EvaluationRequest Request => run.Request;

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidInputException">Set or model cannot be used, or the folder is of another run.</exception>
    public async Task<EvaluationOutcome> RunAsync(CancellationToken cancel)
    {
        if (run.Context.Model.Adapter is not null && Request.Protocol == Protocol.Finetune)
            throw new InvalidInputException("‹adapter›", "adapter",
                "a model under an adapter is not trained further; make one model of both first: radz merge ‹model BASE› ‹adapter " +
                "ADAPTER› ‹out MODEL›.");
        var (created, folder) = (run.Context.Time.GetUtcNow(), Request.Out!);
        var (splits, model, knowledge, notices, duplicates) = run.Prepare(cancel);
        var (training, root) = (splits.Training!, run.Root);
        if (training.Skipped.Count > 0)
        {
            var first = training.Skipped[0];
            notices.Add(new("skipped-training", string.Create(CultureInfo.InvariantCulture,
                $"{training.Skipped.Count:N0} rows of '{splits.TrainName}' could not be used; the first: " +
                $"{first.Path}:{first.Line}: {first.Reason}")));
        }
        PlannedMember[] members =
            [.. Request.Fractions.SelectMany(percent =>
                Enumerable.Range(1, percent >= 100 && Request.Protocol == Protocol.Probe ? 1 : Request.Seeds)
            .Select(seed => (percent, seed, name: FormattableString.Invariant($"percent-{percent:R}/seed-{seed}")))
            .Select(m => new PlannedMember(m.percent, m.seed, m.name, Path.Combine(folder, m.name),
                new PatientDraw(m.percent, m.seed).Draw(training.Samples))))];
        if (members.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twin)
            throw new InvalidInputException("‹fraction›", "same-run",
                $"names {twin.Key} {twin.Count()} times; a run that is counted twice makes intervals too narrow. Give every share once.");
        IProtocol protocol = Request.Protocol == Protocol.Probe ? new ProbeProtocol(run, splits)
            : new FinetuneProtocol(run, splits, knowledge, model!);
        using var _ = protocol;
        Claim(folder, JsonSerializer.Serialize(new
        {
            Protocol = Request.Protocol.ToString().ToLowerInvariant(),
            Plan = protocol.Identity,
            Knowledge = knowledge.ContentHash,
            Classes = Request.Classes.Select(c => c.ToString()),
            Request.Policy,
            Calibration = Request.Calibrate,
            Request.Bootstrap,
            Test = SplitRecord.FromSamples(splits.TestName, splits.Test.Samples, root),
            Validation = SplitRecord.FromSamples(splits.LockedOn!, splits.Validation!.Samples, root),
            Training = SplitRecord.FromSamples(splits.TrainName!, training.Samples, root),
            Members = members.Select(m => m.Name),
        }, StrictJson.Options) + "\n");
        await protocol.BeginAsync(members, cancel).ConfigureAwait(false);
        foreach (var member in members.Where(m => !m.IsDone))
        {
            cancel.ThrowIfCancellationRequested();
            run.Context.Observer.Note(FormattableString.Invariant(
                $"{member.Name}: {member.Drawn.Count:N0} images of {member.Drawn.Select(s => s.Patient).Distinct().Count():N0} patients"));
            var made = await protocol.MakeAsync(member, cancel).ConfigureAwait(false);
            Write(member, made, created, splits, knowledge, [.. notices, .. made.Notices], duplicates);
            protocol.Done(member);
        }
        return Conclude(created, members, splits, notices, cancel);
    }

    /// <summary>A folder is of one plan; another is refused before hours are spent.</summary>
    void Claim(string folder, string plan)
    {
        var path = Path.Combine(folder, PlanFile);
        if (File.Exists(path) || File.Exists(Path.Combine(folder, EvaluationRun.RecordFile)))
        {
            if (!Request.Resume)
                throw new InvalidInputException(folder, "occupied",
                    "holds a run already; go on with it by ‹resume›, or take another ‹out›.");
            if (!File.Exists(path) || File.ReadAllText(path) != plan)
                throw new InvalidInputException(folder, "other-run",
                    $"was begun in another way ({PlanFile} says how: model, descriptions, data, arguments); use the same again, or take " +
                    $"another ‹out›.");
            return;
        }
        AtomicFile.WriteText(path, plan);
    }

    void Write(PlannedMember member, MemberResult made, DateTimeOffset created, MeasuredSplits splits, KnowledgeBase knowledge,
        IReadOnlyList<Notice> notices, IReadOnlyList<DuplicateImage> duplicates)
    {
        run.TellFailed(made.Test);
        if (made.Test.Rows.Count == 0)
            throw new InvalidInputException(Request.Root, "no-scores",
                $"none of the {splits.Test.Samples.Count} images of the split has scores.");
        TrainingTable.Write(Path.Combine(member.Folder, TrainingTable.FileName), member.Drawn, run.Root);
        var record = run.Record(created, made.By, knowledge, splits, notices) with
        {
            Learnt = new(Request.Protocol.ToString().ToLowerInvariant(), member.Percent, member.Seed,
                SplitRecord.FromSamples(splits.TrainName!, member.Drawn, run.Root), made.Used, made.How),
        };
        var figures = BenchmarkFigures.Compute(run.Under(made.Test), run.Under(made.Validation), Request.Bootstrap, Request.Calibration);
        var title =
            string.Create(CultureInfo.InvariantCulture,
                $"{Request.Card.Title}, split '{splits.TestName}', class list '{Request.ClassList}': {record.Learnt.Protocol} of " +
                $"{made.By.Name}, {member.Percent:R} % of the training patients, seed {member.Seed}");
        var text = BenchmarkText.Render(title, figures, Request.Bootstrap, splits.LockedOn, notices) + Disclaimer.Line + "\n";
        EvaluationRun.Write(member.Folder, new()
        {
            Record = record,
            Test = made.Test,
            Validation = made.Validation,
            Metrics = EvaluationRun.Json(figures),
            Table = text,
            Samples = splits.Test.Samples,
            Skipped = splits.Test.Skipped,
            Duplicates = duplicates,
            Others = [TrainingTable.FileName, .. made.Files],
        });
    }

    EvaluationOutcome Conclude(DateTimeOffset created, PlannedMember[] members, MeasuredSplits splits, List<Notice> notices,
        CancellationToken cancel)
    {
        var folder = Request.Out!;
        var kept = members.Select(m => StoredRun.Read(m.Folder)).ToList();
        var (figures, first) = (ProtocolFigures.Compute(kept), kept[0].Record);
        List<Notice> all = [.. notices,
            .. kept.SelectMany(k => k.Record.Notices).Where(n => n.Kind.StartsWith("member-", StringComparison.Ordinal)).Distinct()];
        var record = new ProtocolRecord
        {
            Created = created,
            Arguments = Request.Arguments,
            Protocol = first.Learnt!.Protocol,
            Title = $"{Request.Card.Title}, split '{splits.TestName}', class list '{Request.ClassList}': {first.Learnt.Protocol} of " +
                $"{first.Scores.Name}",
            Dataset = Request.Card.Name,
            Training = SplitRecord.FromSamples(splits.TrainName!, splits.Training!.Samples, run.Root),
            Resamples = Request.Bootstrap.Resamples,
            Level = Request.Bootstrap.Level,
            Seed = Request.Bootstrap.Seed,
            Notices = all,
            Members = [.. members.Select(m => new ProtocolMember(m.Name, m.Percent, m.Seed, Seal.Read(m.Folder).Value))],
        };
        var text = ProtocolText.Render(record, figures) + Disclaimer.Line + "\n";
        ProtocolRun.Write(folder, record, figures, text);
        if (Request.Report)
            using (var counter = run.Context.Observer.Count("reports", members.Length, always: true))
                ProtocolReport.Write(folder, _ => counter.Step(), cancel);
        return EvaluationPipeline.Outcome(ProtocolRun.Json(figures), text, all, kept.Sum(k => k.Test.Failed.Count));
    }
}

/// <summary>How the members of a protocol are made.</summary>
interface IProtocol : IDisposable
{
    /// <summary>All that the members depend on but the data.</summary>
    object Identity { get; }

    /// <summary>What those of all members that are not done need.</summary>
    Task BeginAsync(IReadOnlyList<PlannedMember> members, CancellationToken cancel);

    /// <summary>One member.</summary>
    Task<MemberResult> MakeAsync(PlannedMember member, CancellationToken cancel);

    /// <summary>It is written whole: what was kept for going on can go.</summary>
    void Done(PlannedMember member);
}
