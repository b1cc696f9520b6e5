using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>The forms in which labelled images lie on disk.</summary>
enum SetForm
{
    /// <summary>A user's own table (<see cref="ManifestFile"/>).</summary>
    Manifest,

    /// <summary>ChestX-ray14's table with its images beside it (<see cref="NihTable"/>).</summary>
    Nih,

    /// <summary>Kermany's folders (<see cref="KermanyFolder"/>).</summary>
    Kermany,

    /// <summary>Hannover's table (<see cref="CovidTable"/>).</summary>
    Covid,

    /// <summary>A published set, or a user's own table with splits (<see cref="PublishedSets"/>).</summary>
    Published,
}

/// <summary>Labelled images, by form and place.</summary>
/// <param name="Form">How they lie there.</param>
/// <param name="Path">The table, or the folder.</param>
sealed record SetSource(SetForm Form, string Path)
{
    /// <summary>The source of rows that do not say theirs; null: as the form has it.</summary>
    public string? Name { get; init; }

    /// <summary>Where the columns of a user's own table are looked up; null: the embedded base.</summary>
    public KnowledgeBase? Knowledge { get; init; }

    /// <summary>Which published set.</summary>
    public string? Set { get; init; }

    /// <summary>Which split of it; null: the one for learning.</summary>
    public string? Split { get; init; }
}

/// <summary>The one family of sets: whatever form labelled images lie in, they are read here.</summary>
static class LabelledSets
{
    static readonly Dictionary<SetForm, Func<SetSource, SampleSet>> s_readers = new()
    {
        [SetForm.Manifest] = s => ManifestFile.Read(s.Path, s.Knowledge, s.Name),
        [SetForm.Nih] = s => NihTable.Read(s.Path),
        [SetForm.Kermany] = s => KermanyFolder.Read(s.Path),
        [SetForm.Covid] = s => CovidTable.Read(s.Path),
        [SetForm.Published] = Published,
    };

    /// <summary>Reads a set. A broken row or a missing image is in <see cref="SampleSet.Skipped"/>, and stops no other.</summary>
    /// <exception cref="InvalidInputException">A table, a folder or a column is missing, or the set or split is unknown.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no reader of the form.</exception>
    public static SampleSet Read(SetSource source) => s_readers.TryGetValue(source.Form, out var read) ? read(source)
        : throw new ArgumentOutOfRangeException(nameof(source), source.Form, "no such form of a set.");

    /// <summary>Films known to be lateral or oblique are left out, as they are where a model is measured.</summary>
    static SampleSet Published(SetSource source)
    {
        var card = Ontology.Embedded.Resolve(source.Set!);
        return PublishedSets.Read(card, new(source.Path, source.Split ?? card.Train!) { FrontalOnly = true, Reports = true });
    }
}
