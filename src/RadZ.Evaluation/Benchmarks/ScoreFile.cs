using System.Globalization;
using System.Text;
using CsvHelper;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>
/// Scores that any program made: a CSV (or <c>.csv.gz</c>) with a column <c>image</c> (or <c>Image Index</c>, <c>Path</c>, ...) and a
/// column a class, called as the class, its disease, a synonym, or <c>D score</c> as in our own tables. Other columns are passed over.
/// </summary>
sealed class ScoreFile
{
    static readonly string[] s_images = ["image", "imageindex", "imageid", "imagename", "imgpath", "path", "filename", "id", "dicomid"];
    readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal), _byName = new(StringComparer.Ordinal);
    readonly List<double> _scores;
    readonly int _columns;
    readonly bool[] _used;

    ScoreFile(int columns, List<double> scores, List<string> images)
    {
        (_columns, _scores, _used) = (columns, scores, new bool[images.Count]);
        for (var row = 0; row < images.Count; row++)
        {
            _byPath[images[row]] = row;
            foreach (var name in Names(images[row]))
                if (!_byName.TryAdd(name, row)) _byName[name] = -1;           // two images of one name: only the path tells
        }
    }

    /// <summary>Rows.</summary>
    public int Count => _used.Length;

    /// <summary>Rows that no image of the split has asked for.</summary>
    public int Unused => _used.Count(u => !u);

    /// <summary>Reads the columns of some classes.</summary>
    /// <exception cref="InvalidInputException">A column is missing, a row is broken, a score is no finite number, or an image comes
    /// twice.</exception>
    public static ScoreFile Read(string path, IReadOnlyList<ClassColumn> classes)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; expected scores as CSV.");
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress) : file;
        using var csv = CsvReader.Create(plain,
            new CsvReaderOptions
            {
                HasHeader = false,
                Separator = ',',
                MalformedData = CsvMalformedDataHandling.Throw,
                TrackLineNumbers = true,
                TrimWhitespace = true
            });
        try
        {
            return Read(csv, path, classes);
        }
        catch (CsvFormatException wrong)
        {
            throw new InvalidInputException(path, "not-csv", wrong.Message, wrong);
        }
    }

    static ScoreFile Read(CsvReader csv, string path, IReadOnlyList<ClassColumn> classes)
    {
        if (!csv.Read()) throw new InvalidInputException(path, "empty", "the file is empty; expected a header and a row an image.");
        var header = csv.Current.ToArray();
        var image = Array.FindIndex(header, h => s_images.Contains(Key(h)));
        if (image < 0)
            throw new InvalidInputException($"{path}:1", "missing-column",
                $"none of its columns names the image; expected 'image', found {string.Join(", ", header.Select(h => $"'{h}'"))}.");
        int[] columns = [.. classes.Select(c => Place(header, c))];
        if (columns.Contains(-1))
            throw new InvalidInputException($"{path}:1", "missing-column",
                $"there is no column for {string.Join(", ", classes.Where((_, i) => columns[i] < 0).Select(c => $"'{c.Name}'"))}; found " +
                $"{string.Join(", ", header.Select(h => $"'{h}'"))}.");
        var failure = Array.FindIndex(header, h => Key(h) == "failure");
        var (scores, images, seen) = (new List<double>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        while (csv.Read())
        {
            if (csv.FieldCount != header.Length)
                throw new InvalidInputException($"{path}:{csv.LineNumber}", "wrong-columns",
                    $"{csv.FieldCount} cells, expected {header.Length} as in the first line.");
            // our own table says that this image could not be scored
            if (failure >= 0 && csv.GetSpan(failure).Length > 0) continue;
            var name = csv.GetString(image).Trim().Replace('\\', '/');
            if (!seen.Add(name))
                throw new InvalidInputException($"{path}:{csv.LineNumber}", "duplicate-image",
                    $"image '{name}' has scores already; keep one row.");
            images.Add(name);
            foreach (var column in columns)
                scores.Add(double.TryParse(csv.GetSpan(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
                    && double.IsFinite(score) ? score
                    : throw new InvalidInputException($"{path}:{csv.LineNumber}", "not-a-number",
                        $"score '{Encoding.UTF8.GetString(csv.GetSpan(column))}' of '{header[column]}', expected a finite number as 0.5."));
        }
        return new(columns.Length, scores, images);
    }

    /// <summary>
    /// The scores of an image by its path below the set's root, or by its file name where only one row has it; empty where there are none.
    /// </summary>
    public ReadOnlySpan<double> ScoresFor(string image)
    {
        if (!_byPath.TryGetValue(image, out var row) && !_byName.TryGetValue(image, out row)
            && !Names(image).Any(n => _byName.TryGetValue(n, out row) && row >= 0)) return [];
        if (row < 0) return [];
        _used[row] = true;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scores).Slice(row * _columns, _columns);
    }

    /// <summary>What may stand for a path: its last parts, with and without the ending.</summary>
    static IEnumerable<string> Names(string path)
    {
        var parts = path.Split('/');
        for (var keep = Math.Min(4, parts.Length); keep >= 1; keep--)
        {
            var name = string.Join('/', parts[^keep..]);
            if (name != path) yield return name;
            if (keep == 1 && Path.GetExtension(name).Length > 1) yield return Path.GetFileNameWithoutExtension(name);
        }
    }

    static int Place(string[] header, ClassColumn column)
    {
        string[] wanted = column.Complement ? [column.Name]
            : [column.Name, column.Disease,
                .. KnowledgeBase.Embedded.TryFind(column.Disease, out var disease) ? disease.Terms.Concat(disease.Spellings) : []];
        foreach (var name in wanted)
            if (Array.FindIndex(header, h => Key(h) == Key(name + " score")) is >= 0 and var ours) return ours;
        foreach (var name in wanted)
            if (Array.FindIndex(header, h => Key(h) == Key(name)) is >= 0 and var at) return at;
        return -1;
    }

    static string Key(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
