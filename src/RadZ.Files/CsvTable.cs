namespace RadZ.Files;

/// <summary>A comma-separated table (RFC 4180, with or without byte-order mark, plain or <c>.gz</c>), whole in memory.</summary>
sealed record CsvTable(string Path, string[] Header, IReadOnlyList<CsvLine> Lines)
{
    public static CsvTable Read(string path)
    {
        using var rows = CsvRows.Open(path);
        CsvLine[] lines = [.. rows.Lines()];
        return lines.Length > 0 ? new(path, rows.Header, lines)
            : throw new InvalidInputException(path, "empty-table", "the table has a header and no rows.");
    }

    /// <summary>The place of a column, found whatever its case, spaces, <c>_</c> and <c>-</c>; -1 when there is none.</summary>
    public int Find(string name) => CsvRows.Find(Header, name);

    /// <summary>The place of a column that must be there.</summary>
    public int Column(string name) => CsvRows.Column(Path, Header, name);

    /// <summary>A row that is reported and not used.</summary>
    public SkippedRow Skip(CsvLine line, string kind, string reason) => new(Path, line.Number, kind, reason);
}
