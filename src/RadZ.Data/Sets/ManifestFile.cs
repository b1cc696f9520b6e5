using System.Globalization;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// The table by which a user brings images of their own: columns <c>image</c>, <c>patient</c>, then one a disease with 1 (present),
/// 0 (absent), -1 (uncertain) or nothing (not mentioned); optionally <c>report</c>, <c>source</c>, <c>split</c>, <c>study</c>, <c>view</c>
/// (PA, AP, frontal, lateral), <c>sex</c> (F, M), <c>age</c> (years) and <c>site</c>. Paths are relative to the table. A disease's header
/// is a name or synonym of the knowledge base, <c>disease:</c> and any name, or free text like no known name over a column of labels.
/// </summary>
static class ManifestFile
{
    const string FreeName = "disease:";
    static readonly string[] s_fixed = ["image", "patient", "report", "source", "split", "study", "view", "sex", "age", "site"];

    /// <summary>Reads a manifest; a fault of the header is an error, a fault of a row skips that row.</summary>
    /// <param name="path">The table, <c>.csv</c> or <c>.csv.gz</c>.</param>
    /// <param name="knowledge">Where names and synonyms are looked up; the embedded base when null.</param>
    /// <param name="source">The source of rows that do not say theirs; the table's file name without extension when null.</param>
    /// <param name="requireImages">False: images need not be there, since scores are.</param>
    public static SampleSet Read(string path, KnowledgeBase? knowledge = null, string? source = null, bool requireImages = true)
    {
        var table = CsvTable.Read(path);
        var columns = Columns(table, knowledge ?? KnowledgeBase.Embedded);
        source ??= Path.GetFileName(path).Split('.')[0];
        var (image, patient, report, sourceAt) =
            (table.Column("image"), table.Column("patient"), table.Find("report"), table.Find("source"));
        if (columns.All(c => c is null) && report < 0)
            throw new InvalidInputException($"{path}:1", "bad-header",
                "there is neither a disease column nor a report column; nothing can be learned or tested.");

        List<Sample> samples = [];
        List<SkippedRow> skipped = [];
        string? Said(string[] cells, string column) => table.Find(column) is >= 0 and var at && cells[at].Length > 0 ? cells[at] : null;
        var lineOf = new Dictionary<string, int>();
        foreach (var line in table.Lines)
        {
            var cells = line.Cells;
            if (line.Fault is { } fault) skipped.Add(table.Skip(line, "bad-quotes", fault));
            else if (cells.Length != table.Header.Length)
                skipped.Add(table.Skip(line, "cell-count",
                    $"the row has {cells.Length} cells, the header {table.Header.Length}; quote cells that contain commas."));
            else if (BadCell(cells, columns) is { } badCell) skipped.Add(table.Skip(line, "bad-cell", badCell));
            else if (Said(cells, "view") is { } view && PatientFacts.View(view) is View.Unknown or View.Other
                && TermKey.From(view) != "other")
                skipped.Add(table.Skip(line, "bad-view", $"view is '{view}', expected PA, AP, frontal, lateral, other or nothing."));
            else if (Said(cells, "sex") is { } sex && PatientFacts.Sex(sex) == Sex.Unknown)
                skipped.Add(table.Skip(line, "bad-sex", $"sex is '{sex}', expected F, M or nothing."));
            else if (Said(cells, "age") is { } age && PatientFacts.Age(age) is null)
                skipped.Add(table.Skip(line, "bad-age", $"age is '{age}', expected years from 0 to 120 or nothing."));
            else if (cells[image].Length == 0) skipped.Add(table.Skip(line, "no-image", "the image cell is empty."));
            else if (cells[patient].Length == 0)
                skipped.Add(table.Skip(line, "no-patient", "the patient cell is empty; splits go by patient, give each a key."));
            else
            {
                var full = Path.GetFullPath(cells[image], Path.GetDirectoryName(Path.GetFullPath(path))!);
                var from = sourceAt >= 0 && cells[sourceAt].Length > 0 ? cells[sourceAt] : source;
                if (requireImages && !File.Exists(full))
                    skipped.Add(table.Skip(line, "missing-image", $"there is no file {full}; paths are relative to the table."));
                else if (!lineOf.TryAdd(full, line.Number))
                    skipped.Add(table.Skip(line, "duplicate-image", $"image '{cells[image]}' is already on line {lineOf[full]}."));
                else
                    samples.Add(new(full, cells[patient].Contains(':') ? cells[patient] : $"{from}:{cells[patient]}", from,
                        LabelsOf(cells, columns))
                    {
                        Report = report >= 0 && cells[report].Length > 0 ? cells[report] : null,
                        Split = Said(cells, "split"),
                        Study = Said(cells, "study"),
                        Site = Said(cells, "site"),
                        View = PatientFacts.View(Said(cells, "view") ?? ""),
                        Sex = PatientFacts.Sex(Said(cells, "sex") ?? ""),
                        Age = PatientFacts.Age(Said(cells, "age") ?? ""),
                    });
            }
        }
        return new(samples, skipped) { Diseases = [.. columns.OfType<DiseaseColumn>()], Files = [path] };
    }

    /// <summary>Writes samples so that <see cref="Read"/> gives them back.</summary>
    /// <param name="path">The table to write; image paths become relative to it.</param>
    /// <param name="samples">What to write.</param>
    /// <param name="diseases">The disease columns in order with their headers; all that the samples' labels hold, by name, when
    /// null.</param>
    /// <param name="knowledge">The base that will read it; the embedded one when null.</param>
    public static void Write(string path, IReadOnlyList<Sample> samples, IReadOnlyList<DiseaseColumn>? diseases = null,
        KnowledgeBase? knowledge = null)
    {
        knowledge ??= KnowledgeBase.Embedded;
        diseases ??= [.. samples.SelectMany(s => s.Labels.ByDisease.Keys).Distinct()
            .Select(n => new DiseaseColumn(knowledge.TryFind(n, out _) ? n : FreeName + n, n))];
        var reports = samples.Any(s => s.Report is not null);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] report = reports ? ["report"] : [];
        (string Name, Func<Sample, string?> Of)[] facts =
            [.. ((ReadOnlySpan<(string, Func<Sample, string?>)>)[("split", s => s.Split), ("study", s => s.Study),
            ("view", s => s.View == View.Unknown ? null : s.View.ToString()), ("sex", s => s.Sex == Sex.Unknown ? null : s.Sex.ToString()),
            ("age", s => s.Age?.ToString("R", CultureInfo.InvariantCulture)), ("site", s => s.Site)]).ToArray()
                .Where(f => samples.Any(s => f.Item2(s) is not null))];
        CsvFile.Write(path, ["image", "patient", "source", .. facts.Select(f => f.Name), .. diseases.Select(d => d.Header), .. report],
            samples.Select(sample => (string[])
        [
            Path.GetRelativePath(folder, sample.Image).Replace('\\', '/'), sample.Patient, sample.Source,
            .. facts.Select(f => f.Of(sample) ?? ""),
            .. diseases.Select(d => sample.Labels[d.Name] switch
            {
                Label.Present => "1",
                Label.Absent => "0",
                Label.Uncertain => "-1",
                _ => "",
            }),
            .. report.Select(_ => sample.Report ?? ""),
        ]));
    }

    /// <summary>The disease of each column, null for the fixed ones; all faults of the header come together.</summary>
    static DiseaseColumn?[] Columns(CsvTable table, KnowledgeBase knowledge)
    {
        var columns = new DiseaseColumn?[table.Header.Length];
        var (problems, seen) = (new List<string>(), new Dictionary<string, string>());
        for (var i = 0; i < columns.Length; i++)
        {
            var header = table.Header[i];
            var key = TermKey.From(header);
            var near = NameSuggestion.Nearest(header, knowledge.Terms.Concat(s_fixed));
            if (!s_fixed.Contains(key))
                columns[i] = Resolve(header, knowledge)
                    ?? (key.Length > 0 && near is null && HoldsLabels(table, i) ? new(header, knowledge.Resolve(header).Name) : null);
            if (key.Length == 0) problems.Add($"column {i + 1} has no name.");
            else if (columns[i] is null && !s_fixed.Contains(key))
                problems.Add($"column '{header}' is neither {string.Join(", ", s_fixed)} nor a disease of the knowledge base"
                    + (near is not null ? $"; did you mean '{near}'?" : $"; remove it, or call it '{FreeName}{header}' if it is one."));
            else if (!seen.TryAdd(columns[i]?.Name ?? key, header))
                problems.Add($"columns '{seen[columns[i]?.Name ?? key]}' and '{header}' are the same " +
                    $"({columns[i]?.Name ?? key}); keep one.");
        }
        // a table that lacks a fixed column is no manifest at all: say that first
        foreach (var name in s_fixed[..2]) table.Column(name);
        return problems.Count == 0 ? columns : throw new InvalidInputException($"{table.Path}:1", "bad-header", string.Join(" ", problems));
    }

    /// <summary>A column that no name explains is a free-text disease when all it holds are labels, and some do say something.</summary>
    static bool HoldsLabels(CsvTable table, int column)
    {
        var cells = table.Lines.Where(l => l.Fault is null && l.Cells.Length > column).Select(l => l.Cells[column]).ToList();
        return cells.All(c => TryLabel(c, out _)) && cells.Any(c => c.Length > 0);
    }

    static DiseaseColumn? Resolve(string header, KnowledgeBase knowledge)
    {
        if (header.StartsWith(FreeName, StringComparison.OrdinalIgnoreCase) && TermKey.From(header[FreeName.Length..]).Length > 0)
            return new(header, knowledge.Resolve(header[FreeName.Length..]).Name);
        return knowledge.TryFind(header, out var disease) ? new(header, disease.Name) : null;
    }

    static string? BadCell(string[] cells, DiseaseColumn?[] columns)
    {
        for (var i = 0; i < cells.Length; i++)
            if (columns[i] is { } column && !TryLabel(cells[i], out _))
                return $"column '{column.Header}' holds '{cells[i]}', expected 1 (present), 0 (absent), -1 (uncertain) or nothing (not " +
                    "mentioned).";
        return null;
    }

    static Labels LabelsOf(string[] cells, DiseaseColumn?[] columns)
    {
        var labels = new Dictionary<string, Label>();
        for (var i = 0; i < cells.Length; i++)
            if (columns[i] is { } column && TryLabel(cells[i], out var label) && label != Label.Unknown) labels[column.Name] = label;
        return new(labels);
    }

    static bool TryLabel(string cell, out Label label)
    {
        label = Label.Unknown;
        if (cell.Length == 0) return true;
        if (!double.TryParse(cell, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) || number is not (0 or 1 or -1)) return false;
        label = number switch { 1 => Label.Present, 0 => Label.Absent, _ => Label.Uncertain };
        return true;
    }
}
