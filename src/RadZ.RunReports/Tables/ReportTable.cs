namespace RadZ.RunReports.Tables;

/// <summary>A table of a report.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Header">Column names; the first column is text, the others numbers.</param>
/// <param name="Rows">As many cells each.</param>
/// <param name="Notes">Below it.</param>
sealed record ReportTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows,
    params IReadOnlyList<string> Notes)
{
    /// <summary>A row for each of some things.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="columns">What stands in them.</param>
    /// <param name="rows">The things.</param>
    /// <param name="notes">Below it.</param>
    public static ReportTable Create<T>(string title, IReadOnlyList<ReportColumn<T>> columns, IReadOnlyList<T> rows,
        IReadOnlyList<string> notes) =>
        new(title, [.. columns.Select(c => c.Header)], [.. rows.Select(r => (string[])[.. columns.Select(c => c.Of(r))])], notes);

    /// <summary>The same with a last row of means.</summary>
    /// <param name="name">What stands before them.</param>
    /// <param name="macros">The mean of each column, by name; null: it has none.</param>
    /// <param name="mean">A mean by its name.</param>
    public ReportTable WithMeans(string name, IEnumerable<string?> macros, Func<string, string> mean) =>
        this with { Rows = [.. Rows, [name, .. macros.Skip(1).Select(m => m is null ? "" : mean(m))]] };
}

/// <summary>A column of a report's table.</summary>
/// <param name="Header">Above it.</param>
/// <param name="Of">What of a thing stands in it.</param>
/// <param name="Macro">The mean that goes below it, by its name in <c>metrics.json</c>; null: none.</param>
sealed record ReportColumn<T>(string Header, Func<T, string> Of, string? Macro = null);
