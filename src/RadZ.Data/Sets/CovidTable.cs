using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// The COVID-19 image repository of Hannover Medical School as <c>image,patient,view,sex,age,labels</c>: every image is COVID-19, hence
/// viral pneumonia and pneumonia; nothing else is known of it. With no negative from the same hospital the source gives the class away.
/// </summary>
static class CovidTable
{
    /// <summary>The source's name and the prefix of its patient keys: <c>covid:024e7871</c>.</summary>
    public const string Source = "covid";

    static readonly Labels s_covid = new(new Dictionary<string, Label>
    {
        ["COVID-19"] = Label.Present,
        ["viral pneumonia"] = Label.Present,
        ["pneumonia"] = Label.Present,
        [Disease.NoFinding] = Label.Absent,
    });

    /// <summary>Reads the table; images lie in <c>images</c> beside it.</summary>
    public static SampleSet Read(string path) =>
        LabelTable.Read(CsvTable.Read(path), Source, ("image", "patient", "labels"), Patient, Parse) with
        {
            Diseases = [.. s_covid.ByDisease.Keys.Select(n => new DiseaseColumn(n, n))],
        };

    static (string? Value, string? Fault) Patient(string cell) => cell.Length > 0 ? (cell, null) : (null, "the patient cell is empty.");

    static (Labels? Value, string? Fault) Parse(string cell) =>
        TermKey.From(cell) == "covid19" ? (s_covid, null)
            : (null, $"labels are '{cell}', expected COVID-19, the only label of this source.");
}
