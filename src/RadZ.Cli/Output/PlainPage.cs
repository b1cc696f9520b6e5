namespace RadZ.Cli.Output;

/// <summary>No colours, no lines that are wrapped, bars of <c>#</c>.</summary>
sealed class PlainPage(TextWriter output) : Page
{
    /// <inheritdoc/>
    public override void Heading(string text) => output.WriteLine(text);

    /// <inheritdoc/>
    public override void Line(string text = "") => output.WriteLine(text);

    /// <inheritdoc/>
    public override void Table(IReadOnlyList<string> columns, IReadOnlyList<Cell[]> rows)
    {
        var right = Enumerable.Range(0, columns.Count).Select(c => rows.Any(r => r[c].Right)).ToArray();
        List<string[]> lines = [.. rows.Select(r => r.Select(TextOf).ToArray())];
        if (columns.Any(c => c.Length > 0)) lines.Insert(0, [.. columns]);
        int[] widths = [.. Enumerable.Range(0, columns.Count).Select(c => lines.Count == 0 ? 0 : lines.Max(l => l[c].Length))];
        foreach (var line in lines)
            output.WriteLine(("  " + string.Join("  ",
                line.Select((text, c) => right[c] ? text.PadLeft(widths[c]) : text.PadRight(widths[c])))).TrimEnd());
    }

    static string TextOf(Cell cell) => cell.Share is { } share ? new string('#', (int)Math.Round(share * BarWidth)) : cell.Text;
}
