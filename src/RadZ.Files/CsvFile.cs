using CsvHelper;

namespace RadZ.Files;

/// <summary>Writes the tables that programs read: commas, quotes where they are needed, <c>\n</c>; the same text on any machine.</summary>
static class CsvFile
{
    /// <summary>The text of a table.</summary>
    public static string Text(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        using var text = new StringWriter();
        Write(text, header, rows);
        return text.ToString();
    }

    /// <summary>Writes a file, whole or not at all; rows are written as they come.</summary>
    public static void Write(string path, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows) =>
        AtomicFile.Write(path, stream =>
    {
        using var text = new StreamWriter(stream, leaveOpen: true);
        Write(text, header, rows);
    });

    static void Write(TextWriter text, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord([.. header]);
        foreach (var row in rows) csv.WriteRecord([.. row]);
    }
}
