using System.Globalization;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>
/// VinDr-CXR in PhysioNet's form (tables of 28 labels and of boxes) or Kaggle's (a row a box). Several readers of an image: present if more
/// than half say so, absent if none does, uncertain between.
/// </summary>
static class VinDrSet
{
    sealed class Film
    {
        public int Line { get; init; }
        public HashSet<string> Readers { get; } = [];
        public Dictionary<int, HashSet<string>> Seen { get; } = [];
        public HashSet<int> Asked { get; } = [];
        public List<FindingBox> Boxes { get; } = [];
    }

    public static SampleSet Read(SetBuilder set)
    {
        HashSet<string>? wanted = set.Request.SplitFile is { } file
            ? [.. SplitNames.Read(set.Use(file)).Select(n => Path.GetFileNameWithoutExtension(n.Name))] : null;
        var split = wanted is null ? set.Request.Split : "train";
        var labels = set.Find(Path.Combine("annotations", $"image_labels_{split}.csv"), $"image_labels_{split}.csv");
        var table = labels ?? (split == "train" ? set.Table("train.csv") : throw new InvalidInputException(set.Request.Root, "missing-file",
            $"there is no annotations/image_labels_{split}.csv; Kaggle's form has no labels of the test split: use PhysioNet's."));
        var images = set.Request.Images ? ImageIndex.Scan(set.Root, "train", "test") : null;
        var films = labels is not null ? Table(set, labels) : Rows(set, table);
        if (labels is not null && set.Find(Path.Combine("annotations", $"annotations_{split}.csv"),
            $"annotations_{split}.csv") is { } boxes) Boxes(set, boxes, films, opinions: false);
        foreach (var (name, film) in films)
        {
            if (wanted is not null && !wanted.Remove(name)) continue;
            var states = set.Space.Blank();
            foreach (var place in film.Asked)
            {
                var votes = film.Seen.TryGetValue(place, out var readers) ? readers.Count : 0;
                states[place] = votes == 0 ? Label.Absent : 2 * votes > film.Readers.Count ? Label.Present : Label.Uncertain;
            }
            set.Add(new(images is null ? Path.Combine(set.Root, split, name + ".dicom") : images.Find(name) ?? "", $"vindr:{name}",
                "vindr-cxr", set.Labels(states))
            { Study = name, Boxes = film.Boxes }, name, table, film.Line);
        }
        foreach (var name in wanted?.Order(StringComparer.Ordinal) ?? (IEnumerable<string>)[])
            set.Skip(set.Request.SplitFile!, 0, "missing-row", $"image '{name}' of the split has no labels.");
        return set.Build();
    }

    /// <summary>PhysioNet: a row an image (and reader), a column a label.</summary>
    static Dictionary<string, Film> Table(SetBuilder set, string path)
    {
        using var rows = CsvRows.Open(path);
        var (id, reader) = (rows.Column("image_id"), rows.Find("rad_id"));
        var columns = LabelColumns.Find(set, rows.Header, id, reader);
        if (columns.Count == 0)
            throw new InvalidInputException($"{path}:1", "missing-column", "none of its columns is a label of the set.");
        var films = new Dictionary<string, Film>();
        foreach (var line in rows.Lines())
        {
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (columns.Read(line, out var states) is { } bad) set.Skip(rows.Skip(line, "bad-cell", bad));
            else
            {
                var film = films.TryGetValue(line[id], out var before) ? before : films[line[id]] = new() { Line = line.Number };
                var who = reader < 0 ? "consensus" : line[reader];
                if (!film.Readers.Add(who)) set.Skip(rows.Skip(line, "duplicate-image", $"image '{line[id]}' was read by {who} already."));
                else
                    foreach (var (place, state) in states.Index().Where(s => s.Item.IsKnown()))
                    {
                        film.Asked.Add(place);
                        if (state == Label.Present) AddVote(film, place, who);
                    }
            }
        }
        return films;
    }

    /// <summary>Kaggle: a row a box, whose class is also the reader's opinion of the image; the local labels are all asked.</summary>
    static Dictionary<string, Film> Rows(SetBuilder set, string path)
    {
        var films = new Dictionary<string, Film>();
        Boxes(set, path, films, opinions: true);
        int[] asked = [.. s_kaggle.Select(l => set.Space.Place(set.Mapping(l)!.Disease!))];
        foreach (var film in films.Values) film.Asked.UnionWith(asked);
        return films;
    }

    static readonly string[] s_kaggle =
    [
        "Aortic enlargement", "Atelectasis", "Calcification", "Cardiomegaly", "Consolidation", "ILD", "Infiltration", "Lung Opacity",
        "Nodule/Mass", "Other lesion",
        "Pleural effusion", "Pleural thickening", "Pneumothorax", "Pulmonary fibrosis", "No finding",
    ];

    static void Boxes(SetBuilder set, string path, Dictionary<string, Film> films, bool opinions)
    {
        using var rows = CsvRows.Open(path);
        var (id, word, reader) = (rows.Column("image_id"), rows.Column("class_name"), rows.Find("rad_id"));
        int[] edges = [rows.Column("x_min"), rows.Column("y_min"), rows.Column("x_max"), rows.Column("y_max")];
        foreach (var line in rows.Lines())
        {
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (set.Mapping(line[word]) is not { Disease: { } disease })
                set.Skip(rows.Skip(line, "bad-labels",
                    $"class is '{line[word]}', no label of the " +
                    $"set{NameSuggestion.Hint(line[word], set.Card.Labels.Select(l => l.Label))}"));
            else
            {
                if (!films.TryGetValue(line[id], out var film))
                {
                    if (!opinions) continue;
                    films[line[id]] = film = new() { Line = line.Number };
                }
                var who = reader < 0 ? "consensus" : line[reader];
                if (opinions)
                {
                    film.Readers.Add(who);
                    AddVote(film, set.Space.Place(disease), who);
                }
                // "No finding" has no box
                if (edges.All(e => line[e].Length == 0 || line[e].Equals("nan", StringComparison.OrdinalIgnoreCase))) continue;
                var n = Array.ConvertAll(edges,
                    e => double.TryParse(line[e], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : double.NaN);
                if (n[2] > n[0] && n[3] > n[1])
                    film.Boxes.Add(new(set.Intern(line[word]), disease, n[0], n[1], n[2] - n[0], n[3] - n[1], null)
                    {
                        Reader = set.Intern(who),
                    });
                else set.Skip(rows.Skip(line, "bad-box", "expected numbers with x_max above x_min and y_max above y_min."));
            }
        }
    }

    static void AddVote(Film film, int place, string who) =>
        (film.Seen.TryGetValue(place, out var readers) ? readers : film.Seen[place] = []).Add(who);
}
