using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Text.Knowledge;

/// <summary>
/// The diseases that we can describe, with their names, synonyms and what entails what. The embedded one is <c>knowledge.json</c>; a
/// user's file of the same form adds or overrides entries. Names match whatever their case, spaces, <c>_</c> and <c>-</c>.
/// </summary>
public sealed class KnowledgeBase
{
    /// <summary>The version of the file format.</summary>
    public const int FormatVersion = 1;

    static readonly Lazy<KnowledgeBase> s_embedded = new(() => ReadEmbedded("knowledge.json"));
    readonly Dictionary<string, Disease> _byName = [];
    readonly Dictionary<string, Disease> _bySynonym = [];
    readonly Lazy<Mentions> _mentions;

    /// <summary>Of two entries with one name or synonym the first is found; <see cref="Check"/> tells of them.</summary>
    public KnowledgeBase(IReadOnlyList<Disease> diseases)
    {
        Diseases = diseases;
        _mentions = new(() => new(diseases));
        foreach (var disease in diseases)
        {
            _byName.TryAdd(TermKey.From(disease.Name), disease);
            foreach (var synonym in disease.Synonyms.Concat(disease.Spellings)) _bySynonym.TryAdd(TermKey.From(synonym), disease);
        }
    }

    /// <summary>The base that ships with the library.</summary>
    public static KnowledgeBase Embedded => s_embedded.Value;

    /// <summary>The entries in the order of the file.</summary>
    public IReadOnlyList<Disease> Diseases { get; }

    /// <summary>SHA-256 over the names and descriptions, in lower-case hex: which knowledge a run or a bank was made from.</summary>
    public string ContentHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Diseases.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => $"{d.Name}\t{d.Description?.Text}")))));

    /// <summary>
    /// Reads a user's file; a typo in it is an <see cref="InvalidInputException"/>, its content is for <see cref="Check"/>.
    /// </summary>
    public static KnowledgeBase Load(string path) => FromFile(path, StrictJson.ReadFile<KnowledgeFile>(path));

    /// <summary>Writes a file that <see cref="Load"/> reads: these entries, or those of the given names.</summary>
    public void Write(string path, IEnumerable<string>? names = null) => AtomicFile.WriteText(path, JsonSerializer.Serialize(
        new KnowledgeFile { Version = FormatVersion, Diseases = names is null ? Diseases : [.. names.Select(Resolve)] }, StrictJson.Options)
            + "\n");

    /// <summary>
    /// This base with the entries of another: one of the same name replaces ours in its place, under our spelling (labels go by it); one
    /// that only describes (no synonyms, spellings, entailments or codes) leaves ours those; a new one goes to the end.
    /// </summary>
    public KnowledgeBase WithOverrides(KnowledgeBase other)
    {
        var replaced = Diseases.Select(d => other._byName.TryGetValue(TermKey.From(d.Name), out var theirs) ? Over(d, theirs) : d);
        return new([.. replaced, .. other.Diseases.Where(d => !_byName.ContainsKey(TermKey.From(d.Name)))]);
    }

    static Disease Over(Disease ours, Disease theirs) =>
        theirs is { Description: not null, Synonyms: [], Spellings: [], Entails: [], Codes.Count: 0 }
        ? ours with { Description = theirs.Description, WrittenBy = theirs.WrittenBy, WrittenOn = theirs.WrittenOn, Origin = theirs.Origin }
        : theirs with { Name = ours.Name };

    /// <summary>Finds an entry by its name, or else by a synonym or a data set's spelling.</summary>
    public bool TryFind(string nameOrSynonym, [NotNullWhen(true)] out Disease? disease)
    {
        var key = TermKey.From(nameOrSynonym);
        return _byName.TryGetValue(key, out disease) || _bySynonym.TryGetValue(key, out disease);
    }

    /// <summary>The entry of that name or synonym, or else a disease with that name (outer spaces trimmed) and no description.</summary>
    public Disease Resolve(string nameOrSynonym)
    {
        if (TermKey.From(nameOrSynonym).Length == 0)
            throw new ArgumentException($"'{nameOrSynonym}' is no disease name: expected letters.", nameof(nameOrSynonym));
        return TryFind(nameOrSynonym, out var disease)
            ? disease
            : new Disease { Name = string.Join(' ', nameOrSynonym.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) };
    }

    /// <summary>The name or synonym that a mistyped name was probably meant to be; null when none is near.</summary>
    public string? Nearest(string name) => NameSuggestion.Nearest(name, Terms);

    /// <summary>
    /// Everything that is present where this disease is, itself excepted: COVID-19 gives viral pneumonia and pneumonia. Empty for a
    /// name that the base does not hold.
    /// </summary>
    public IReadOnlySet<string> Entailed(string name)
    {
        var found = new HashSet<string>();
        if (!TryFind(name, out var start)) return found;
        var open = new Stack<Disease>([start]);
        while (open.TryPop(out var disease))
            foreach (var next in disease.Entails.Select(Resolve).Where(d => d.Name != start.Name && found.Add(d.Name)))
                open.Push(next);
        return found;
    }

    /// <summary>
    /// What a reviewer of the base must look at; empty when nothing is wrong. Check a user's file together with the base that it
    /// overrides: its entries may entail ours.
    /// </summary>
    public IReadOnlyList<KnowledgeProblem> Check() => KnowledgeCheck.FindProblems(this);

    /// <summary>All names and synonyms, names first.</summary>
    internal IEnumerable<string> Terms => Diseases.Select(d => d.Name).Concat(Diseases.SelectMany(d => d.Synonyms));

    /// <summary>The diseases that a text names, in its order.</summary>
    public IReadOnlyList<Disease> MentionedIn(string text) => _mentions.Value.FindIn(text);

    internal static KnowledgeBase ReadEmbedded(string name)
    {
        using var stream = typeof(KnowledgeBase).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return FromFile(name, StrictJson.Read<KnowledgeFile>(name, copy.ToArray()));
    }

    static KnowledgeBase FromFile(string path, KnowledgeFile file)
    {
        if (file.Version != FormatVersion)
            throw new InvalidInputException(path, "unknown-version",
                $"version is {file.Version}, expected {FormatVersion}; this program reads no other.");
        if (file.Diseases.FirstOrDefault(d => TermKey.From(d.Name).Length == 0) is { } unnamed)
            throw new InvalidInputException(path, "bad-name", $"a disease has the name '{unnamed.Name}', expected letters.");
        return new(file.Diseases);
    }

    sealed record KnowledgeFile
    {
        public required int Version { get; init; }
        public required IReadOnlyList<Disease> Diseases { get; init; }
    }
}
