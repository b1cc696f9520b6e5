using System.Globalization;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// PadChest: a row an image with the report's labels as a Python list. What is not listed is absent, unless the report only says
/// "unchanged".
/// </summary>
static class PadChestSet
{
    public static SampleSet Read(SetBuilder set)
    {
        var images = set.Request.Images ? ImageIndex.Scan(set.Root) : null;
        HashSet<string>? wanted = set.Request.SplitFile is { } file ? [.. SplitNames.Read(set.Use(file)).Select(n => n.Name)] : null;
        using var rows = CsvRows.Open(set.Table("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"));
        var (image, folder, patient, labels) =
            (rows.Column("ImageID"), rows.Find("ImageDir"), rows.Column("PatientID"), rows.Column("Labels"));
        var (study, view, sex, birth, date, method) = (rows.Find("StudyID"), rows.Find("Projection"), rows.Find("PatientSex_DICOM"),
            rows.Find("PatientBirth"), rows.Find("StudyDate_DICOM"), rows.Find("MethodLabel"));
        foreach (var line in rows.Lines())
        {
            if (line.Fault is null && wanted is not null && !wanted.Remove(line[image])) continue;
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (wanted is null && set.Request.Split == "physician"
                && !line[method].Equals("Physician", StringComparison.OrdinalIgnoreCase))
                set.LeaveOut("labelled by a network, not by a physician");
            else if (line[image].Length == 0 || line[patient].Length == 0)
                set.Skip(rows.Skip(line, "no-patient", $"image is '{line[image]}' and patient '{line[patient]}'; both are needed."));
            else if (line[labels].Length == 0 || line[labels].Equals("nan", StringComparison.OrdinalIgnoreCase)) set.LeaveOut("no labels");
            else if (PythonList.Parse(line[labels], out var bad) is not { } items) set.Skip(rows.Skip(line, "bad-labels", bad!));
            else if (ReadLabels(set, items) is not { } states) set.LeaveOut("labelled 'exclude'");
            else
                set.Add(new(images is null ? Path.Combine(set.Root, line[folder], line[image]) : images.Find(line[image]) ?? "",
                    set.Intern($"padchest:{line[patient]}"), "padchest", set.Labels(states))
                {
                    Study = set.Intern(line[study]),
                    View = ViewOf(line[view]),
                    Sex = PatientFacts.Sex(line[sex]),
                    Age = Years(line[birth], line[date]),
                    RawLabels = set.Intern(string.Join('|', items.Select(i => i.Trim()).Where(i => i.Length > 0))),
                }, line[image], rows.Path, line.Number);
        }
        foreach (var name in wanted?.Order(StringComparer.Ordinal) ?? (IEnumerable<string>)[])
            set.Skip(set.Request.SplitFile!, 0, "missing-row", $"image '{name}' of the split has no row in the table.");
        return set.Build();
    }

    static Label[]? ReadLabels(SetBuilder set, IReadOnlyList<string> items)
    {
        var states = set.Space.Blank();
        var words = items.Select(i => i.Trim()).Where(i => i.Length > 0).ToList();
        if (words.Any(w => w.Equals("exclude", StringComparison.OrdinalIgnoreCase))) return null;
        // an empty list, or "unchanged": nothing is said of what is not listed
        var complete = words.Count > 0 && !words.Any(w => w.Equals("unchanged", StringComparison.OrdinalIgnoreCase));
        if (complete) Array.Fill(states, Label.Absent);
        foreach (var word in words)
            if (set.Mapping(word) is { Disease: { } disease }) states[set.Space.Place(disease)] = Label.Present;
        if (set.Space.Place(Disease.NoFinding) is >= 0 and var normal && words.Count > 1 && states[normal] == Label.Present
            && states.Count(s => s == Label.Present) > 1) states[normal] = Label.Absent;
        return states;
    }

    /// <summary>PA, L, AP, AP_horizontal, COSTAL, EXCLUDE.</summary>
    static View ViewOf(string word) => PatientFacts.View(word);

    static double? Years(string birth, string date) =>
        double.TryParse(birth, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var born) && date.Length >= 4
            && double.TryParse(date.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year - born is >= 0 and <= 120 and var age ? age : null;
}
