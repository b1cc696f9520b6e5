using System.IO.Compression;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>
/// A file that names the images of a split: one a line (<c>test_list.txt</c>), a name and labels with spaces (BenchX, CARZero), or a table
/// whose column is called as an image (<c>Image Index</c>, <c>ImageID</c>, <c>ID</c>, <c>img_path</c>, <c>Path</c>).
/// </summary>
static class SplitNames
{
    static readonly string[] s_columns = ["imageindex", "imageid", "imagename", "image", "id", "imgpath", "path", "filename", "dicomid"];

    /// <summary>The names with their lines: the last part of a path. A name that comes twice is there twice.</summary>
    public static IReadOnlyList<(string Name, int Line)> Read(string path)
    {
        var names = new List<(string, int)>();
        var (column, separator) = (-1, ' ');
        foreach (var (at, line) in Lines(path).Index())
        {
            if (line.Trim().Length == 0) continue;
            if (at == 0)
            {
                separator = line.Contains(',') ? ',' : ' ';
                column = Array.FindIndex(line.Split(separator), c => s_columns.Contains(TermKey.From(c)));
                if (column >= 0) continue;
                column = 0;
            }
            var cells = line.Split(separator, StringSplitOptions.TrimEntries);
            if (column < cells.Length && cells[column].Trim('"') is { Length: > 0 } name) names.Add((Path.GetFileName(name), at + 1));
        }
        if (names.Count == 0) throw new InvalidInputException(path, "empty-table", "names no image; expected one a line.");
        return names;
    }

    /// <summary>The lines of a text file, plain or <c>.gz</c>.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
