using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>A table with a row an image and all its labels in one cell, the images in a folder beside it.</summary>
static class LabelTable
{
    /// <summary>Reads it; a cell gives a value, or a fault that skips the row.</summary>
    public static SampleSet Read(
        CsvTable table, string source, (string Image, string Patient, string Labels) columns,
        Func<string, (string? Value, string? Fault)> patientOf, Func<string, (Labels? Value, string? Fault)> labelsOf)
    {
        var (image, patient, labels) = (table.Column(columns.Image), table.Column(columns.Patient), table.Column(columns.Labels));
        var needed = Math.Max(image, Math.Max(patient, labels)) + 1;
        var files = Images(table.Path);
        List<Sample> samples = [];
        List<SkippedRow> skipped = [];
        var lineOf = new Dictionary<string, int>();
        foreach (var line in table.Lines)
        {
            var skip = (string kind, string reason) => skipped.Add(table.Skip(line, kind, reason));
            if (line.Fault is { } fault) skip("bad-quotes", fault);
            else if (line.Cells.Length < needed) skip("cell-count", $"the row has {line.Cells.Length} cells, expected at least {needed}.");
            else if (patientOf(line.Cells[patient]) is { Fault: { } badPatient }) skip("bad-patient", badPatient);
            else if (labelsOf(line.Cells[labels]) is { Fault: { } badLabels }) skip("bad-labels", badLabels);
            else if (!files.TryGetValue(line.Cells[image], out var path))
                skip("missing-image", $"there is no image '{line.Cells[image]}' in images/ or images_*/images/ beside the table.");
            else if (!lineOf.TryAdd(path, line.Number))
                skip("duplicate-image", $"image '{line.Cells[image]}' is already on line {lineOf[path]}.");
            else samples.Add(new(path, $"{source}:{patientOf(line.Cells[patient]).Value}", source, labelsOf(line.Cells[labels]).Value!));
        }
        return new(samples, skipped);
    }

    /// <summary>The image files by name: <c>images</c>, or the parts <c>images_001/images</c>... in which NIH publishes them.</summary>
    static Dictionary<string, string> Images(string table)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        var folders = Directory.EnumerateDirectories(folder, "images_*").Select(d => Path.Combine(d, "images"))
            .Prepend(Path.Combine(folder, "images")).Where(Directory.Exists);
        var files = new Dictionary<string, string>();
        foreach (var file in folders.Order(StringComparer.Ordinal).SelectMany(Directory.EnumerateFiles))
            files.TryAdd(Path.GetFileName(file), file);
        return files;
    }
}
