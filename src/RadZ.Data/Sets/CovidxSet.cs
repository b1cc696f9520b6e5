using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>
/// COVIDx CXR-2: a line an image without header, "patient file class source", spaces between; the file name may hold spaces.
/// </summary>
static class CovidxSet
{
    public static SampleSet Read(SetBuilder set)
    {
        var table = set.Request.SplitFile is { } file ? set.Use(file) : set.Table(set.Request.Split + ".txt");
        var images = set.Request.Images
            ? ImageIndex.Scan(set.Root, set.Request.SplitFile is null ? [set.Request.Split] : ["test", "train", "val"]) : null;
        foreach (var (at, text) in SplitNames.Lines(table).Index())
        {
            if (text.Trim().Length == 0) continue;
            var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 4)
            {
                set.Skip(table, at + 1, "cell-count", $"the line has {words.Length} words, expected patient, file, class and source.");
                continue;
            }
            var (patient, name, word, source) = (words[0], string.Join(' ', words[1..^2]), words[^2], words[^1]);
            if (ReadLabels(set, word) is not { } states)
            {
                set.Skip(table, at + 1, "bad-labels",
                    $"class is '{word}', expected positive or negative (in the old form normal, pneumonia or COVID-19).");
                continue;
            }
            // RSNA's negatives keep RSNA's ids: the same patient has the same key in both sets
            set.Add(new(images is null ? Path.Combine(set.Root, set.Request.Split, name) : images.Find(name) ?? "",
                set.Intern(source.Equals("rsna", StringComparison.OrdinalIgnoreCase) ? $"rsna:{patient}" : $"covidx:{patient}"),
                "covidx-cxr2", set.Labels(states))
            {
                RawLabels = set.Intern($"{word} ({source})"),
                Site = set.Intern(source),
            }, name, table, at + 1);
        }
        return set.Build();
    }

    static Label[]? ReadLabels(SetBuilder set, string word)
    {
        var states = set.Space.Blank();
        var (covid, pneumonia, normal) = (set.Space.Place("COVID-19"), set.Space.Place("pneumonia"), set.Space.Place("no finding"));
        (Label Covid, Label Pneumonia, Label Normal)? labels = TermKey.From(word) switch
        {
            "positive" or "covid19" => (Label.Present, Label.Present, Label.Absent),
            "negative" => (Label.Absent, Label.Unknown, Label.Unknown),
            "normal" => (Label.Absent, Label.Absent, Label.Present),
            "pneumonia" => (Label.Absent, Label.Present, Label.Absent),
            _ => null,
        };
        if (labels is not { } known) return null;
        (states[covid], states[pneumonia], states[normal]) = known;
        return states;
    }
}
