using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// What is known of a published set: its labels in the knowledge base's names, its splits, its traps. Read from <c>ontology.json</c>.
/// </summary>
sealed record SetCard
{
    /// <summary>As the command line calls it: <c>chestxray14</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names of it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>Where it lies and what of it is read.</summary>
    public required string Layout { get; init; }

    /// <summary>Prefix of patient keys: <c>nih</c>. Sets of one hospital share it.</summary>
    public required string Key { get; init; }

    /// <summary>False where the publishers do not say which images are of one patient: then each image counts as a patient.</summary>
    public bool PatientsKnown { get; init; } = true;

    /// <summary>True where all films are older than COVID-19: it is absent in them.</summary>
    public bool BeforeCovid { get; init; }

    /// <summary>The named splits; a file of image names or one of the derived tables can be given instead.</summary>
    public required IReadOnlyList<string> Splits { get; init; }

    /// <summary>The split for measuring.</summary>
    public required string Test { get; init; }

    /// <summary>The split on which thresholds are locked; null where the set has none.</summary>
    public string? Validation { get; init; }

    /// <summary>The split for learning, where the set has one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? Train => Splits.FirstOrDefault(s => s is "train" or "train_val" or "training");

    /// <summary>A user's own table that this is the card of (<see cref="ManifestSet"/>); null for a published set.</summary>
    public string? Table { get; init; }

    /// <summary>Each label of the set and what it is to us.</summary>
    public required IReadOnlyList<LabelMapping> Labels { get; init; }

    /// <summary>
    /// Lists of classes by who used them, the first by default: diseases, or <c>normal = not pneumonia</c> for a column that is the
    /// complement of another.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; init; }

    /// <summary>Other sets whose patients are in this one.</summary>
    public IReadOnlyList<SetOverlap> Overlaps { get; init; } = [];

    /// <summary>What a reader of numbers on this set must know.</summary>
    public IReadOnlyList<string> Traps { get; init; } = [];

    /// <summary>The diseases of the labels, each once, in the order of the set.</summary>
    public IEnumerable<string> Diseases => Labels.Where(l => l.Disease is not null).Select(l => l.Disease!).Distinct();

    /// <summary>The mapping of a label, whatever its case, spaces, <c>_</c> and <c>-</c>.</summary>
    public LabelMapping? Find(string label)
    {
        var key = TermKey.From(label);
        return Labels.FirstOrDefault(l => TermKey.From(l.Label) == key || l.Spellings.Any(s => TermKey.From(s) == key));
    }

    /// <summary>The labels as columns of a table of results.</summary>
    public IReadOnlyList<DiseaseColumn> Columns =>
        [.. Labels.Where(l => l.Disease is not null).DistinctBy(l => l.Disease).Select(l => new DiseaseColumn(l.Label, l.Disease!))];
}

/// <summary>A label of a set, and the disease of the knowledge base that it stands for.</summary>
sealed record LabelMapping
{
    /// <summary>As the set writes it.</summary>
    public required string Label { get; init; }

    /// <summary>Its other spellings in derived tables.</summary>
    public IReadOnlyList<string> Spellings { get; init; } = [];

    /// <summary>
    /// The knowledge base's name, or a name of the set's own where the base has none; null where it is no finding (a remark on quality).
    /// </summary>
    public string? Disease { get; init; }

    /// <summary>What is lost or wrong in the mapping; null where nothing is.</summary>
    public string? Lossy { get; init; }
}

/// <summary>Patients that two sets share.</summary>
sealed record SetOverlap
{
    /// <summary>The other set.</summary>
    public required string With { get; init; }

    /// <summary>How many, and how it is known.</summary>
    public required string What { get; init; }
}

/// <summary>All cards.</summary>
sealed class Ontology
{
    static readonly Lazy<Ontology> s_embedded = new(Read);

    Ontology(IReadOnlyList<SetCard> sets) => Sets = sets;

    /// <summary>The one that ships with the library.</summary>
    public static Ontology Embedded => s_embedded.Value;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<SetCard> Sets { get; }

    /// <summary>The set of a name or alias.</summary>
    /// <exception cref="InvalidInputException">There is none; the nearest is told.</exception>
    public SetCard Resolve(string name)
    {
        var key = TermKey.From(name);
        return Sets.FirstOrDefault(s => s.Aliases.Prepend(s.Name).Any(n => TermKey.From(n) == key))
            ?? throw new InvalidInputException("‹dataset›", "unknown-dataset",
                $"there is no set '{name}'" + NameSuggestion.HintOrList(name, Sets.SelectMany(s => s.Aliases.Prepend(s.Name)),
                    listed: Sets.Select(s => s.Name)));
    }

    sealed record OntologyFile(int Version, IReadOnlyList<SetCard> Sets);

    static Ontology Read()
    {
        using var stream = typeof(Ontology).Assembly.GetManifestResourceStream("ontology.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new(StrictJson.Read<OntologyFile>("ontology.json", bytes.ToArray(), Problems).Sets);
    }

    static IEnumerable<string> Problems(OntologyFile file)
    {
        foreach (var set in file.Sets)
        {
            foreach (var twice in set.Labels.SelectMany(l => l.Spellings.Prepend(l.Label).DistinctBy(TermKey.From)).GroupBy(TermKey.From)
                .Where(g => g.Count() > 1)) yield return $"{set.Name}: label '{twice.First()}' stands twice.";
            foreach (var label in set.Labels.Where(l =>
                l.Disease is not null && KnowledgeBase.Embedded.TryFind(l.Disease, out var known) && known.Name != l.Disease))
                yield return $"{set.Name}: '{label.Label}' is mapped to '{label.Disease}', which the knowledge base calls " +
                    $"'{KnowledgeBase.Embedded.Resolve(label.Disease!).Name}'.";
            var diseases = set.Diseases.ToHashSet();
            foreach (var (list, classes) in set.Classes)
                foreach (var one in classes.Where(c => !diseases.Contains(ClassColumn.Parse(c).Disease)))
                    yield return $"{set.Name}: class '{one}' of list '{list}' is no disease of its labels.";
            if (!set.Splits.Contains(set.Test)) yield return $"{set.Name}: test split '{set.Test}' is none of its splits.";
            if (set.Validation is { } validation && !set.Splits.Contains(validation))
                yield return $"{set.Name}: validation split '{validation}' is none of its splits.";
            foreach (var overlap in set.Overlaps.Where(o => file.Sets.All(s => s.Name != o.With)))
                yield return $"{set.Name}: overlaps with '{overlap.With}', which is no set here.";
        }
    }
}
