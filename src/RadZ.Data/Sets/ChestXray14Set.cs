using System.Globalization;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// NIH ChestX-ray14 as published, with its split lists and boxes; or the derived table of KAD, MAVL and LLaVA-RadZ (a column a finding).
/// </summary>
static class ChestXray14Set
{
    public static SampleSet Read(SetBuilder set)
    {
        var images = set.Request.Images ? ImageIndex.Scan(set.Root, Parts(set.Root)) : null;
        string ImageOf(string name) => images is null ? Path.Combine(set.Root, "images", name) : images.Find(name) ?? "";
        var boxes = Boxes(set);
        if (DerivedTable(set) is { } derived)
        {
            ReadDerived(set, derived, ImageOf, boxes);
            return set.Build();
        }
        var wanted = Wanted(set);
        var seen = new HashSet<string>();
        using (var rows = CsvRows.Open(set.Table("Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv")))
        {
            var (image, labels, patient) = (rows.Column("Image Index"), rows.Column("Finding Labels"), rows.Column("Patient ID"));
            var (age, sex, view) = (rows.Find("Patient Age"),
                rows.Find("Patient Gender") is >= 0 and var gender ? gender : rows.Find("Patient Sex"), rows.Find("View Position"));
            var pool = new Dictionary<string, (Labels? Value, string? Fault)>();
            foreach (var line in rows.Lines())
            {
                var name = line[image];
                if (wanted is not null && !wanted.ContainsKey(name)) continue;
                seen.Add(name);
                if (!pool.TryGetValue(line[labels], out var parsed)) pool[line[labels]] = parsed = NihTable.Parse(line[labels]);
                if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
                else if (line.Cells.Length <= Math.Max(image, Math.Max(labels, patient)))
                    set.Skip(rows.Skip(line, "cell-count",
                        $"the row has {line.Cells.Length} cells, expected at least {Math.Max(image, Math.Max(labels, patient)) + 1}."));
                else if (parsed.Fault is { } bad) set.Skip(rows.Skip(line, "bad-labels", bad));
                else if (!int.TryParse(line[patient], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    set.Skip(rows.Skip(line, "bad-patient", $"patient is '{line[patient]}', expected a whole number."));
                else
                    set.Add(new(ImageOf(name), set.Intern($"nih:{number}"), "chestxray14", parsed.Value!)
                    {
                        Study = Path.GetFileNameWithoutExtension(name),
                        View = PatientFacts.View(line[view]),
                        Sex = PatientFacts.Sex(line[sex]),
                        Age = PatientFacts.Age(line[age]),
                        RawLabels = set.Intern(line[labels]),
                        Boxes = boxes.GetValueOrDefault(name, []),
                    }, name, rows.Path, line.Number);
            }
        }
        foreach (var (name, line) in wanted ?? [])
            if (!seen.Contains(name))
                set.Skip(set.Request.SplitFile ?? ListOf(set), line, "missing-row",
                    $"image '{name}' of the split has no row in the table of labels.");
        return set.Build();
    }

    static IEnumerable<string> Parts(string root) => Directory.EnumerateDirectories(root, "images*").Select(d => Path.GetFileName(d)!);

    static string ListOf(SetBuilder set) => set.Table(set.Request.Split == "test" ? "test_list.txt" : "train_val_list.txt");

    static Dictionary<string, int>? Wanted(SetBuilder set)
    {
        if (set.Request.Split == "all") return null;
        var list = set.Request.SplitFile is { } file ? set.Use(file) : ListOf(set);
        var wanted = new Dictionary<string, int>();
        foreach (var (name, line) in SplitNames.Read(list))
            if (!wanted.TryAdd(name, line)) set.Skip(list, line, "duplicate-image", $"image '{name}' is already on line {wanted[name]}.");
        return wanted;
    }

    /// <summary>The derived table, where it is asked for, or where it is all that there is for the test split.</summary>
    static string? DerivedTable(SetBuilder set)
    {
        var table = set.Request.SplitFile is { } given && given.Contains(".csv", StringComparison.OrdinalIgnoreCase) ? set.Use(given)
            : set.Request.Split == "test" && set.Find("Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv") is null
                ? set.Find("official_test.csv") : null;
        if (table is null) return null;
        using var rows = CsvRows.Open(table);
        return rows.Find("Image Index") >= 0 && rows.Header.Count(h => set.Mapping(h) is not null) >= 14 ? table : null;
    }

    static void ReadDerived(SetBuilder set, string table, Func<string, string> imageOf, Dictionary<string, IReadOnlyList<FindingBox>> boxes)
    {
        using var rows = CsvRows.Open(table);
        var (image, words) = (rows.Column("Image Index"), rows.Find("Finding Label"));
        var columns = LabelColumns.Find(set, rows.Header, image, words, rows.Find("img_path"));
        foreach (var line in rows.Lines())
        {
            var name = Path.GetFileName(line[image]);
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (columns.Read(line, out var states) is { } bad) set.Skip(rows.Skip(line, "bad-cell", bad));
            else if (PatientOf(name) is not { } patient)
                set.Skip(rows.Skip(line, "bad-patient",
                    $"image '{name}' is not named as NIH's (00000013_005.png), so its patient is not known."));
            else
            {
                // the derived table has no column for it: none of the 14 is NIH's "No Finding"
                var normal = set.Space.Place(Disease.NoFinding);
                if (states[normal] == Label.Unknown) states[normal] = states.Contains(Label.Present) ? Label.Absent : Label.Present;
                set.Add(new(imageOf(name), set.Intern(patient), "chestxray14", set.Labels(states))
                {
                    Study = Path.GetFileNameWithoutExtension(name),
                    RawLabels = words < 0 ? null : set.Intern(line[words]),
                    Boxes = boxes.GetValueOrDefault(name, []),
                }, name, rows.Path, line.Number);
            }
        }
    }

    /// <summary>The patient in one of NIH's file names: <c>00000013_005.png</c> is <c>nih:13</c>.</summary>
    public static string? PatientOf(string name) =>
        name.Length > 9 && name[8] == '_' && int.TryParse(name[..8], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? $"nih:{number}" : null;

    static Dictionary<string, IReadOnlyList<FindingBox>> Boxes(SetBuilder set)
    {
        var boxes = new Dictionary<string, IReadOnlyList<FindingBox>>();
        if (set.Find("BBox_List_2017.csv") is not { } table) return boxes;
        using var rows = CsvRows.Open(table);
        var edges = new double[4];
        foreach (var line in rows.Lines())
        {
            // Image Index, Finding Label, "Bbox [x", y, w, h]
            var sound = line.Fault is null && line.Cells.Length >= 6;
            for (var i = 0; i < 4 && sound; i++)
                sound = double.TryParse(line[2 + i], NumberStyles.Float, CultureInfo.InvariantCulture, out edges[i]);
            if (!sound || !(edges[2] > 0 && edges[3] > 0))
                set.Skip(rows.Skip(line, "bad-box", "expected image, label, and x, y, width, height above 0."));
            else if (set.Mapping(line[1]) is not { Disease: { } disease })
                set.Skip(rows.Skip(line, "bad-labels", $"'{line[1]}' is no label of the set."));
            else
                boxes[line[0]] = [.. boxes.GetValueOrDefault(line[0], []),
                    new(line[1], disease, edges[0], edges[1], edges[2], edges[3], 1024)];
        }
        return boxes;
    }
}
