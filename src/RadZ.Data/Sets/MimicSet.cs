using RadZ.Data.Reports;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>MIMIC-CXR and MIMIC-CXR-JPG: images by the metadata table, splits by image, labels by study, a report file a study.</summary>
static class MimicSet
{
    public static SampleSet Read(SetBuilder set)
    {
        var wanted = Split(set);
        var labels = Studies(set);
        var sections = new Dictionary<string, ReportSections?>();
        using var rows = CsvRows.Open(set.Table("mimic-cxr-2.0.0-metadata.csv"));
        var (dicom, subject, study, view) =
            (rows.Column("dicom_id"), rows.Column("subject_id"), rows.Column("study_id"), rows.Find("ViewPosition"));
        foreach (var line in rows.Lines())
        {
            if (line.Fault is null && wanted is not null && !wanted.Remove(line[dicom])) continue;
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (!Number(line[subject], out var patient) || !Number(line[study], out var of))
                set.Skip(rows.Skip(line, "bad-patient",
                    $"subject and study are '{line[subject]}' and '{line[study]}', expected whole numbers."));
            else if (patient.Length < 2) set.Skip(rows.Skip(line, "bad-patient", $"subject is '{patient}', expected eight digits."));
            else
            {
                var folder = Path.Combine(set.Root, "files", $"p{patient[..2]}", $"p{patient}");
                var report = set.Request.Reports ? Report(Path.Combine(folder, $"s{of}.txt"), of, sections) : null;
                if (!labels.TryGetValue(of, out var known)) set.LeaveOut("study without labels");
                else
                    set.Add(new(ImageOf(set, Path.Combine(folder, $"s{of}"), line[dicom]), set.Intern($"mimic:{patient}"), "mimic-cxr",
                        known)
                    {
                        Study = set.Intern(of),
                        View = PatientFacts.View(line[view]),
                        Sections = report,
                        Report = report?.Body is { } body
                            ? string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : null,
                    }, line[dicom], rows.Path, line.Number);
            }
        }
        foreach (var name in wanted?.Order(StringComparer.Ordinal) ?? (IEnumerable<string>)[])
            set.Skip(rows.Path, 0, "missing-row", $"image '{name}' of the split has no row in the table of metadata.");
        return set.Build();
    }

    /// <summary>The images of the split by their ids; null: all.</summary>
    static HashSet<string>? Split(SetBuilder set)
    {
        if (set.Request.Split == "all") return null;
        if (set.Request.SplitFile is { } file)
            return [.. SplitNames.Read(set.Use(file)).Select(n => Path.GetFileNameWithoutExtension(n.Name))];
        using var rows = CsvRows.Open(set.Table("mimic-cxr-2.0.0-split.csv"));
        var (dicom, split) = (rows.Column("dicom_id"), rows.Column("split"));
        return [.. rows.Lines().Where(l => l.Fault is null && l[split] == set.Request.Split).Select(l => l[dicom])];
    }

    static Dictionary<string, Labels> Studies(SetBuilder set)
    {
        using var rows = CsvRows.Open(set.Table("mimic-cxr-2.0.0-chexpert.csv", "mimic-cxr-2.0.0-negbio.csv"));
        var (subject, study) = (rows.Column("subject_id"), rows.Column("study_id"));
        var columns = LabelColumns.Find(set, rows.Header, subject, study);
        if (columns.Count < 14)
            throw new InvalidInputException($"{rows.Path}:1", "missing-column",
                $"{columns.Count} of the 14 labels are among its columns, expected all.");
        var labels = new Dictionary<string, Labels>();
        foreach (var line in rows.Lines())
        {
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (!Number(line[study], out var of))
                set.Skip(rows.Skip(line, "bad-study", $"study is '{line[study]}', expected a whole number."));
            else if (columns.Read(line, out var states) is { } bad) set.Skip(rows.Skip(line, "bad-cell", bad));
            else if (!labels.TryAdd(of, Completed(states))) set.Skip(rows.Skip(line, "duplicate-study", $"study {of} has labels already."));
        }
        return labels;

        Labels Completed(Label[] states)
        {
            set.DenyNormal(states);                                                // the labeller writes "no finding" as 1 or not at all
            return set.Labels(states);
        }
    }

    static string ImageOf(SetBuilder set, string folder, string dicom)
    {
        var first = Path.Combine(folder, dicom + ".jpg");
        if (!set.Request.Images || File.Exists(first)) return first;
        foreach (var ending in (ReadOnlySpan<string>)[".dcm", ".png"])
            if (Path.Combine(folder, dicom + ending) is var other && File.Exists(other)) return other;
        return "";
    }

    static ReportSections? Report(string path, string study, Dictionary<string, ReportSections?> read)
    {
        if (!read.TryGetValue(study, out var sections))
            read[study] = sections = File.Exists(path) ? MimicReport.Parse(study, File.ReadAllText(path)) : null;
        return sections;
    }

    /// <summary>"10000032" or "10000032.0".</summary>
    static bool Number(string cell, out string number)
    {
        number = cell.EndsWith(".0", StringComparison.Ordinal) ? cell[..^2] : cell;
        return number.Length > 0 && number.All(char.IsAsciiDigit);
    }
}
