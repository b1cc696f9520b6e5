using System.Globalization;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// NIH ChestX-ray14: <c>Data_Entry_2017.csv</c> (whose header has commas inside two unquoted names) or a table
/// <c>image,patient,view,sex,age,labels</c>, with labels joined by <c>|</c>. Listed findings are present and the others of the 14 absent;
/// kinds of pneumonia are unknown where there is pneumonia, and absent where there is none. COVID-19 is absent: the films are older.
/// </summary>
static class NihTable
{
    /// <summary>The source's name and the prefix of its patient keys: <c>nih:1281</c>.</summary>
    public const string Source = "nih";

    /// <summary>Reads a table; images lie in <c>images</c> or <c>images_*/images</c> beside it.</summary>
    public static SampleSet Read(string path)
    {
        var table = CsvTable.Read(path);
        var original = table.Header.Any(h => TermKey.From(h) == "imageindex");
        var columns = original ? ("Image Index", "Patient ID", "Finding Labels") : ("image", "patient", "labels");
        return LabelTable.Read(table, Source, columns, Patient, Parse) with
        {
            Diseases = [.. ChestXray14.Findings.Append(Disease.NoFinding).Select(n => new DiseaseColumn(n, n))],
        };
    }

    static (string? Value, string? Fault) Patient(string cell) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number.ToString(CultureInfo.InvariantCulture), null)
            : (null, $"patient is '{cell}', expected a whole number.");

    internal static (Labels? Value, string? Fault) Parse(string cell)
    {
        var present = new HashSet<string>();
        foreach (var label in cell.Split('|', StringSplitOptions.TrimEntries))
        {
            if (!KnowledgeBase.Embedded.TryFind(label, out var disease)
                || (disease.Name != Disease.NoFinding && !ChestXray14.Findings.Contains(disease.Name)))
                return (null,
                    $"label '{label}' is none of the 14 findings nor No " +
                    $"Finding{NameSuggestion.Hint(label, [.. ChestXray14.Findings, "effusion", Disease.NoFinding])}");
            present.Add(disease.Name);
        }
        if (present.Contains(Disease.NoFinding))
            return present.Count == 1 ? (ChestXray14.Normal, null)
                : (null, $"labels are '{cell}': No Finding and a finding exclude each other.");
        var labels = ChestXray14.Findings.ToDictionary(d => d, d => present.Contains(d) ? Label.Present : Label.Absent);
        labels[Disease.NoFinding] = Label.Absent;
        labels[ChestXray14.Later] = Label.Absent;
        if (!present.Contains("pneumonia"))
            foreach (var kind in ChestXray14.PneumoniaKinds) labels[kind] = Label.Absent;
        return (new(labels), null);
    }
}
