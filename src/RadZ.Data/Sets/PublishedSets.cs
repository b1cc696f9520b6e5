using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>The published sets (and a user's own table), read in the folders and files in which their publishers give them away.</summary>
static class PublishedSets
{
    static readonly Dictionary<string, Func<SetBuilder, SampleSet>> s_readers = new()
    {
        ["chestxray14"] = ChestXray14Set.Read,
        ["mimic-cxr"] = MimicSet.Read,
        ["chexpert"] = CheXpertSet.Read,
        ["rsna"] = RsnaSet.Read,
        ["siim-acr"] = SiimSet.Read,
        ["covidx-cxr2"] = CovidxSet.Read,
        ["padchest"] = PadChestSet.Read,
        ["openi"] = OpenISet.Read,
        ["vindr-cxr"] = VinDrSet.Read,
        ["chestx-det10"] = ChestXDetSet.Read,
        ["kermany"] = Kermany,
    };

    /// <summary>
    /// Reads a part of a set. A broken row or a missing image is in <see cref="SampleSet.Skipped"/> with its line, and stops no other.
    /// </summary>
    /// <param name="card">The set, of <see cref="Ontology.Resolve"/>.</param>
    /// <param name="request">Root, split and how much of it.</param>
    /// <exception cref="InvalidInputException">The root, a table or a column is missing, the split is unknown, or no row is
    /// usable.</exception>
    public static SampleSet Read(SetCard card, SetRequest request) =>
        ReaderOf(card)(new(card, request));

    static Func<SetBuilder, SampleSet> ReaderOf(SetCard card) => card.Table is not null ? ManifestSet.Read
        : s_readers.TryGetValue(card.Name, out var reader) ? reader
        : throw new ArgumentOutOfRangeException(nameof(card), card.Name, "no reader knows a set of this name.");

    static SampleSet Kermany(SetBuilder set)
    {
        var read = KermanyFolder.Read(Path.Combine(set.Root, set.Request.Split));
        foreach (var skipped in read.Skipped) set.Skip(skipped);
        foreach (var sample in read.Samples) set.Add(sample with { View = View.Frontal }, Path.GetFileName(sample.Image), sample.Image, 0);
        return set.Build();
    }
}
