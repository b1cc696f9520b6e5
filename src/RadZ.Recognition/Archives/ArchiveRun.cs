using RadZ.Data.Studies;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Model.Features;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Images;
using RadZ.Recognition.Reporting;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;

namespace RadZ.Recognition.Archives;

/// <summary>
/// One run over many films: files, folders and media in, answers and reports out, batch by batch, so that a run that was stopped is gone
/// on with and gives the bits of one that never was.
/// </summary>
sealed class ArchiveRun
{
    /// <summary>Files, folders, DICOMDIRs.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The diseases to tell apart; null: the model's list.</summary>
    public required IReadOnlyList<string>? Diseases { get; init; }

    /// <summary>What ranks.</summary>
    public required ScoreKind Score { get; init; }

    /// <summary>Loads the model; called after a slip in the list would have been told.</summary>
    public required Func<RadiologyEncoder> Load { get; init; }

    /// <summary>The adapter over the model, whose calibration counts; null: the model's own.</summary>
    public required string? Adapter { get; init; }

    /// <summary>Descriptions of diseases.</summary>
    public required KnowledgeBase Knowledge { get; init; }

    /// <summary>Where features of texts are kept.</summary>
    public required TextFeatureCache Texts { get; init; }

    /// <summary>In place of names.</summary>
    public required Pseudonyms Pseudonyms { get; init; }

    /// <summary>Only so many findings of each answer; null: all.</summary>
    public required int? Top { get; init; }

    /// <summary>What an answer is of.</summary>
    public required AnswerKind By { get; init; }

    /// <summary>What is done with doubted pictures.</summary>
    public required GatePolicy Gate { get; init; }

    /// <summary>The form of a file of answers; null where <see cref="Writer"/> writes otherwise.</summary>
    public required AnswerForm? Form { get; init; }

    /// <summary>The file of answers; null: a stream, see <see cref="Output"/>.</summary>
    public required string? Out { get; init; }

    /// <summary>Where answers go that go into no file.</summary>
    public required Func<Stream> Output { get; init; }

    /// <summary>Writes answers that have no <see cref="Form"/>.</summary>
    public Func<AnswerHead, AnswerWriter>? Writer { get; init; }

    /// <summary>What errors say to whoever reads the answers; by default their message.</summary>
    public Func<Files.InvalidInputException, string> Tell { get; init; } = e => e.Message;

    /// <summary>Goes on with the file of a run that was stopped.</summary>
    public required bool Resume { get; init; }

    /// <summary>Reports beside answers.</summary>
    public required ReportTargets Reports { get; init; }

    /// <summary>Paths and reports as the files say.</summary>
    public required bool Identified { get; init; }

    /// <summary>Window and frame of DICOM files.</summary>
    public required DicomView View { get; init; }

    /// <summary>Folder for heat maps; null: none.</summary>
    public required string? Explain { get; init; }

    /// <summary>How maps are made; null: as the model was taught.</summary>
    public required HeatMapMethod? Method { get; init; }

    /// <summary>A calibration; null: the one in the model's folder, if there is one that fits.</summary>
    public string? CalibrationFile { get; init; }

    /// <summary>What is left open; null: nothing.</summary>
    public Abstention? Abstain { get; init; }

    /// <summary>Answers a run hands to the system at a time: at most so many are made again after a kill.</summary>
    const int FlushedAnswers = 16;

    readonly Dictionary<string, int> _doubted = [];
    int _failed;
    Explanations? _explanations;

    /// <summary>Runs it.</summary>
    /// <exception cref="Files.InvalidInputException">The list, the model, the calibration or the file of answers cannot be used; a film
    /// that cannot be read is an answer.</exception>
    public async Task<ArchiveOutcome> RunAsync(IArchiveObserver observer, CancellationToken cancel)
    {
        var list = Diseases is { } names ? DiseaseList.Create(names, Knowledge) : null;          // a slip is told before a model is loaded
        using var encoder = Load();
        var settings = encoder.Folder.Settings;
        var method = Method ?? Explainer.StandardOf(settings);
        if (Explain is not null) Explainer.Require(encoder, method);
        observer.Loaded(settings);
        list ??= DiseaseList.Create(DiseaseList.StandardNames(settings), Knowledge);
        using var scorer = new ImageScorer(encoder, list, Score, Texts);
        var deidentification = new Deidentification(Pseudonyms);
        _explanations = Explain is { } maps
            ? new(maps, encoder, scorer, method, Top ?? 3, Identified, View, observer.MapRefused) : null;
        var intake = new ImageIntake(encoder.Folder.Preparation, Gate, deidentification, Identified, View);
        var calibrated = Calibrated.Load(CalibrationFile, Adapter ?? encoder.Folder.Path, scorer, encoder.Hash, Knowledge.ContentHash,
            Abstain);
        var head = new AnswerHead(settings.Name, encoder.Hash, scorer.Diseases.Entries.Count, Top, By == AnswerKind.Study, calibrated)
        {
            Tell = Tell,
        };
        using var file = Open(head, scorer.Diseases);
        _failed = file.Failures;                                                   // a run that goes on answers for its first part too
        using var writer = Form is { } form ? AnswerWriter.Create(form, head, file) : Writer!(head);
        var files = InputFiles.Find(Paths);
        var reporter = new StudyReporter(new(settings.Name, encoder.Hash, Score.ToString().ToLowerInvariant(), ProgramVersion), Knowledge,
            Pseudonyms, Identified, TimeProvider.System);
        var reports = new ReportOutputs(Reports, reporter, calibrated, observer.ReportRefused);
        observer.Begin(files.Count);
        if (By == AnswerKind.Study || Reports.Any)
            await StudiesAsync(files, scorer, intake, deidentification, file, writer, reports, observer, cancel).ConfigureAwait(false);
        else await ImagesAsync(files, scorer, intake, file, writer, observer, cancel).ConfigureAwait(false);
        observer.Read();
        writer.End();
        observer.Answered();
        reports.End();
        if (_explanations is not null) observer.Explained(_explanations.End(), method == HeatMapMethod.Grounded);
        return new(files.Count, file.Done, _failed, _doubted, reports.Silent, reports.Refused);
    }

    AnswerFile Open(AnswerHead head, DiseaseList diseases)
    {
        if (Out is null) return AnswerFile.To(Output());
        if (Form is not { } form) throw new InvalidOperationException("Answers go into a file in a form only.");
        var identity = new AnswerIdentity
        {
            Model = head.Model,
            Hash = head.Hash,
            Score = Score.ToString().ToLowerInvariant(),
            Diseases = [.. diseases.Entries.Select(e => e.Name)],
            Top = Top,
            By = By.ToString().ToLowerInvariant(),
            Gate = Gate.ToString().ToLowerInvariant(),
            Format = form.ToString().ToLowerInvariant(),
            Knowledge = Knowledge.ContentHash,
            Key = Pseudonyms.PseudonymFor("key", ""),
            Identified = Identified,
            Window = View.Window?.ToString() ?? "",
            Calibration = head.Calibrated?.Identity ?? "",
        };
        return Resume ? AnswerFile.Continue(Out, form, head, identity) : AnswerFile.Create(Out, identity);
    }

    async Task ImagesAsync(IReadOnlyList<InputFile> files, ImageScorer scorer, ImageIntake intake, AnswerFile file, AnswerWriter writer,
        IArchiveObserver observer, CancellationToken cancel)
    {
        var done = files.AsParallel().AsOrdered().WithCancellation(cancel).Select(f => file.HoldsAnswers && file.Has(intake.NameOf(f)))
            .ToArray();
        observer.Skip(done.Count(d => d));
        var pending = 0;
        await foreach (var result in scorer.ScoreAsync(files, intake, i => !done[i], cancel: cancel).ConfigureAwait(false))
        {
            Write(Answer.From(result), writer);
            _explanations?.Add(result, cancel);
            observer.Step();
            if (++pending % FlushedAnswers == 0) writer.Flush();
        }
    }

    async Task StudiesAsync(IReadOnlyList<InputFile> files, ImageScorer scorer, ImageIntake intake, Deidentification deidentification,
        AnswerFile file, AnswerWriter writer, ReportOutputs reports, IArchiveObserver observer, CancellationToken cancel)
    {
        Study[] studies = [.. StudyPatient.Group(files, deidentification, cancel).SelectMany(p => p.Studies)];
        Reports.RequireRoom(studies.Length);
        bool[] done = [.. studies.Select(s => file.HoldsAnswers && IsDone(s))];
        observer.Skip(studies.Where((_, i) => done[i]).Sum(s => s.Views.Count()));
        await foreach (var result in scorer.ScoreAsync(studies, intake, i => !done[i], cancel: cancel).ConfigureAwait(false))
        {
            // before the answer: what a resumed run skips has its report
            reports.Add(result);
            foreach (var answer in By == AnswerKind.Study ? Answer.From(result) : result.Images.Select(Answer.From))
                if (!file.Has(answer.Name)) Write(answer, writer);
            writer.Flush();
            foreach (var image in result.Images)
            {
                _explanations?.Add(image, cancel);
                observer.Step();
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

    /// <summary>As reports name what made them.</summary>
    internal static string ProgramVersion => typeof(ArchiveRun).Assembly.GetName().Version?.ToString(3) ?? "0";
}
