using System.IO.Compression;
using CsvHelper;

namespace RadZ.Datasets;

/// <summary>One row of a table.</summary>
/// <param name="Number">The line of the file on which it starts, from 1.</param>
/// <param name="Cells">Trimmed.</param>
/// <param name="Fault">What is wrong with its quotes; null when nothing is.</param>
sealed record CsvLine(int Number, string[] Cells, string? Fault);

/// <summary>A comma-separated table (RFC 4180, with or without byte-order mark, plain or <c>.gz</c>), whole in memory.</summary>
sealed record CsvTable(string Path, string[] Header, IReadOnlyList<CsvLine> Lines)
{
    public static CsvTable Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing-file", "there is no such table; check the path.");
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var faults = new Dictionary<long, string>();
        using var reader = CsvReader.Create(plain, new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = m => faults[m.LineNumber] = Fault(m.Reason),
        });
        List<CsvLine> lines = [];
        while (reader.Read())
            lines.Add(new((int)reader.LineNumber, Array.ConvertAll(reader.Current.ToArray(), c => c.Trim()), faults.GetValueOrDefault(reader.LineNumber)));
        if (lines.Count == 0) throw new InvalidInputException(path, "empty-table", "the table is empty; expected a header line and rows.");
        if (lines[0].Fault is { } inHeader) throw new InvalidInputException($"{path}:{lines[0].Number}", "bad-header", inHeader);
        if (lines.Count == 1) throw new InvalidInputException(path, "empty-table", "the table has a header and no rows.");
        return new(path, lines[0].Cells, lines[1..]);
    }

    /// <summary>The place of a column, found whatever its case, spaces, <c>_</c> and <c>-</c>; -1 when there is none.</summary>
    public int Find(string name) => Array.FindIndex(Header, h => TermKey.Of(h) == TermKey.Of(name));

    /// <summary>The place of a column that must be there.</summary>
    public int Column(string name) => Find(name) is >= 0 and var at ? at : throw new InvalidInputException($"{Path}:1", "missing-column",
        $"there is no column '{name}'; found {string.Join(", ", Header.Select(h => $"'{h}'"))}.{(Header.Length == 1 ? " Are the columns separated by commas?" : "")}");

    /// <summary>A row that is reported and not used.</summary>
    public SkippedRow Skip(CsvLine line, string kind, string reason) => new(Path, line.Number, kind, reason);

    static string Fault(CsvMalformedReason reason) => reason == CsvMalformedReason.UnterminatedQuote
        ? "a quote is opened and never closed; all that follows was taken for one cell."
        : "a quote stands in the middle of a cell; quote the whole cell and double the inner quotes.";
}
