using System.Globalization;
using System.Text;
using System.Text.Json;
using RadZ.Evaluation.Comparisons;
using RadZ.RunReports.Figures;

namespace RadZ.RunReports.Sweeps;

/// <summary>The table of a sweep for people and for programs.</summary>
static class SweepTable
{
    static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The table's files.</summary>
    public const string TextFile = "table.txt", CsvFile = "table.csv", JsonFile = "table.json";

    /// <summary>The whole table as text.</summary>
    public static string Text(ArmTable table)
    {
        var text = new StringBuilder();
        List<string[]> lines = [["", "seeds", "mean", "deviation", "against", "difference", "p", "p Holm", "p seeds", "p patients"]];
        foreach (var row in table.Rows) lines.Add(Cells(row));
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(c => lines.Max(l => l[c].Length))];
        var group = "";
        foreach (var (i, line) in lines.Index())
        {
            if (i > 0 && table.Rows[i - 1].Group != group)
            {
                group = table.Rows[i - 1].Group;
                if (group.Length > 0) text.Append($"{group}\n");
            }
            text.Append("  " + string.Join("  ", line.Select((cell, c) => c is 0 or 4 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))
                .TrimEnd()).Append('\n');
        }
        text.Append('\n');
        foreach (var note in Notes(table)) text.Append($"{note}\n");
        return text.ToString();
    }

    /// <summary>The cells of one line.</summary>
    internal static string[] Cells(ArmRow row) => row.Measure is not { } m ? [row.Name, "0", "-", "-", "", "failed", "", "", "", ""]
        : [row.Name, m.Seeds.Count.ToString(CultureInfo.InvariantCulture), Number(m.Mean), Number(m.Deviation), row.Comparison?.B ?? "",
            Difference(row.Comparison), P(row.Comparison?.P), P(row.HolmP), P(row.Comparison?.SeedP), P(row.Comparison?.PatientP)];

    /// <summary>How to read it.</summary>
    internal static IEnumerable<string> Notes(ArmTable table)
    {
        var first = table.Rows.Select(r => r.Measure).FirstOrDefault(m => m is not null);
        if (first is not null)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"mean, deviation: of the mean AUC by score over the seeds, task '{table.Measure}', {first.Images:N0} images of " +
                $"{first.Patients.Count:N0} patients.");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"difference: this arm less the one it is compared with, seed by seed; {table.Options.Level * 100:0.##} % interval by " +
            $"patients and seeds together (docs/decisions/0017).");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"p: by both together; p Holm: corrected over the {table.Rows.Count(r => r.Comparison?.P is not null)} comparisons; p seeds: " +
            $"paired t over the seeds alone; p patients: {table.Options.Resamples:N0} resamples of patients alone.");
        if (table.Rows.Any(r => r.Comparison is { Seeds.Count: 1 }))
            yield return "With one seed the interval knows of patients alone: another seed may well turn the difference over. It proves " +
                "nothing.";
        foreach (var row in table.Rows.Where(r => r.Note is not null)) yield return $"{row.Name}: {row.Note}";
    }

    /// <summary>A row an arm, all digits.</summary>
    public static string Csv(ArmTable table) => RunFigure.Table(
        ["arm", "group", "seeds", "mean", "deviation", "values", "against", "difference", "low", "high", "freedom", "p", "p_holm",
            "p_seeds", "p_patients", "patients_low", "patients_high", "images", "patients"],
        table.Rows.Select(r => (object?[])[r.Name, r.Group, r.Measure is { } m ? string.Join(' ', m.Seeds) : "", r.Measure?.Mean,
            r.Measure?.Deviation, r.Measure is { } v ? string.Join(' ', v.Values.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))
                : "",
            r.Comparison?.B, r.Comparison?.Difference, r.Comparison?.Interval?.Low, r.Comparison?.Interval?.High,
            r.Comparison is { Freedom: < double.PositiveInfinity } c ? c.Freedom : null, r.Comparison?.P, r.HolmP, r.Comparison?.SeedP,
            r.Comparison?.PatientP,
            r.Comparison?.ByPatients?.Low, r.Comparison?.ByPatients?.High, r.Measure?.Images, r.Measure?.Patients.Count]));

    /// <summary>The same as JSON.</summary>
    public static string Json(ArmTable table) => JsonSerializer.Serialize(new
    {
        table.Measure,
        table.Options.Resamples,
        ResampleSeed = table.Options.Seed,
        table.Options.Level,
        Arms = table.Rows.Select(r => new
        {
            r.Name,
            r.Group,
            r.Note,
            Seeds = r.Measure?.Seeds,
            Values = r.Measure?.Values,
            Mean = r.Measure?.Mean,
            Deviation = r.Measure?.Deviation,
            Images = r.Measure?.Images,
            Patients = r.Measure?.Patients.Count,
            Comparison = r.Comparison is { } c ? Plain(c, r.HolmP) : null,
        }),
    }, s_json) + "\n";

    /// <summary>A comparison for JSON: what is without end is null.</summary>
    internal static object Plain(SeedComparison c, double? holm) => new
    {
        Against = c.B,
        c.Seeds,
        c.Differences,
        c.Difference,
        c.Deviation,
        c.Interval,
        Freedom = double.IsInfinity(c.Freedom) ? (double?)null : c.Freedom,
        c.P,
        HolmP = holm,
        c.SeedP,
        c.ByPatients,
        c.PatientP,
    };

    /// <summary>With sign and interval.</summary>
    internal static string Difference(SeedComparison? c) =>
        c is null ? "" : Sign(c.Difference) + (c.Interval is { } i ? $" [{Sign(i.Low)}, {Sign(i.High)}]" : "");

    /// <summary>Four digits: differences between arms are small.</summary>
    internal static string Number(double? value) => value is { } v ? v.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    internal static string Sign(double value) =>
        Math.Abs(value) < 0.00005 ? "0.0000" : value.ToString("+0.0000;-0.0000", CultureInfo.InvariantCulture);

    internal static string P(double? p) =>
        p is not { } value ? "" : value < 0.001 ? "<0.001" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
