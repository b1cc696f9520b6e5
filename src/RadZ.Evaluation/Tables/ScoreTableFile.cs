using System.Globalization;
using CsvHelper;
using RadZ.Data;
using RadZ.Files;

namespace RadZ.Evaluation.Tables;

/// <summary>
/// A score table as CSV, from which every number of an evaluation can be computed again, bit for bit. Columns: <c>image, patient, source,
/// failure</c>, then <c>D score, D label</c> for each disease D. A label is 1, 0, -1 (uncertain) or empty (not mentioned); a failed image
/// has its reason under <c>failure</c> and no scores.
/// </summary>
public static class ScoreTableFile
{
    static readonly string[] Leading = ["image", "patient", "source", "failure"];
    static readonly CsvReaderOptions Strict = new()
    {
        HasHeader = false,
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
    };

    const string ScoreSuffix = " score", LabelSuffix = " label";

    /// <summary>Writes the table; scores carry as many digits as it takes to read the very same number.</summary>
    public static void Write(ScoreTable table, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(table, writer);
    });

    /// <inheritdoc cref="Write(ScoreTable, string)"/>
    public static void Write(ScoreTable table, TextWriter writer)
    {
        using var csv = CsvWriter.Create(writer, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
        Line(csv, [.. Leading, .. table.Diseases.SelectMany(d => new[] { d + ScoreSuffix, d + LabelSuffix })]);
        for (var row = 0; row < table.Rows.Count; row++)
            Line(csv, [.. Named(table.Rows[row]), "", .. Enumerable.Range(0, table.Diseases.Count).SelectMany(c => Cells(table, row, c))]);
        foreach (var failed in table.Failed)
            Line(csv, [.. Named(failed.Image), failed.Reason, .. Enumerable.Repeat("", 2 * table.Diseases.Count)]);
    }

    /// <summary>Reads a table; <see cref="InvalidInputException"/> names file and line of whatever does not fit.</summary>
    public static ScoreTable Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; expected a score table as CSV.");
        using var reader = new StreamReader(path);
        return Read(reader, path);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="path">What errors call the file.</param>
    public static ScoreTable Read(TextReader reader, string path)
    {
        using var csv = CsvReader.Create(reader, Strict, leaveOpen: true);
        try
        {
            return Read(csv, path);
        }
        catch (CsvFormatException wrong)
        {
            throw new InvalidInputException(path, "not-csv", wrong.Message, wrong);
        }
    }

    static ScoreTable Read(CsvReader csv, string path)
    {
        if (!csv.Read()) throw new InvalidInputException(path, "empty", "the file is empty; expected a score table as CSV.");
        var diseases = DiseasesOf(csv.Current.ToArray(), path);

        List<ScoredImage> rows = [];
        List<FailedImage> failed = [];
        List<double> scores = [];
        List<Label> labels = [];
        while (csv.Read())
        {
            var (cells, at) = (csv.Current.ToArray(), $"{path}:{csv.LineNumber}");
            if (cells.Length != Leading.Length + 2 * diseases.Count)
                throw new InvalidInputException(at, "wrong-columns",
                    $"{cells.Length} cells, expected {Leading.Length + 2 * diseases.Count} as in the first line.");
            var image = new ScoredImage(cells[0], cells[1], cells[2]);
            if (cells[3] != "")
            {
                failed.Add(new(image, cells[3]));
                continue;
            }
            rows.Add(image);
            for (var c = Leading.Length; c < cells.Length; c += 2)
            {
                scores.Add(Score(cells[c], at));
                labels.Add(LabelOf(cells[c + 1], at));
            }
        }
        return new(rows, diseases, AsTable(scores, rows.Count, diseases.Count), AsTable(labels, rows.Count, diseases.Count))
        {
            Failed = failed,
        };
    }

    static List<string> DiseasesOf(string[] header, string path)
    {
        var pairs = header.Skip(Leading.Length).Chunk(2).ToList();
        if (!header.Take(Leading.Length).SequenceEqual(Leading)
            || !pairs.TrueForAll(p =>
                p.Length == 2 && p[0].EndsWith(ScoreSuffix, StringComparison.Ordinal) && p[1] == p[0][..^ScoreSuffix.Length] + LabelSuffix))
            throw new InvalidInputException(path + ":1", "wrong-columns",
                $"the first line is \"{string.Join(',', header)}\", expected \"{string.Join(',', Leading)}\" and for each disease \"D " +
                "score,D label\".");
        var diseases = pairs.ConvertAll(p => p[0][..^ScoreSuffix.Length]);
        if (diseases.Distinct(StringComparer.Ordinal).Count() != diseases.Count)
            throw new InvalidInputException(path + ":1", "wrong-columns", "a disease stands twice in the first line; each may stand once.");
        return diseases;
    }

    static double Score(string cell, string at) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score) ? score
            : throw new InvalidInputException(at, "not-a-number", $"score \"{cell}\", expected a finite number as 0.5.");

    static Label LabelOf(string cell, string at) => cell switch
    {
        "1" => Label.Present,
        "0" => Label.Absent,
        "" => Label.Unknown,
        "-1" => Label.Uncertain,
        _ => throw new InvalidInputException(at, "not-a-label",
            $"label \"{cell}\", expected 1 (present), 0 (absent), -1 (uncertain) or nothing (not mentioned)."),
    };

    static string[] Named(ScoredImage image) => [image.Image, image.Patient, image.Source];

    static string[] Cells(ScoreTable table, int row, int column) =>
    [
        table.Scores[row, column].ToString("R", CultureInfo.InvariantCulture),
        table.Labels[row, column] switch { Label.Present => "1", Label.Absent => "0", Label.Uncertain => "-1", _ => "" },
    ];

    static void Line(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells) csv.WriteField(cell);
        csv.EndRecord();
    }

    static T[,] AsTable<T>(List<T> cells, int rows, int columns)
    {
        var table = new T[rows, columns];
        for (var i = 0; i < cells.Count; i++) table[i / columns, i % columns] = cells[i];
        return table;
    }
}
