using System.Globalization;
using RadZ.Files;
using RadZ.Imaging.Pictures;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// A rectangle that an expert (or a phantom's maker) drew round a finding, in pixels of the picture whose side is
/// <paramref name="Reference"/>.
/// </summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Above 0.</param>
/// <param name="Height">Above 0.</param>
/// <param name="Reference">Pixels of the longer side of the picture that the numbers are for; 0: the picture at hand.</param>
readonly record struct Rectangle(double X, double Y, double Width, double Height, double Reference);

/// <summary>Where one finding lies in one image.</summary>
/// <param name="Image">Absolute path.</param>
/// <param name="Disease">The knowledge base's name.</param>
/// <param name="Boxes">At least one.</param>
/// <param name="Mask">Absolute path of a picture that is not black where the finding is; null where there are only boxes.</param>
sealed record FindingRegion(string Image, string Disease, IReadOnlyList<Rectangle> Boxes, string? Mask)
{
    /// <summary>Whose image it is; where the table does not say, the image stands for its patient.</summary>
    public string Patient { get; init; } = Image;

    /// <summary>
    /// The region pixel by pixel over a picture of this size: the mask where there is one of this size, else all boxes together.
    /// </summary>
    public bool[] Over(int width, int height)
    {
        if (Mask is { } path && ImageFile.Read(path) is { } mask && mask.Width == width && mask.Height == height)
            return [.. Enumerable.Range(0, width * height).Select(i => mask.Levels[i * mask.Channels] > 0)];
        var inside = new bool[width * height];
        foreach (var box in Boxes)
        {
            var scale = box.Reference > 0 ? Math.Max(width, height) / box.Reference : 1;
            int Edge(double at, int most) => (int)Math.Clamp(Math.Round(at * scale), 0, most);
            for (var y = Edge(box.Y, height); y < Edge(box.Y + box.Height, height); y++)
                inside.AsSpan(y * width + Edge(box.X, width), Edge(box.X + box.Width, width) - Edge(box.X, width)).Fill(true);
        }
        return inside;
    }
}

/// <summary>
/// A table of where findings lie, a box a row: columns <c>image</c>, <c>finding</c> (or <c>label</c>), <c>x</c>, <c>y</c>, <c>width</c>
/// (<c>w</c>), <c>height</c> (<c>h</c>); optionally <c>mask</c>, <c>reference</c> and <c>patient</c>. Paths are relative to the table. Rows
/// of one image and finding belong together.
/// </summary>
static class RegionTable
{
    /// <summary>Reads a table; a fault of a row skips that row.</summary>
    /// <param name="path">The table.</param>
    /// <param name="knowledge">Where names are looked up.</param>
    public static (IReadOnlyList<FindingRegion> Regions, IReadOnlyList<SkippedRow> Skipped) Read(string path, KnowledgeBase knowledge)
    {
        var table = CsvTable.Read(path);
        var image = table.Column("image");
        var finding = table.Find("finding") is >= 0 and var found ? found : table.Column("label");
        int[] numbers = [table.Column("x"), table.Column("y"), Either("width", "w"), Either("height", "h")];
        var (mask, reference, patient) = (table.Find("mask"), table.Find("reference"), table.Find("patient"));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<SkippedRow> skipped = [];
        List<(string Image, string Disease, Rectangle Box, string? Mask, string Patient)> rows = [];
        foreach (var line in table.Lines)
        {
            if (Problem(line) is { } problem) skipped.Add(table.Skip(line, "bad-row", problem));
            else
            {
                double[] box = [.. numbers.Select(n => Number(line.Cells[n]))];
                rows.Add((Full(line.Cells[image]), knowledge.Resolve(line.Cells[finding]).Name,
                    new(box[0], box[1], box[2], box[3],
                        reference >= 0 && line.Cells[reference].Length > 0 ? Number(line.Cells[reference]) : 0),
                    mask >= 0 && line.Cells[mask].Length > 0 ? Full(line.Cells[mask]) : null,
                    patient >= 0 && line.Cells[patient].Length > 0 ? line.Cells[patient] : Full(line.Cells[image])));
            }
        }
        return ([.. rows.GroupBy(r => (r.Image, r.Disease))
            .Select(g => new FindingRegion(g.Key.Image, g.Key.Disease, [.. g.Select(r => r.Box)], g.First().Mask)
            {
                Patient = g.First().Patient,
            })], skipped);

        int Either(string name, string other) =>
            table.Find(name) is >= 0 and var at ? at : table.Find(other) is >= 0 and var short_ ? short_ : table.Column(name);
        string Full(string cell) => Path.GetFullPath(cell, folder);
        string? Problem(CsvLine line) =>
            line.Fault ?? (line.Cells.Length != table.Header.Length
                ? $"the row has {line.Cells.Length} cells, the header {table.Header.Length}."
            : !File.Exists(Full(line.Cells[image])) ? $"there is no image {Full(line.Cells[image])}; paths are relative to the table."
            : !knowledge.TryFind(line.Cells[finding], out _)
                ? $"'{line.Cells[finding]}' is no disease of the knowledge " +
                    $"base{NameSuggestion.Hint(line.Cells[finding], knowledge.Diseases.Select(d => d.Name))}"
            : numbers.FirstOrDefault(n => !double.IsFinite(Number(line.Cells[n])), -1) is >= 0 and var bad
                ? $"'{line.Cells[bad]}' under {table.Header[bad]} is no number."
            : Number(line.Cells[numbers[2]]) <= 0 || Number(line.Cells[numbers[3]]) <= 0 ? "the box has no area."
            : mask >= 0 && line.Cells[mask].Length > 0 && !File.Exists(Full(line.Cells[mask]))
                ? $"there is no mask {Full(line.Cells[mask])}." : null);
    }

    static double Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
