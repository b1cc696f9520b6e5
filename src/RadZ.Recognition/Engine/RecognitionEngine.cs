using RadZ.Data.Studies;
using RadZ.Imaging;
using RadZ.Model.Features;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Images;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;

namespace RadZ.Recognition.Engine;

/// <summary>
/// A loaded model for many callers at once. Films are decoded side by side; each is a pass of its own through the model, and passes come
/// one after the other (torch uses all threads for one), so a film's numbers depend on nothing but film, model and list. Features of the
/// last <see cref="KeptLists"/> lists of diseases stay in memory.
/// </summary>
sealed class RecognitionEngine : IDisposable, IAsyncDisposable
{
    /// <summary>Lists of diseases whose features are kept.</summary>
    public const int KeptLists = 16;

    readonly RadiologyEncoder _encoder;
    readonly ImageIntake _intake;
    readonly EngineSettings _settings;
    readonly TextFeatureCache _texts;
    readonly RunningCalls _calls;
    readonly SemaphoreSlim _pass = new(1, 1), _decoding = new(Environment.ProcessorCount, Environment.ProcessorCount);
    readonly LinkedList<KnownList> _lists = [];

    /// <summary>A list with its features, and what makes probabilities of its scores.</summary>
    sealed record KnownList(string Key, ImageScorer Scorer, Calibrated? Calibrated);

    /// <param name="encoder">The model; the engine disposes it.</param>
    /// <param name="intake">How films are opened.</param>
    /// <param name="texts">Where features of texts are kept.</param>
    /// <param name="settings">How it scores.</param>
    /// <param name="owner">What callers hold, for the error after disposal.</param>
    public RecognitionEngine(RadiologyEncoder encoder, ImageIntake intake, TextFeatureCache texts, EngineSettings settings, Type owner) =>
        (_encoder, _intake, _texts, _settings, _calls) = (encoder, intake, texts, settings, new(owner));

    /// <summary>The model.</summary>
    public RadiologyEncoder Encoder => _encoder;

    /// <summary>The list of some names.</summary>
    /// <exception cref="Files.InvalidInputException">A name is probably mistyped, or there is none.</exception>
    public DiseaseList List(IReadOnlyList<string> names) => DiseaseList.Create(names, _settings.Knowledge);

    /// <summary>Begins a call: the model stays until it ends.</summary>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public RunningCalls.Call Enter() => _calls.Enter();

    /// <summary>Decodes and prepares one film.</summary>
    public async Task<ImageIntake.IntakeResult> TakeAsync(InputFile film, CancellationToken cancel)
    {
        await _decoding.WaitAsync(cancel).ConfigureAwait(false);
        try { return await Task.Run(() => _intake.Open(film), cancel).ConfigureAwait(false); }
        finally { _decoding.Release(); }
    }

    /// <summary>The findings of prepared pixels, in the order of the list, and what makes probabilities of their scores.</summary>
    /// <exception cref="OperationCanceledException">Before the pass began; one that runs is not stopped.</exception>
    public Task<(IReadOnlyList<ScoredDisease> Findings, Calibrated? Calibrated)> ScoreAsync(float[] pixels, DiseaseList list,
        CancellationToken cancel) =>
        PassAsync(list, known => (known.Scorer.Findings(pixels, cancel), known.Calibrated), cancel);

    /// <summary>Where in prepared pixels the model found what speaks for a disease.</summary>
    /// <param name="pixels">[3, S, S].</param>
    /// <param name="list">The diseases.</param>
    /// <param name="place">Of the disease, in the list.</param>
    public HeatMap Explain(float[] pixels, DiseaseList list, int place)
    {
        using var call = Enter();
        _pass.Wait();
        try
        {
            var method = _settings.HeatMaps ?? Explainer.StandardOf(_encoder.Folder.Settings);
            return new Explainer(_encoder, Known(list).Scorer).Explain(pixels, [place], method)[0];
        }
        finally { _pass.Release(); }
    }

    async Task<T> PassAsync<T>(DiseaseList list, Func<KnownList, T> use, CancellationToken cancel)
    {
        await _pass.WaitAsync(cancel).ConfigureAwait(false);
        try { return await Task.Run(() => use(Known(list)), cancel).ConfigureAwait(false); }
        finally { _pass.Release(); }
    }

    /// <summary>Only within a pass: a list that is dropped is used by nobody.</summary>
    KnownList Known(DiseaseList list)
    {
        var key = string.Join('\0', list.Entries.Select(e => e.Name));
        for (var node = _lists.First; node is not null; node = node.Next)
        {
            if (node.Value.Key != key) continue;
            _lists.Remove(node);
            _lists.AddFirst(node);
            return node.Value;
        }
        var scorer = new ImageScorer(_encoder, list, _settings.Score, _texts);
        try
        {
            var calibrated = Calibrated.OfModel(_settings.Calibration, _settings.ModelFolder, scorer, _encoder.Hash,
                _settings.Knowledge.ContentHash);
            _lists.AddFirst(new KnownList(key, scorer, calibrated));
        }
        catch
        {
            scorer.Dispose();
            throw;
        }
        if (_lists.Count > KeptLists)
        {
            _lists.Last!.Value.Scorer.Dispose();
            _lists.RemoveLast();
        }
        return _lists.First!.Value;
    }

    /// <summary>Waits for the calls that run, and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        var first = _calls.Close();
        await _calls.Ended.ConfigureAwait(false);
        if (first) Free();
    }

    /// <summary>Waits for the calls that run, and frees the model.</summary>
    public void Dispose()
    {
        var first = _calls.Close();
        _calls.Ended.GetAwaiter().GetResult();
        if (first) Free();
    }

    void Free()
    {
        foreach (var known in _lists) known.Scorer.Dispose();
        _lists.Clear();
        _encoder.Dispose();
        _pass.Dispose();
        _decoding.Dispose();
    }
}

/// <summary>How an engine scores.</summary>
/// <param name="Score">What ranks.</param>
/// <param name="Knowledge">Descriptions of diseases.</param>
/// <param name="ModelFolder">The folder whose calibration counts.</param>
/// <param name="Calibration">A calibration in place of that; null: none.</param>
/// <param name="HeatMaps">How maps are made; null: as the model was taught.</param>
sealed record EngineSettings(ScoreKind Score, KnowledgeBase Knowledge, string ModelFolder, string? Calibration, HeatMapMethod? HeatMaps);
