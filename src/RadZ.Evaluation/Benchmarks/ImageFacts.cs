using System.Globalization;
using CsvHelper;
using RadZ.Data;
using RadZ.Files;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>What <c>images.csv</c> of a run says of an image.</summary>
/// <param name="Image">As <c>scores.csv</c> calls it.</param>
/// <param name="Patient">The patient's key.</param>
/// <param name="View">The projection.</param>
/// <param name="Sex">As the source says.</param>
/// <param name="Age">In years; null where it is not said.</param>
/// <param name="Site">The hospital or collection; null where it is not said.</param>
sealed record ImageFacts(string Image, string Patient, View View, Sex Sex, double? Age, string? Site = null)
{
    static readonly string[] s_header = ["image", "patient", "study", "view", "sex", "age"];

    /// <summary>Reads the table.</summary>
    /// <exception cref="InvalidInputException">It is missing, or no such table.</exception>
    public static IReadOnlyList<ImageFacts> Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; expected the images of a run.");
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
            List<ImageFacts> all = [];
            string[] header = csv.Read() ? csv.Current.ToArray() : [];
            var site = Array.IndexOf(header, "site");                   // runs of an older program have none
            if (!header.Take(s_header.Length).SequenceEqual(s_header))
                throw new InvalidInputException(path + ":1", "wrong-columns",
                    $"the first line does not begin with \"{string.Join(',', s_header)}\".");
            while (csv.Read())
            {
                var (cells, at) = (csv.Current.ToArray(), $"{path}:{csv.LineNumber}");
                if (cells.Length < s_header.Length)
                    throw new InvalidInputException(at, "wrong-columns", $"{cells.Length} cells, expected at least {s_header.Length}.");
                all.Add(new(cells[0], cells[1], Word<View>(cells[3], at), Word<Sex>(cells[4], at), cells[5].Length == 0 ? null
                    : double.TryParse(cells[5], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var age) ? age
                    : throw new InvalidInputException(at, "not-a-number", $"age \"{cells[5]}\", expected years or nothing."),
                    site >= 0 && site < cells.Length && cells[site].Length > 0 ? cells[site] : null));
            }
            return all;
        }
        catch (CsvFormatException wrong)
        {
            throw new InvalidInputException(path, "not-csv", wrong.Message, wrong);
        }
    }

    static T Word<T>(string cell, string at) where T : struct, Enum => cell.Length == 0 ? default
        : Enum.GetNames<T>().Contains(cell) ? Enum.Parse<T>(cell)
        : throw new InvalidInputException(at, "unknown-word",
            $"\"{cell}\", expected one of {string.Join(", ", Enum.GetNames<T>())}, or nothing.");
}
