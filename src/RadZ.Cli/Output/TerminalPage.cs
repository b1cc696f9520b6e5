using Spectre.Console;

namespace RadZ.Cli.Output;

/// <summary>Colours and blocks, by Spectre.Console; it knows what the terminal can do and heeds <c>NO_COLOR</c>.</summary>
sealed class TerminalPage(IAnsiConsole console) : Page
{
    const string Eighths = " ▏▎▍▌▋▊▉";

    /// <inheritdoc/>
    public override void Heading(string text) => console.MarkupLineInterpolated($"[bold]{text}[/]");

    /// <inheritdoc/>
    public override void Line(string text = "") => console.MarkupLineInterpolated($"[grey]{text}[/]");

    /// <inheritdoc/>
    public override void Table(IReadOnlyList<string> columns, IReadOnlyList<Cell[]> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = columns.Any(c => c.Length > 0) };
        table.AddColumns([.. columns.Select((name, c) =>
        {
            var column = new TableColumn(new Markup(Markup.Escape(name), new Style(Color.Grey))) { Padding = new(0, 0, 2, 0) };
            return rows.Any(r => r[c].Right) ? column.RightAligned() : column;
        })]);
        foreach (var row in rows)
            table.AddRow(row.Select(cell =>
                cell.Share is { } share ? new Markup($"[deepskyblue1]{Bar(share)}[/]") : new Markup(Markup.Escape(cell.Text))));
        console.Write(table);
    }

    static string Bar(double share)
    {
        var eighths = (int)Math.Round(share * BarWidth * 8);
        return (new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8] : "")).PadRight(BarWidth);
    }
}
