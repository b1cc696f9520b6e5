using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>SIIM-ACR: a row a mask, several of one image are one area; the split is a file of image ids.</summary>
static class SiimSet
{
    const int Side = 1024;

    public static SampleSet Read(SetBuilder set)
    {
        var images = set.Request.Images ? ImageIndex.Scan(set.Root) : null;
        var table = set.Table("train-rle.csv", "stage_2_train.csv");
        var order = new List<(string Name, int Line)>();
        var masks = new Dictionary<string, List<FindingMask>>();
        using (var rows = CsvRows.Open(table))
        {
            var (id, pixels) = (rows.Column("ImageId"), rows.Column("EncodedPixels"));
            foreach (var line in rows.Lines())
            {
                string? bad = null;
                if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
                else if (line[id].Length == 0) set.Skip(rows.Skip(line, "no-image", "the ImageId cell is empty."));
                else if (RunLengthMask.Parse(line[pixels], Side, Side, out bad) is not { } mask)
                    set.Skip(rows.Skip(line, "bad-mask", bad!));
                else
                {
                    if (!masks.TryGetValue(line[id], out var own))
                    {
                        masks[line[id]] = own = [];
                        order.Add((line[id], line.Number));
                    }
                    if (mask.Area > 0) own.Add(new("Pneumothorax", "pneumothorax", mask));
                }
            }
        }
        var split = set.Request.SplitFile is { } file ? set.Use(file) : set.Request.Split == "test"
            ? set.Find("test.csv", "test_list.csv", "test.txt")
                ?? throw new InvalidInputException(set.Request.Root, "missing-file",
                    "the set has no official test split with labels; put a file of image ids (test.csv) there, name one by ‹split FILE›, " +
                    "or measure on ‹split all› (only with a model that was not trained on it).")
            : null;
        var at = set.Space.Place("pneumothorax");
        foreach (var (written, line) in split is null ? order : SplitNames.Read(split))
        {
            var name = written.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase)
                || written.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? written[..^4] : written;
            if (!masks.TryGetValue(name, out var own))
            {
                set.Skip(split ?? table, line, "missing-row", $"image '{name}' of the split has no row in {Path.GetFileName(table)}.");
                continue;
            }
            var states = set.Space.Blank();
            states[at] = own.Count > 0 ? Label.Present : Label.Absent;
            set.Add(new(images is null ? Path.Combine(set.Root, "dicom-images-train", name + ".dcm")
                : images.Find(name + ".dcm") ?? images.Find(name) ?? "", $"siim:{name}", "siim-acr", set.Labels(states))
            {
                Study = name,
                Masks = own,
            }, name, split ?? table, line);
        }
        return set.Build();
    }
}
