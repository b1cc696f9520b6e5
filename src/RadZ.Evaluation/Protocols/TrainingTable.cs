using CsvHelper;
using RadZ.Data;
using RadZ.Evaluation.Benchmarks;
using RadZ.Files;

namespace RadZ.Evaluation.Protocols;

/// <summary>Who was learnt from: <c>training.csv</c> of a member, an image and its patient a row.</summary>
static class TrainingTable
{
    /// <summary>The file's name.</summary>
    public const string FileName = "training.csv";

    /// <summary>Writes it.</summary>
    public static void Write(string path, IReadOnlyList<Sample> samples,
        string root) => CsvFile.Write(path, ["image", "patient"],
            samples.Select(s => BenchmarkScores.Image(s, root)).Select(i => (string[])[i.Image, i.Patient]));

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidInputException">It is missing, or no such table.</exception>
    public static (string Image, string Patient)[] Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException(path, "not-found", "no such file; expected the images that were learnt from.");
        using var reader = new StreamReader(path);
        using var csv = CsvReader.Create(reader,
            new CsvReaderOptions
            {
                HasHeader = false,
                Separator = ',',
                MalformedData = CsvMalformedDataHandling.Throw,
                TrackLineNumbers = true
            }, leaveOpen: true);
        try
        {
            List<(string, string)> all = [];
            if (!csv.Read() || !csv.Current.ToArray().SequenceEqual(["image", "patient"]))
                throw new InvalidInputException(path + ":1", "wrong-columns", "the first line is not \"image,patient\".");
            while (csv.Read())
                all.Add(csv.FieldCount == 2 ? (csv.GetString(0), csv.GetString(1))
                    : throw new InvalidInputException($"{path}:{csv.LineNumber}", "wrong-columns", $"{csv.FieldCount} cells, expected 2."));
            return [.. all];
        }
        catch (CsvFormatException wrong)
        {
            throw new InvalidInputException(path, "not-csv", wrong.Message, wrong);
        }
    }
}
