using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// A user's own table as a set: its splits are the words of its column <c>split</c> (and <c>all</c>), its classes the disease columns.
/// </summary>
static class ManifestSet
{
    static readonly string[] s_test = ["test"], s_validation = ["validation", "validate", "valid", "val"];

    /// <summary>The card of a table.</summary>
    /// <param name="path">The manifest, <c>.csv</c> or <c>.csv.gz</c>.</param>
    /// <param name="knowledge">Where its columns are looked up; null: the embedded base.</param>
    /// <exception cref="InvalidInputException">Its header is at fault, or it has no disease column.</exception>
    public static SetCard CardOf(string path, KnowledgeBase? knowledge = null)
    {
        var read = ManifestFile.Read(path, knowledge, requireImages: false);
        if (read.Diseases.Count == 0)
            throw new InvalidInputException($"{path}:1", "bad-header", "there is no disease column; nothing can be measured.");
        return CardOf(path, read);
    }

    /// <summary>The card of a table that was read.</summary>
    internal static SetCard CardOf(string path, SampleSet read)
    {
        List<string> splits = [.. read.Samples.Select(s => s.Split).OfType<string>().Distinct()];
        return new()
        {
            Name = "manifest",
            Title = Path.GetFileName(path),
            Layout = "a table with the columns image, patient, split and one a disease",
            Key = "manifest",
            Table = Path.GetFullPath(path),
            Splits = [.. splits.Append("all").Distinct()],
            Test = splits.FirstOrDefault(s_test.Contains) ?? "all",
            Validation = splits.FirstOrDefault(s_validation.Contains),
            Labels = [.. read.Diseases.Select(d => new LabelMapping { Label = d.Header, Disease = d.Name })],
            Classes = new Dictionary<string, IReadOnlyList<string>> { ["all"] = [.. read.Diseases.Select(d => d.Name)] },
        };
    }

    internal static SampleSet Read(SetBuilder set)
    {
        var table = set.Use(set.Card.Table!);
        var read = ManifestFile.Read(table, set.Request.Knowledge, requireImages: set.Request.Images);
        var names = set.Request.SplitFile is { } file ? SplitNames.Read(set.Use(file)).Select(n => n.Name).ToHashSet(StringComparer.Ordinal)
            : null;
        foreach (var skipped in read.Skipped) set.Skip(skipped);
        foreach (var sample in read.Samples)
            if (names?.Contains(Path.GetFileName(sample.Image)) ?? (set.Request.Split == "all" || sample.Split == set.Request.Split))
                set.Add(sample, sample.Image, table, 0);
        return set.Build();
    }
}
