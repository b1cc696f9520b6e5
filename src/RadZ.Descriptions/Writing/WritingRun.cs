using System.Text.Json;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Descriptions.Writing;

/// <summary>
/// Descriptions of a list of diseases, kept disease by disease: <c>FILE</c> holds the entries that passed, <c>FILE.prompt.txt</c> the
/// prompt, <c>FILE.report.json</c> every try. A run that was stopped goes on with the same numbers; nothing that stands in the file is
/// written over, so that an edited entry stays.
/// </summary>
sealed class WritingRun
{
    /// <summary>After so many diseases in a row of which the model could not be asked, the run ends.</summary>
    const int FaultsInARow = 3;

    static readonly string[] s_hopeless =
        ["unauthorised", "not-found", "unreachable", "bad-request", "redirected", "not-a-number", "too-long"];

    readonly string _path;
    readonly DescriptionAuthor _author;
    readonly WritingOptions _options;
    readonly DescriptionWriter _writer;
    readonly Dictionary<string, Disease> _entries;
    readonly Dictionary<string, WrittenDescription> _report;

    /// <param name="path">The knowledge file to write; it may hold entries already.</param>
    /// <param name="author">Who writes.</param>
    /// <param name="knowledge">The base that the descriptions go into.</param>
    /// <param name="options">How.</param>
    /// <param name="time">Which day it is.</param>
    /// <exception cref="InvalidInputException">The file or its report are of another model, prompt, temperature or seed.</exception>
    public WritingRun(string path, DescriptionAuthor author, KnowledgeBase knowledge, WritingOptions options, TimeProvider time)
    {
        (_path, _author, _options) = (path, author, options);
        _writer = new(author, knowledge, options, time);
        _entries = File.Exists(path) ? KnowledgeBase.Load(path).Diseases.ToDictionary(d => d.Name) : [];
        if (_entries.Values.FirstOrDefault(d => d.Origin is { } o && !IsOurs(o)) is { } foreign)
            throw Other(path, $"'{foreign.Name}' was written by {foreign.Origin!.Model} with another model state, prompt, temperature or " +
                "seeds");
        var before = File.Exists(ReportPath) ? StrictJson.ReadFile<Report>(ReportPath) : null;
        if (before is not null && before with { Diseases = [] } != Head())
            throw Other(ReportPath, $"is of a run by {before.Model} with another model state, prompt, temperature or seed");
        _report = before?.Diseases.ToDictionary(d => d.Name,
            d => new WrittenDescription(d.Name, _entries.GetValueOrDefault(d.Name), d.Tries)) ?? [];
    }

    /// <summary>Every try of every disease, with what was wrong.</summary>
    public string ReportPath => _path + ".report.json";

    /// <summary>The prompt as it was sent, with its slots.</summary>
    public string PromptPath => _path + ".prompt.txt";

    /// <summary>Writes what is not there yet, and gives every disease's outcome in the order asked.</summary>
    /// <param name="diseases">The diseases.</param>
    /// <param name="done">Called after each.</param>
    /// <param name="cancel">Stops; what is written is kept.</param>
    /// <exception cref="InvalidInputException">The model cannot be asked at all, or could not several times in a row.</exception>
    public async Task<IReadOnlyList<WrittenDescription>> WriteAsync(IReadOnlyList<Disease> diseases,
        Action<WrittenDescription>? done = null,
        CancellationToken cancel = default)
    {
        AtomicFile.WriteText(PromptPath, $"{DescriptionPrompt.Expert}\n\n{_options.Prompt.Template}\n");
        var (outcomes, faults) = (new List<WrittenDescription>(), 0);
        foreach (var disease in diseases)
        {
            var outcome = await WriteOneAsync(disease, faults, cancel).ConfigureAwait(false);
            faults = outcome.Fault is null ? 0 : faults + 1;
            outcomes.Add(outcome);
            done?.Invoke(outcome);
        }
        return outcomes;
    }

    async Task<WrittenDescription> WriteOneAsync(Disease disease, int faults, CancellationToken cancel)
    {
        var before = _report.GetValueOrDefault(disease.Name);
        if (_entries.TryGetValue(disease.Name, out var there)) return new(disease.Name, there, before?.Tries ?? []);
        if (before?.Tries.Count >= _options.Tries) return new(disease.Name, null, before.Tries);       // tried out: more --tries go on
        WrittenDescription outcome;
        try
        {
            outcome = await _writer.WriteAsync(disease, before?.Tries, cancel).ConfigureAwait(false);
        }
        catch (InvalidInputException e) when (!s_hopeless.Contains(e.Kind) && faults + 1 < FaultsInARow)
        {
            return new(disease.Name, null, before?.Tries ?? []) { Fault = e.Message };
        }
        _report[disease.Name] = outcome;
        if (outcome.Entry is { } entry)
        {
            _entries[disease.Name] = entry;
            new KnowledgeBase([.. _entries.Values]).Write(_path);
        }
        AtomicFile.WriteText(ReportPath,
            JsonSerializer.Serialize(Head() with { Diseases = [.. _report.Values.Select(r => new DiseaseAttempts(r.Name, r.Tries))] },
                StrictJson.Options) + "\n");
        return outcome;
    }

    bool IsOurs(DescriptionOrigin origin) =>
        origin.Model == _author.Name && origin.Weights == _author.Weights && origin.Endpoint == _author.Endpoint
        && origin.Prompt == _options.Prompt.Hash && origin.Temperature.Equals(_options.Temperature)
        && origin.Seed == _options.Seed + origin.Tries - 1;

    static InvalidInputException Other(string path, string what) =>
        new(path, "other-run", $"{what}; give the same to go on, or another --out. An entry that you edited yourself stays if you take " +
            "its 'origin' out.");

    Report Head() => new()
    {
        Model = _author.Name,
        Weights = _author.Weights,
        Endpoint = _author.Endpoint,
        Prompt = _options.Prompt.Hash,
        Temperature = _options.Temperature,
        Seed = _options.Seed,
        Diseases = [],
    };

    sealed record Report
    {
        public required string Model { get; init; }
        public string? Weights { get; init; }
        public string? Endpoint { get; init; }
        public required string Prompt { get; init; }
        public required double Temperature { get; init; }
        public required long Seed { get; init; }
        public required DiseaseAttempts[] Diseases { get; init; }
    }

    sealed record DiseaseAttempts(string Name, IReadOnlyList<WritingAttempt> Tries);
}
