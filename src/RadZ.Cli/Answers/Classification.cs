using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Cli.Verbs;
using RadZ.Data.Studies;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Images;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Cli.Answers;

/// <summary>One run of <c>radz classify</c>: files in, answers and reports out.</summary>
sealed class Classification
{
    public required string[] Paths { get; init; }
    public required IReadOnlyList<string>? Diseases { get; init; }
    public required ScoreKind Score { get; init; }
    public required ModelChoice Model { get; init; }
    public required string? Knowledge { get; init; }
    public required RowFormat Format { get; init; }
    public required int? Top { get; init; }
    public required AnswerKind By { get; init; }
    public required GatePolicy Gate { get; init; }
    public required string? Out { get; init; }
    public required bool Resume { get; init; }
    public required ReportTargets Reports { get; init; }
    public required string? Key { get; init; }
    public required bool Identified { get; init; }
    public required WindowChoice? Window { get; init; }
    public required string? Explain { get; init; }
    public required HeatMapMethod? Method { get; init; }
    public string? CalibrationFile { get; init; }
    public Abstention? Abstain { get; init; }

    /// <summary>Answers a run hands to the system at a time: at most so many are made again after a kill.</summary>
    const int FlushedAnswers = 16;

    int _failed, _files;
    Explanations? _explanations;
    readonly Dictionary<string, int> _doubted = [];

    /// <summary>Runs it.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(Knowledge, Model.Folder, Model.Adapter);
        var list = Diseases is { } names ? DiseaseList.Of(names, knowledge) : null;          // a slip is told before a model is loaded
        var pseudonyms = Key is { } key ? Pseudonyms.OfFile(key) : Pseudonyms.OfInstallation();
        using var encoder = Model.Load();
        var settings = encoder.Folder.Settings;
        var method = Method ?? Explainer.StandardOf(settings);
        if (Explain is not null) Explainer.Require(encoder, method);
        if (Score != ScoreKind.Vqa) Notices.WarnIfUntrained(settings);
        using var recognizer = new ImageScorer(encoder, list ?? DiseaseList.Of(DiseaseNames.Standard(settings), knowledge), Score,
            TextFeatureCache.Default());
        var deidentification = new Deidentification(pseudonyms);
        _explanations = Explain is { } maps ? new(maps, encoder, recognizer, method, Top ?? 3, Identified, View.Of(Window)) : null;
        var intake = new ImageIntake(encoder.Folder.Preparation, Gate, deidentification, Identified, View.Of(Window));
        var calibrated = Calibrated.Of(CalibrationFile, Model.Adapter ?? ModelLocation.Of(Model.Model), recognizer, encoder.Hash,
            knowledge.ContentHash, Abstain);
        var head = new AnswerHead(settings.Name, encoder.Hash, recognizer.Diseases.Entries.Count, Top, By == AnswerKind.Study, calibrated);
        using var file = Open(head, recognizer.Diseases, knowledge.ContentHash, pseudonyms.Of("key", ""));
        _failed = file.Failures;                                                   // a run that goes on answers for its first part too
        using var writer = AnswerWriter.Of(Format, head, file);
        var files = InputFiles.Of(Paths);
        _files = files.Count;
        var reports = new ReportOutputs(Reports, new(settings.Name, encoder.Hash, Score.ToString().ToLowerInvariant(), Version), knowledge,
            pseudonyms, Identified, TimeProvider.System, calibrated);
        using (var counter = new Counter("read", Format == RowFormat.Table && !Console.IsOutputRedirected ? 0 : files.Count))
            if (By == AnswerKind.Study || Reports.Any)
                await Studies(files, recognizer, intake, deidentification, file, writer, reports, counter, cancel).ConfigureAwait(false);
            else await Images(files, recognizer, intake, file, writer, counter, cancel).ConfigureAwait(false);
        writer.End();
        if (Format != RowFormat.Table) Notices.ResearchUseOnError();
        reports.End();
        _explanations?.End();
        Tell(file, reports);
        return _failed + reports.Refused > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    AnswerFile Open(AnswerHead head, DiseaseList diseases, string knowledge, string key)
    {
        if (Out is null) return AnswerFile.StandardOutput();
        var identity = new AnswerIdentity(head.Model, head.Hash, Score.ToString().ToLowerInvariant(),
            [.. diseases.Entries.Select(e => e.Name)], Top,
            By.ToString().ToLowerInvariant(), Gate.ToString().ToLowerInvariant(), Format.ToString().ToLowerInvariant(), knowledge, key,
            Identified, Window?.ToString() ?? "", head.Calibrated?.Identity ?? "");
        return Resume ? AnswerFile.Continue(Out, Format, head, identity) : AnswerFile.Create(Out, identity);
    }

    async Task Images(IReadOnlyList<InputFile> files, ImageScorer recognizer, ImageIntake intake, AnswerFile file, AnswerWriter writer,
        Counter counter, CancellationToken cancel)
    {
        var done = files.AsParallel().AsOrdered().WithCancellation(cancel).Select(f => file.HoldsAnswers && file.Has(intake.NameOf(f)))
            .ToArray();
        counter.Skip(done.Count(d => d));
        var pending = 0;
        await foreach (var result in recognizer.Recognise(files, intake, i => !done[i], cancel: cancel).ConfigureAwait(false))
        {
            Write(Answer.Of(result), writer);
            _explanations?.Add(result, cancel);
            counter.Step();
            if (++pending % FlushedAnswers == 0) writer.Flush();
        }
    }

    async Task Studies(IReadOnlyList<InputFile> files, ImageScorer recognizer, ImageIntake intake, Deidentification deidentification,
        AnswerFile file, AnswerWriter writer, ReportOutputs reports, Counter counter, CancellationToken cancel)
    {
        Study[] studies = [.. StudyPatient.Of(files, deidentification, cancel).SelectMany(p => p.Studies)];
        Reports.RequireRoom(studies.Length);
        bool[] done = [.. studies.Select(s => file.HoldsAnswers && IsDone(s))];
        counter.Skip(studies.Where((_, i) => done[i]).Sum(s => s.Views.Count()));
        await foreach (var result in recognizer.Recognise(studies, intake, i => !done[i], cancel: cancel).ConfigureAwait(false))
        {
            // before the answer: what a resumed run skips has its report
            reports.Add(result);
            foreach (var answer in By == AnswerKind.Study ? Answer.Of(result) : result.Images.Select(Answer.Of))
                if (!file.Has(answer.Name)) Write(answer, writer);
            writer.Flush();
            foreach (var image in result.Images)
            {
                _explanations?.Add(image, cancel);
                counter.Step();
            }
        }

        bool IsDone(Study study) => By == AnswerKind.Study && study.Id is { } id && study.Views.All(v => v.Record is not null)
            ? file.Has(id) : study.Views.All(v => file.Has(intake.NameOf(v.File)));
    }

    void Write(Answer answer, AnswerWriter writer)
    {
        if (answer is Answer.Failure) _failed++;
        foreach (var reason in answer.Sources.Where(s => s.Gate.Count > 0).Select(s => s.Gate[0].Reason))
            _doubted[reason] = _doubted.GetValueOrDefault(reason) + 1;
        writer.Add(answer);
    }

    void Tell(AnswerFile file, ReportOutputs reports)
    {
        if (file.Done > 0) Console.Error.WriteLine($"{file.Done:N0} answers were there already.");
        if (_failed > 0 && _files > 1) Console.Error.WriteLine($"{_failed:N0} of {_files:N0} images could not be read.");
        if (_doubted.Count > 0)
        {
            var reasons = _doubted.OrderByDescending(d => d.Value).ThenBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => $"{d.Key} {d.Value:N0}");
            Console.Error.WriteLine($"{_doubted.Values.Sum():N0} of {_files:N0} images are doubted ({string.Join(", ", reasons)}); " +
                "--gate refuse refuses them.");
        }
        if (reports.Silent > 0) Console.Error.WriteLine($"{reports.Silent:N0} studies have no readable image, and no report.");
        if (reports.Refused > 0) Console.Error.WriteLine($"{reports.Refused:N0} reports could not be made; the reasons stand above.");
    }

    static string Version => typeof(Classification).Assembly.GetName().Version?.ToString(3) ?? "0";
}
