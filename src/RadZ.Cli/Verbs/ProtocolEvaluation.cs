using System.Globalization;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Splits;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.RunReports;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

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
/// <param name="Test">Scores of the measured split.</param>
/// <param name="Validation">Scores of the validation split.</param>
/// <param name="By">Who made them.</param>
/// <param name="Used">Images that taught anything.</param>
/// <param name="How">In a few words.</param>
/// <param name="Notices">What to beware of in this member alone.</param>
/// <param name="Files">Files of it in its folder.</param>
sealed record MadeMember(ScoreTable Test, ScoreTable Validation, ScoredBy By, int Used, string How, IReadOnlyList<Notice> Notices,
    IReadOnlyList<string> Files);

/// <summary>
/// <c>radz evaluate --protocol probe|finetune</c>: for each share of the training patients and each seed a run in a folder of its own, and
/// the figures over them. What is done is not done again by a run that goes on.
/// </summary>
sealed class ProtocolEvaluation(DatasetEvaluation run)
{
    const string PlanFile = "plan.json";

    /// <summary>Runs it.</summary>
    public async Task<int> Run(TimeProvider time, CancellationToken cancel)
    {
        if (run.Model.Adapter is not null && run.Protocol == Protocol.Finetune)
            throw new InvalidInputException("--adapter", "adapter",
                "a model under an adapter is not trained further; make one model of both first: radz merge --model BASE --adapter " +
                "ADAPTER --out MODEL.");
        var (created, folder) = (time.GetUtcNow(), run.Out!);
        var (splits, model, knowledge, notices, duplicates) = run.Prepare(cancel);
        var (training, root) = (splits.Training!, Path.GetFullPath(run.Root));
        if (training.Skipped.Count > 0)
        {
            var first = training.Skipped[0];
            notices.Add(new("skipped-training", string.Create(CultureInfo.InvariantCulture,
                $"{training.Skipped.Count:N0} rows of '{splits.TrainName}' could not be used; the first: " +
                $"{first.Path}:{first.Line}: {first.Reason}")));
        }
        PlannedMember[] members =
            [.. run.Percents.SelectMany(percent => Enumerable.Range(1, percent >= 100 && run.Protocol == Protocol.Probe ? 1 : run.Seeds)
            .Select(seed => (percent, seed, name: FormattableString.Invariant($"percent-{percent:R}/seed-{seed}")))
            .Select(m => new PlannedMember(m.percent, m.seed, m.name, Path.Combine(folder, m.name),
                new PatientDraw(m.percent, m.seed).Of(training.Samples))))];
        if (members.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twin)
            throw new InvalidInputException("--fraction", "same-run",
                $"names {twin.Key} {twin.Count()} times; a run that is counted twice makes intervals too narrow. Give every share once.");
        IProtocol protocol = run.Protocol == Protocol.Probe ? new ProbeProtocol(run, splits, knowledge)
            : new FinetuneProtocol(run, splits, knowledge, model!, time);
        using var _ = protocol;
        Claim(folder, JsonSerializer.Serialize(new
        {
            Protocol = run.Protocol.ToString().ToLowerInvariant(),
            Plan = protocol.Identity,
            Knowledge = knowledge.ContentHash,
            Classes = run.Classes.Select(c => c.ToString()),
            run.Policy,
            Calibration = run.Calibrate,
            run.Bootstrap,
            Test = SplitRecord.Of(splits.TestName, splits.Test.Samples, root),
            Validation = SplitRecord.Of(splits.LockedOn!, splits.Validation!.Samples, root),
            Training = SplitRecord.Of(splits.TrainName!, training.Samples, root),
            Members = members.Select(m => m.Name),
        }, StrictJson.Options) + "\n");
        await protocol.Begin(members, cancel).ConfigureAwait(false);
        foreach (var member in members.Where(m => !m.IsDone))
        {
            cancel.ThrowIfCancellationRequested();
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{member.Name}: {member.Drawn.Count:N0} images of {member.Drawn.Select(s => s.Patient).Distinct().Count():N0} patients"));
            var made = await protocol.Make(member, cancel).ConfigureAwait(false);
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
            if (!run.Resume)
                throw new InvalidInputException(folder, "occupied",
                    "holds a run already; go on with it by --resume, or take another --out.");
            if (!File.Exists(path) || File.ReadAllText(path) != plan)
                throw new InvalidInputException(folder, "other-run",
                    $"was begun in another way ({PlanFile} says how: model, descriptions, data, arguments); use the same again, or take " +
                    "another --out.");
            return;
        }
        AtomicFile.WriteText(path, plan);
    }

    void Write(PlannedMember member, MadeMember made, DateTimeOffset created, MeasuredSplits splits, KnowledgeBase knowledge,
        IReadOnlyList<Notice> notices, IReadOnlyList<DuplicateImage> duplicates)
    {
        var root = Path.GetFullPath(run.Root);
        run.TellFailed(made.Test);
        if (made.Test.Rows.Count == 0)
            throw new InvalidInputException(run.Root, "no-scores",
                $"none of the {splits.Test.Samples.Count} images of the split has scores.");
        TrainingTable.Write(Path.Combine(member.Folder, TrainingTable.FileName), member.Drawn, root);
        var record = run.Record(created, made.By, knowledge, splits, notices) with
        {
            Learnt = new(run.Protocol.ToString().ToLowerInvariant(), member.Percent, member.Seed,
                SplitRecord.Of(splits.TrainName!, member.Drawn, root), made.Used, made.How),
        };
        var figures = BenchmarkFigures.Of(run.Under(made.Test), run.Under(made.Validation), run.Bootstrap, run.Calibration);
        var title = string.Create(CultureInfo.InvariantCulture,
            $"{run.Card.Title}, split '{splits.TestName}', class list '{run.ClassList}': {record.Learnt.Protocol} of {made.By.Name}, " +
            $"{member.Percent:R} % of the training patients, seed {member.Seed}");
        var text = BenchmarkText.Of(title, figures, run.Bootstrap, splits.LockedOn, notices) + Notices.ResearchUse + "\n";
        EvaluationRun.Write(member.Folder, record, made.Test, made.Validation, figures, text, splits.Test.Samples, splits.Test.Skipped,
            duplicates, [TrainingTable.FileName, .. made.Files]);
    }

    int Conclude(DateTimeOffset created, PlannedMember[] members, MeasuredSplits splits, List<Notice> notices, CancellationToken cancel)
    {
        var folder = run.Out!;
        var kept = members.Select(m => KeptRun.Read(m.Folder)).ToList();
        var (figures, first) = (ProtocolFigures.Of(kept), kept[0].Record);
        List<Notice> all = [.. notices,
            .. kept.SelectMany(k => k.Record.Notices).Where(n => n.Kind.StartsWith("member-", StringComparison.Ordinal)).Distinct()];
        var record = new ProtocolRecord
        {
            Created = created,
            Arguments = run.Arguments,
            Protocol = first.Learnt!.Protocol,
            Title = $"{run.Card.Title}, split '{splits.TestName}', class list '{run.ClassList}': {first.Learnt.Protocol} of " +
                $"{first.Scores.Name}",
            Dataset = run.Card.Name,
            Training = SplitRecord.Of(splits.TrainName!, splits.Training!.Samples, Path.GetFullPath(run.Root)),
            Resamples = run.Bootstrap.Resamples,
            Level = run.Bootstrap.Level,
            Seed = run.Bootstrap.Seed,
            Notices = all,
            Members = [.. members.Select(m => new ProtocolMember(m.Name, m.Percent, m.Seed, Seal.Read(m.Folder).Value))],
        };
        var text = ProtocolText.Of(record, figures) + Notices.ResearchUse + "\n";
        ProtocolRun.Write(folder, record, figures, text);
        if (run.Report)
            using (var counter = new Counter("reports", members.Length, always: true))
                ProtocolReport.Write(folder, _ => counter.Step(), cancel);
        run.Show(ProtocolRun.Json(figures), text, all);
        return kept.Any(k => k.Test.Failed.Count > 0) ? ExitCode.BadInput : ExitCode.Ok;
    }
}

/// <summary>How the members of a protocol are made.</summary>
interface IProtocol : IDisposable
{
    /// <summary>All that the members depend on but the data.</summary>
    object Identity { get; }

    /// <summary>What those of all members that are not done need.</summary>
    Task Begin(IReadOnlyList<PlannedMember> members, CancellationToken cancel);

    /// <summary>One member.</summary>
    Task<MadeMember> Make(PlannedMember member, CancellationToken cancel);

    /// <summary>It is written whole: what was kept for going on can go.</summary>
    void Done(PlannedMember member);
}
