using System.Globalization;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>
/// RSNA 2018: a row a box; an image is positive if any row has Target 1. The derived tables (MAVL, LLaVA-RadZ:
/// <c>ID,img_path,boxes,classes</c>) name a split and hold the boxes as <c>x;y;w;h|x;y;w;h</c>.
/// </summary>
static class RsnaSet
{
    sealed class Film
    {
        public int Line { get; init; }
        public bool Positive { get; set; }
        public string? Class { get; set; }
        public List<FindingBox> Boxes { get; } = [];
    }

    public static SampleSet Read(SetBuilder set)
    {
        var images = set.Request.Images ? ImageIndex.Scan(set.Root, "stage_2_train_images", "images") : null;
        var patients = Mapping(set);
        var split = set.Request.SplitFile is { } file ? set.Use(file) : set.Request.Split == "test"
            ? set.Find("test.csv", "new_test.csv")
                ?? throw new InvalidInputException(set.Request.Root, "missing-file",
                    "the set has no official test split; put the derived test.csv (ID,img_path,boxes,classes) there, name a file of " +
                    "image ids by ‹split FILE›, or measure on ‹split all› (only with a model that was not trained on it).")
            : null;
        var published = set.Find("stage_2_train_labels.csv");
        var (table, films) = published is not null ? (published, ReadTable(set, published))
            : (split ?? set.Table("stage_2_train_labels.csv"), Derived(set, split!));
        if (set.Find("stage_2_detailed_class_info.csv") is { } classes) Classes(set, classes, films);
        var names = split is null ? films.Select(f => (Name: f.Key, f.Value.Line))
            : SplitNames.Read(split).Select(n => (Name: Path.GetFileNameWithoutExtension(n.Name), n.Line));
        var (pneumonia, normal) = (set.Space.Place("pneumonia"), set.Space.Place("no finding"));
        foreach (var (name, line) in names)
        {
            if (!films.TryGetValue(name, out var film))
            {
                set.Skip(split ?? table, line, "missing-row", $"image '{name}' of the split has no labels in {Path.GetFileName(table)}.");
                continue;
            }
            var states = set.Space.Blank();
            states[pneumonia] = film.Positive ? Label.Present : Label.Absent;
            states[normal] = film.Positive ? Label.Absent
                : film.Class switch { "normal" => Label.Present, null => Label.Unknown, _ => Label.Absent };
            set.Add(new(images is null ? Path.Combine(set.Root, "stage_2_train_images", name + ".dcm") : images.Find(name) ?? "",
                set.Intern(patients.GetValueOrDefault(name, $"rsna:{name}")), "rsna", set.Labels(states))
            {
                Study = name,
                RawLabels = film.Class,
                Boxes = film.Boxes,
            }, name, split ?? table, line);
        }
        return set.Build();
    }

    static Dictionary<string, Film> ReadTable(SetBuilder set, string table)
    {
        using var rows = CsvRows.Open(table);
        var (id, x, target) = (rows.Column("patientId"), rows.Column("x"), rows.Column("Target"));
        rows.Column("y");
        var films = new Dictionary<string, Film>();
        foreach (var line in rows.Lines())
        {
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (line[id].Length == 0) set.Skip(rows.Skip(line, "no-image", "the patientId cell is empty."));
            else if (!LabelColumns.TryParse(line[target], out var label) || !label.IsKnown())
                set.Skip(rows.Skip(line, "bad-cell", $"Target is '{line[target]}', expected 1 or 0."));
            else
            {
                var film = films.TryGetValue(line[id], out var before) ? before : films[line[id]] = new() { Line = line.Number };
                if (label != Label.Present) continue;
                film.Positive = true;
                if (Box([line[x], line[x + 1], line[x + 2], line[x + 3]]) is { } box) film.Boxes.Add(box);
                else
                    set.Skip(rows.Skip(line, "bad-box",
                        $"the box is '{line[x]},{line[x + 1]},{line[x + 2]},{line[x + 3]}', expected numbers with width and height above " +
                        "0; the image counts as positive all the same."));
            }
        }
        return films;
    }

    static Dictionary<string, Film> Derived(SetBuilder set, string table)
    {
        using var rows = CsvRows.Open(table);
        var (id, boxes, classes) = (rows.Column("ID"), rows.Column("boxes"), rows.Column("classes"));
        var films = new Dictionary<string, Film>();
        foreach (var line in rows.Lines())
        {
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (!LabelColumns.TryParse(line[classes], out var label) || !label.IsKnown())
                set.Skip(rows.Skip(line, "bad-cell", $"classes is '{line[classes]}', expected 1 or 0."));
            else
            {
                var film = films[Path.GetFileNameWithoutExtension(line[id])] =
                    new() { Line = line.Number, Positive = label == Label.Present };
                if (line[boxes].Length == 0 || line[boxes].Equals("nan", StringComparison.OrdinalIgnoreCase)) continue;
                foreach (var text in line[boxes].Split('|'))
                    if (Box(text.Split(';')) is { } box) film.Boxes.Add(box);
                    else set.Skip(rows.Skip(line, "bad-box", $"'{text}' is no box; expected x;y;w;h."));
            }
        }
        return films;
    }

    static void Classes(SetBuilder set, string table, Dictionary<string, Film> films)
    {
        using var rows = CsvRows.Open(table);
        var (id, word) = (rows.Column("patientId"), rows.Column("class"));
        foreach (var line in rows.Lines())
            if (TermKey.From(line[word]) is not ("normal" or "nolungopacitynotnormal" or "lungopacity"))
                set.Skip(rows.Skip(line, "bad-labels",
                    $"class is '{line[word]}', expected Normal, No Lung Opacity / Not Normal, or Lung Opacity."));
            else if (films.TryGetValue(line[id], out var film)) film.Class = line[word].ToLowerInvariant();
    }

    /// <summary>The NIH patient of each image, by the mapping that RSNA published; empty where it is not at hand.</summary>
    static Dictionary<string, string> Mapping(SetBuilder set)
    {
        var patients = new Dictionary<string, string>();
        if (set.Find("pneumonia-challenge-dataset-mappings_2018.json") is not { } path) return patients;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var row in json.RootElement.EnumerateArray())
                if (row.TryGetProperty("subset_img_id", out var id) && row.TryGetProperty("img_id", out var nih)
                    && ChestXray14Set.PatientOf(nih.GetString() ?? "") is { } patient)
                    patients[id.GetString() ?? ""] = patient;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(path, "bad-json",
                $"is not the list of subset_img_id and img_id that RSNA published ({e.Message}).", e);
        }
        return patients;
    }

    static FindingBox? Box(string[] edges)
    {
        Span<double> n = stackalloc double[4];
        if (edges.Length != 4) return null;
        for (var i = 0; i < 4; i++)
            if (!double.TryParse(edges[i], NumberStyles.Float, CultureInfo.InvariantCulture, out n[i])) return null;
        return n[2] > 0 && n[3] > 0 ? new("Lung Opacity", "pneumonia", n[0], n[1], n[2], n[3], 1024) : null;
    }
}
