using System.Text;
using RadZ.Files;

namespace RadZ.Recognition.Archives;

/// <summary>
/// Finds the whole answers of a CSV file that may end anywhere: an answer has as many rows as findings are shown, a failure one.
/// </summary>
static class CsvTail
{
    const int Error = 5;

    public static AnswerTail Read(string path, byte[] bytes, AnswerHead head)
    {
        var (names, at, end, failures) = (new HashSet<string>(), 0, 0, 0);
        if (!Next(bytes, ref at, out var header)) return new(0, names, 0);
        if (!header.SequenceEqual(CsvAnswers.Columns(head)))
            throw new InvalidInputException(path, "not-answers", "the first line is not the header of radz classify; give another ‹out›.");
        end = at;
        var (name, rows) = ("", 0);
        while (Next(bytes, ref at, out var cells))
        {
            if (cells.Length != header.Length)
                throw new InvalidInputException(path, "not-answers",
                    $"a row has {cells.Length} cells, the header {header.Length}; give another ‹out›.");
            (name, rows) = (cells[0], cells[0] == name && rows > 0 ? rows + 1 : 1);
            if (cells[Error].Length == 0 && rows < head.Shown) continue;
            names.Add(name);
            if (cells[Error].Length > 0) failures++;
            (rows, end) = (0, at);
        }
        return new(end, names, failures);
    }

    /// <summary>The next row that ends in a line feed outside of quotes.</summary>
    static bool Next(byte[] bytes, ref int at, out string[] cells)
    {
        var (quoted, parts, cell) = (false, new List<string>(), new List<byte>());
        for (var i = at; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (quoted)
            {
                if (b != '"') cell.Add(b);
                else if (i + 1 < bytes.Length && bytes[i + 1] == '"') cell.Add(bytes[++i]);
                else quoted = false;
            }
            else if (b == '"') quoted = true;
            else if (b is (byte)',' or (byte)'\n')
            {
                parts.Add(Encoding.UTF8.GetString([.. cell]));
                cell.Clear();
                if (b == ',') continue;
                (at, cells) = (i + 1, [.. parts]);
                return true;
            }
            else cell.Add(b);
        }
        cells = [];
        return false;
    }
}
