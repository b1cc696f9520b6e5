using System.IO.Compression;
using CsvHelper;

namespace RadZ.Files;

/// <summary>One row of a table.</summary>
/// <param name="Number">The line of the file on which it starts, from 1.</param>
/// <param name="Cells">Trimmed.</param>
/// <param name="Fault">What is wrong with its quotes; null when nothing is.</param>
sealed record CsvLine(int Number, string[] Cells, string? Fault)
{
    /// <summary>A cell; empty where the row is shorter or there is no such column (-1).</summary>
    public string this[int column] => column >= 0 && column < Cells.Length ? Cells[column] : "";
}

/// <summary>
/// A separated table (RFC 4180, with or without byte-order mark, plain or <c>.gz</c>) read row by row: a set of any size costs no memory.
/// </summary>
sealed class CsvRows : IDisposable
{
    readonly Stream _stream;
    readonly CsvReader _reader;
    readonly Dictionary<long, string> _faults = [];

    CsvRows(string path, char separator, bool header)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing-file", "there is no such table; check the path.");
        Path = path;
        var file = File.OpenRead(path);
        _stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        _reader = CsvReader.Create(_stream, new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = m => _faults[m.LineNumber] = Fault(m.Reason),
        });
        if (!header) return;
        try
        {
            var first = Next() ?? throw new InvalidInputException(path, "empty-table",
                "the table is empty; expected a header line and rows.");
            Header = first.Fault is null ? first.Cells
                : throw new InvalidInputException($"{path}:{first.Number}", "bad-header", first.Fault);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the columns; empty where the table has none.</summary>
    public string[] Header { get; } = [];

    /// <summary>Opens a table and reads its header.</summary>
    /// <exception cref="InvalidInputException">There is no file, or it is empty, or its header cannot be read.</exception>
    public static CsvRows Open(string path) => new(path, ',', header: true);

    /// <summary>Opens a table without a header.</summary>
    public static CsvRows OpenWithoutHeader(string path, char separator = ',') => new(path, separator, header: false);

    /// <summary>The rows, once; blank lines are none.</summary>
    /// <exception cref="InvalidInputException">The compressed file is damaged.</exception>
    public IEnumerable<CsvLine> Lines()
    {
        while (Next() is { } line)
            if (line.Cells.Length > 1 || line.Cells[0].Length > 0 || line.Fault is not null) yield return line;
    }

    CsvLine? Next()
    {
        try
        {
            return !_reader.Read() ? null
                : new((int)_reader.LineNumber, Array.ConvertAll(_reader.Current.ToArray(), c => c.Trim()),
                    _faults.GetValueOrDefault(_reader.LineNumber));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException(Path, "truncated", $"the compressed table is damaged or cut off ({e.Message}); fetch it again.",
                e);
        }
    }

    /// <summary>The place of a column, found whatever its case, spaces, <c>_</c> and <c>-</c>; -1 when there is none.</summary>
    public int Find(string name) => Find(Header, name);

    /// <summary>The place of a column that must be there.</summary>
    public int Column(string name) => Column(Path, Header, name);

    /// <summary>A row that is reported and not used.</summary>
    public SkippedRow Skip(CsvLine line, string kind, string reason) => new(Path, line.Number, kind, reason);

    /// <summary>The place of a column in a header, or -1.</summary>
    internal static int Find(string[] header, string name)
    {
        var key = TermKey.From(name);
        return Array.FindIndex(header, h => TermKey.From(h) == key);
    }

    /// <summary>The place of a column that must be there.</summary>
    internal static int Column(string path, string[] header, string name) =>
        Find(header, name) is >= 0 and var at ? at : throw new InvalidInputException($"{path}:1", "missing-column",
        $"there is no column '{name}'; found {string.Join(", ", header.Select(h => $"'{h}'"))}." +
        $"{(header.Length == 1 ? " Are the columns separated by commas?" : "")}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    static string Fault(CsvMalformedReason reason) => reason == CsvMalformedReason.UnterminatedQuote
        ? "a quote is opened and never closed; all that follows was taken for one cell."
        : "a quote stands in the middle of a cell; quote the whole cell and double the inner quotes.";
}
