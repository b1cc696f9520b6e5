using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RadZ.Evaluation.Intervals;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>Each disease's own description against random ones, on labelled images.</summary>
/// <param name="Count">Random descriptions of each disease.</param>
/// <param name="Rows">A disease each.</param>
sealed record DescriptionComparison(int Count, IReadOnlyList<DescriptionComparison.Row> Rows)
{
    /// <summary>One disease: AUC of the cosine with its own description, by patient, and how the random ones did.</summary>
    /// <param name="Disease">The column.</param>
    /// <param name="Auc">Of its own description; null where the labels are of one kind.</param>
    /// <param name="Interval">Its interval by patient.</param>
    /// <param name="Random">AUC of every random description, rising.</param>
    internal sealed record Row(string Disease, double? Auc, Interval? Interval, double[] Random)
    {
        /// <summary>Mean of the random ones.</summary>
        public double? Mean => Random.Length == 0 ? null : Random.Average();

        /// <summary>Share of the random ones that do as well or better, this one counted: the p-value of "says nothing".</summary>
        public double? P => Auc is { } auc ? (1.0 + Random.Count(r => r >= auc)) / (Random.Length + 1) : null;

        /// <summary>An order statistic of the random ones.</summary>
        public double? Quantile(double share) => Random.Length == 0 ? null : Random[(int)Math.Round(share * (Random.Length - 1))];
    }

    /// <summary>Its file in a run's folder.</summary>
    public const string FileName = "descriptions.csv";

    const string Own = "own", Chance = "random";

    /// <summary>Writes all areas: a row for each disease's own description, and one for every random one.</summary>
    public void Write(string folder)
    {
        static string Text(double? value) => value is { } v ? v.ToString("R", CultureInfo.InvariantCulture) : "";
        CsvFile.Write(Path.Combine(folder, FileName), ["disease", "description", "auc", "auc_low", "auc_high"], Rows.SelectMany(r =>
            r.Random.Select(a => (string[])[r.Disease, Chance, Text(a), "", ""])
                .Prepend([r.Disease, Own, Text(r.Auc), Text(r.Interval?.Low), Text(r.Interval?.High)])));
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where the folder holds none.</summary>
    /// <exception cref="InvalidInputException">A row is broken.</exception>
    public static DescriptionComparison? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        var table = CsvTable.Read(path);
        var (disease, kind, auc, low, high) = (table.Column("disease"), table.Column("description"), table.Column("auc"),
            table.Column("auc_low"), table.Column("auc_high"));
        List<(string Disease, bool Own, double? Auc, Interval? Interval)> all = [];
        foreach (var line in table.Lines)
        {
            if (line.Fault is { } fault) throw new InvalidInputException($"{path}:{line.Number}", "bad-quotes", fault);
            if (line.Cells.Length != table.Header.Length)
                throw new InvalidInputException($"{path}:{line.Number}", "wrong-columns",
                    $"{line.Cells.Length} cells, expected {table.Header.Length} as in the first line.");
            double? Number(int at) => line.Cells[at].Length == 0 ? null
                : double.TryParse(line.Cells[at], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
                : throw new InvalidInputException($"{path}:{line.Number}", "not-a-number",
                    $"'{line.Cells[at]}', expected a number as 0.5.");
            all.Add((line.Cells[disease], line.Cells[kind] == Own, Number(auc),
                Number(low) is { } from && Number(high) is { } to ? new Interval(from, to) : null));
        }
        Row[] rows = [.. all.Where(a => a.Own).Select(own => new Row(own.Disease, own.Auc, own.Interval,
            [.. all.Where(a => !a.Own && a.Disease == own.Disease).Select(a => a.Auc).OfType<double>()]))];
        return new(rows.Select(r => r.Random.Length).DefaultIfEmpty().Max(), rows);
    }

    /// <summary>For people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"Descriptions: AUC of the image's cosine with the disease's own description, and with " +
            $"{Count} random ones of the same length (words of the other descriptions).\n");
        var width = Math.Max(7, Rows.Max(r => r.Disease.Length));
        text.Append($"{"disease".PadRight(width)}     AUC             95 %  random          95 %      p\n");
        foreach (var row in Rows)
            text.Append($"{row.Disease.PadRight(width)}  {Number(row.Auc)}  {Range(row.Interval?.Low, row.Interval?.High)}  " +
                $"{Number(row.Mean)}  {Range(row.Quantile(0.025), row.Quantile(0.975))}  {Number(row.P)}\n");
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["random_descriptions"] = Count,
        ["classes"] = new JsonArray([.. Rows.Select(r => (JsonNode)new JsonObject
        {
            ["disease"] = r.Disease,
            ["auc"] = r.Auc,
            ["auc_low"] = r.Interval?.Low,
            ["auc_high"] = r.Interval?.High,
            ["random_mean"] = r.Mean,
            ["random_low"] = r.Quantile(0.025),
            ["random_high"] = r.Quantile(0.975),
            ["p"] = r.P,
        })]),
    };

    static string Number(double? value) => value is { } v ? v.ToString("0.0000", CultureInfo.InvariantCulture) : "-".PadLeft(6);

    static string Range(double? low, double? high) => low is { } l && high is { } h ? $"{Number(l)} - {Number(h)}" : "-".PadLeft(15);
}
