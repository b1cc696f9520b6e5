using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Diagnostics;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Engine;
using RadZ.Recognition.Images;
using RadZ.Recognition.Reporting;
using RadZ.Recognition.Results;

namespace RadZ.Recognition;

/// <summary>
/// Recognizes diseases in chest X-rays by their descriptions: <c>Recognizer.Load()</c>, then <c>await radz.RecognizeAsync(path)</c>.
/// Research use only: not a medical device.
/// </summary>
/// <remarks>
/// <para>Safe to share: any number of callers may read films at once, with lists and cancellations of their own. Films are decoded side by
/// side; each is a pass of its own through the model, and passes come one after the other, so every caller gets the bits that it would get
/// alone. Features of the last 16 lists of diseases stay in memory.</para>
/// <para>Disposal waits for the calls that run, an enumeration that was begun among them; a call after it is an
/// <see cref="ObjectDisposedException"/>. A canceled call ends before its pass, or after it.</para>
/// <para>What is wrong with a film, a list or an option is an <see cref="InvalidInputException"/> that says what to do; it never holds
/// what a film says of a patient.</para>
/// </remarks>
public sealed partial class Recognizer : IDisposable, IAsyncDisposable
{
    /// <summary>Films that are decoded while one is read.</summary>
    const int Ahead = 4;

    readonly RecognitionEngine _engine;
    readonly RecognizerOptions _options;
    readonly StudyReporter _reporter;
    readonly DiseaseList _standard;
    readonly IReadOnlyList<string> _warnings;
    readonly ILogger _logger;

    internal Recognizer(RecognitionEngine engine, RecognizerOptions options, StudyReporter reporter, ModelInfo model,
        IReadOnlyList<string> warnings, ILogger logger)
    {
        (_engine, _options, _reporter, Model, _warnings, _logger) = (engine, options, reporter, model, warnings, logger);
        _standard = engine.List(model.Diseases);
    }

    /// <summary>The model.</summary>
    public ModelInfo Model { get; }

    /// <summary>The diseases that are told apart where a caller names none.</summary>
    public IReadOnlyList<string> Diseases => Model.Diseases;

    /// <summary>Loads a model: a second or less for the one that comes with the library.</summary>
    /// <param name="options">Which, and how it reads; by default the library's own model on the CPU. A later change has no effect.</param>
    /// <param name="logger">Told what is done, without paths and patient data; null: nobody.</param>
    /// <exception cref="InvalidInputException"><c>bad-options</c>: all that is wrong with the options; otherwise what is wrong with the
    /// model.</exception>
    public static Recognizer Load(RecognizerOptions? options = null, ILogger<Recognizer>? logger = null) =>
        RecognizerLoader.Load(options is null ? new() : options with { }, logger ?? NullLogger<Recognizer>.Instance);

    /// <summary>Reads a file, with the model's own list of diseases.</summary>
    /// <param name="path">PNG, JPEG, BMP, TIFF or DICOM, whatever its name.</param>
    /// <param name="cancel">Ends the call before its pass.</param>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public Task<Reading> RecognizeAsync(string path, CancellationToken cancel = default) =>
        RecognizeAsync([FilmSource.FromFile(path)], null, cancel);

    /// <summary>Reads a file.</summary>
    /// <param name="path">PNG, JPEG, BMP, TIFF or DICOM, whatever its name.</param>
    /// <param name="diseases">Names, synonyms or free text; one that looks mistyped is refused, unless it begins with
    /// <c>disease:</c>.</param>
    /// <param name="cancel">Ends the call before its pass.</param>
    /// <exception cref="InvalidInputException">The film cannot be read, or a disease is mistyped.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public Task<Reading> RecognizeAsync(string path, IReadOnlyList<string> diseases, CancellationToken cancel = default) =>
        RecognizeAsync([FilmSource.FromFile(path)], diseases, cancel);

    /// <summary>Reads a film from a stream: from where it stands to its end; it need not seek, know its length, or come in one
    /// piece.</summary>
    /// <param name="film">The bytes of a file; left open. A name for it: <see cref="FilmSource.FromStream"/>.</param>
    /// <param name="diseases">As of a file; null: the model's own list.</param>
    /// <param name="cancel">Ends the call before its pass.</param>
    /// <exception cref="InvalidInputException">The film cannot be read, or a disease is mistyped.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public Task<Reading> RecognizeAsync(Stream film, IReadOnlyList<string>? diseases = null, CancellationToken cancel = default) =>
        RecognizeAsync([FilmSource.FromStream(film)], diseases, cancel);

    /// <summary>Reads a film from memory.</summary>
    /// <param name="film">The bytes of a file, which must not change. A name for it: <see cref="FilmSource.FromBytes"/>.</param>
    /// <param name="diseases">As of a file; null: the model's own list.</param>
    /// <param name="cancel">Ends the call before its pass.</param>
    /// <exception cref="InvalidInputException">The film cannot be read, or a disease is mistyped.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public Task<Reading> RecognizeAsync(ReadOnlyMemory<byte> film, IReadOnlyList<string>? diseases = null,
        CancellationToken cancel = default) => RecognizeAsync([FilmSource.FromBytes(film)], diseases, cancel);

    /// <summary>
    /// Reads the views of one study together: frontal ones count (those that the header does not call lateral or oblique), all where none
    /// is; scores are means over them. A view that cannot be read, or that the gate refuses, is left out with a warning.
    /// </summary>
    /// <param name="views">At least one; of one study, which is not checked.</param>
    /// <param name="diseases">As of a file; null: the model's own list.</param>
    /// <param name="cancel">Ends the call before its next pass.</param>
    /// <exception cref="InvalidInputException">No view can be read, or a disease is mistyped.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public async Task<Reading> RecognizeAsync(IReadOnlyList<FilmSource> views, IReadOnlyList<string>? diseases = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(views);
        if (views.Count == 0) throw new ArgumentException("a study has at least one view.", nameof(views));
        using var call = _engine.Enter();
        var list = diseases is null ? _standard : _engine.List(diseases);
        return await ReadAsync(views, list, v => v.OpenAsync(_options.MaxFilmBytes, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads many films, each by itself, in order; the next are decoded while one is read. Folders are walked and DICOMDIRs followed, as
    /// the command line does. A film that cannot be read is a value in its place.
    /// </summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="diseases">As of a file; null: the model's own list.</param>
    /// <param name="cancel">Ends the run between films.</param>
    /// <exception cref="InvalidInputException">A disease is mistyped.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public async IAsyncEnumerable<ReadingResult> RecognizeManyAsync(IEnumerable<string> paths, IReadOnlyList<string>? diseases = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using var call = _engine.Enter();
        var list = diseases is null ? _standard : _engine.List(diseases);
        var ahead = new Queue<(InputFile File, Task<ImageIntake.IntakeResult> Taken)>();
        try
        {
            foreach (var file in InputFiles.Find(paths))
            {
                ahead.Enqueue((file, _engine.TakeAsync(file, cancel)));
                if (ahead.Count > Ahead) yield return await NextAsync().ConfigureAwait(false);
            }
            while (ahead.Count > 0) yield return await NextAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (var (_, taken) in ahead) await ((Task)taken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<ReadingResult> NextAsync()
        {
            var (_, taken) = ahead.Peek();
            var name = "";
            try
            {
                var own = await taken.ConfigureAwait(false);
                name = own.Source.Shown;
                return new(name, await ReadAsync([own], list, t => Task.FromResult(t), cancel).ConfigureAwait(false), null);
            }
            catch (InvalidInputException e)
            {
                return new(name, null, e);
            }
            finally
            {
                ahead.Dequeue();
            }
        }
    }

    Task<Reading> ReadAsync(IReadOnlyList<FilmSource> views, DiseaseList list, Func<FilmSource, Task<InputFile>> open,
        CancellationToken cancel) => ReadAsync<FilmSource>(views, list,
            async v => await _engine.TakeAsync(await open(v).ConfigureAwait(false), cancel).ConfigureAwait(false), cancel);

    async Task<Reading> ReadAsync<T>(IReadOnlyList<T> views, DiseaseList list, Func<T, Task<ImageIntake.IntakeResult>> take,
        CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        using var activity = RecognitionTelemetry.Source.StartActivity("radz.recognize");
        var outcome = "failed";
        try
        {
            var reading = await ReadAsync(await ViewsAsync(views, take).ConfigureAwait(false), list, cancel).ConfigureAwait(false);
            outcome = reading.Gate.Verdict == Verdict.Refuse ? "refused" : "read";
            return reading;
        }
        catch (OperationCanceledException)
        {
            outcome = "canceled";
            throw;
        }
        catch (InvalidInputException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Kind);
            Failed(_logger, e.Kind);
            throw;
        }
        finally
        {
            activity?.SetTag("radz.outcome", outcome).SetTag("radz.films", views.Count).SetTag("radz.diseases", list.Entries.Count);
            var elapsed = Stopwatch.GetElapsedTime(began);
            RecognitionTelemetry.Ended(elapsed, outcome);
            Ended(_logger, views.Count, list.Entries.Count, outcome, elapsed.TotalMilliseconds);
        }
    }

    /// <summary>All views, decoded side by side; one that cannot be opened is a value.</summary>
    static async Task<ImageIntake.IntakeResult[]> ViewsAsync<T>(IReadOnlyList<T> views, Func<T, Task<ImageIntake.IntakeResult>> take) =>
        await Task.WhenAll(views.Select(async view =>
        {
            try { return await take(view).ConfigureAwait(false); }
            catch (InvalidInputException e) { return new(null, new(e.Path, e.Path, null, null, []), e); }
        })).ConfigureAwait(false);

    async Task<Reading> ReadAsync(ImageIntake.IntakeResult[] views, DiseaseList list, CancellationToken cancel)
    {
        List<ImageResult> images = [];
        List<string> warnings = [.. _warnings];
        Dictionary<ImageResult, float[]> prepared = new(ReferenceEqualityComparer.Instance);
        Calibrated? calibrated = null;
        SourceImage? refused = null;
        foreach (var view in views)
        {
            if (view.Error is { } error)
            {
                RecognitionTelemetry.Failed(error.Kind);
                images.Add(new ImageResult.Failed(view.Source.Shown, error) { Source = view.Source });
                warnings.Add($"A view was left out: {error.Message}");
                continue;
            }
            if (_options.Gate == GatePolicy.Refuse && view.Source.Gate.Count > 0)
            {
                RecognitionTelemetry.Refused();
                refused ??= view.Source;
                warnings.Add($"A view was refused: {view.Source.Shown}: {string.Join("; ", view.Source.Gate)}.");
                continue;
            }
            (var findings, calibrated) = await _engine.ScoreAsync(view.Pixels!, list, cancel).ConfigureAwait(false);
            var result = new ImageResult.Recognized(view.Source.Shown, findings) { Source = view.Source };
            images.Add(result);
            prepared.Add(result, view.Pixels!);
        }
        if (StudyAnswer.Combine(images) is not { } answer)
            return refused is null ? throw ((ImageResult.Failed)images[0]).Error : Refusal(refused, list, warnings);
        RecognitionTelemetry.Read(prepared.Count);
        return Made(images, answer, calibrated, prepared[answer.Used[0]], list, warnings);
    }

    Reading Made(List<ImageResult> images, StudyAnswer answer, Calibrated? calibrated, float[] lead, DiseaseList list,
        List<string> warnings)
    {
        GateReason[] reasons = [.. answer.Used.SelectMany(u => u.Source!.Gate).GroupBy(r => (r.Reason, r.Source))
            .Select(g => g.MaxBy(r => r.Score)!)];
        return new(_engine, list, lead, _reporter.Report(images, answer, calibrated))
        {
            Name = answer.Used[0].File,
            Findings = [.. answer.Ranked.Select(f =>
                new Finding(f.Disease, calibrated?.Calibrate(f).Probability, new(f.Score, f.Probability, f.Standalone)))],
            Gate = new(reasons.Length > 0 ? Verdict.Flag : Verdict.Pass, reasons),
            Model = Model,
            Warnings = warnings,
        };
    }

    Reading Refusal(SourceImage film, DiseaseList list, List<string> warnings) => new(_engine, list, [], null)
    {
        Name = film.Shown,
        Findings = [],
        Gate = new(Verdict.Refuse, film.Gate),
        Model = Model,
        Warnings = warnings,
    };

    /// <summary>Waits for the calls that run, and frees the model.</summary>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Waits for the calls that run, and frees the model.</summary>
    public void Dispose() => _engine.Dispose();

    [LoggerMessage(1, LogLevel.Debug, "{Films} film(s) over {Diseases} diseases: {Outcome} after {Milliseconds:0} ms")]
    private static partial void Ended(ILogger logger, int films, int diseases, string outcome, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "A film could not be read: {Kind}")]
    private static partial void Failed(ILogger logger, string kind);
}
