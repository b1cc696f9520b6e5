namespace RadZ.Cli.Output;

/// <summary>One cell of a table: a text, a number (right-aligned), or a share as a bar.</summary>
readonly record struct Cell(string Text, bool Right = false, double? Share = null)
{
    /// <summary>A right-aligned text.</summary>
    public static Cell Number(string text) => new(text, Right: true);

    /// <summary>A bar; <paramref name="share"/> in 0..1.</summary>
    public static Cell Bar(double share) => new("", Share: Math.Clamp(share, 0, 1));

    /// <summary>A plain text.</summary>
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>What people read: coloured on a terminal, plain ASCII where it goes to a file or a program.</summary>
abstract class Page
{
    /// <summary>Characters of a whole bar.</summary>
    protected const int BarWidth = 24;

    /// <summary>The page that fits standard output.</summary>
    public static Page ForOutput() =>
        Console.IsOutputRedirected ? new PlainPage(Console.Out) : new TerminalPage(Spectre.Console.AnsiConsole.Console);

    /// <summary>A line that begins a part.</summary>
    public abstract void Heading(string text);

    /// <summary>Aligned columns; an empty header line is left out.</summary>
    public abstract void Table(IReadOnlyList<string> columns, IReadOnlyList<Cell[]> rows);

    /// <summary>A row for each of some things; a column is its header, and what of a thing stands in it.</summary>
    public void Table<T>(IReadOnlyList<(string Header, Func<T, Cell> Of)> columns, IReadOnlyList<T> rows) =>
        Table([.. columns.Select(c => c.Header)], [.. rows.Select(r => (Cell[])[.. columns.Select(c => c.Of(r))])]);

    /// <summary>A line of text.</summary>
    public abstract void Line(string text = "");
}
