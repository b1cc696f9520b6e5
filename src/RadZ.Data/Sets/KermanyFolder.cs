using System.Text.RegularExpressions;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// Paediatric radiographs of Kermany, Zhang and Goldbaum 2018: folders <c>NORMAL</c> and <c>PNEUMONIA</c>; the names of the latter say
/// bacteria or virus. A normal film has none of the ChestX-ray14 findings; of a film with pneumonia the others are unknown. COVID-19 is
/// absent: the films are older.
/// </summary>
static partial class KermanyFolder
{
    /// <summary>The source's name and the prefix of its patient keys: <c>kermany:person100</c>, <c>kermany:normal-0115</c>.</summary>
    public const string Source = "kermany";

    static readonly Labels s_bacterial = Pneumonia("bacterial pneumonia", "viral pneumonia"),
        s_viral = Pneumonia("viral pneumonia", "bacterial pneumonia");

    /// <summary>Reads a folder that holds <c>NORMAL</c> and <c>PNEUMONIA</c>, in the order of the names.</summary>
    public static SampleSet Read(string folder)
    {
        var (normal, pneumonia) =
            (Path.GetFullPath("NORMAL", Path.GetFullPath(folder)), Path.GetFullPath("PNEUMONIA", Path.GetFullPath(folder)));
        if (!Directory.Exists(normal) || !Directory.Exists(pneumonia))
            throw new InvalidInputException(folder, "bad-layout",
                "expected the folders NORMAL and PNEUMONIA in it; give the folder of one split, as kermany/train.");
        List<Sample> samples = [];
        List<SkippedRow> skipped = [];
        foreach (var file in Files(normal).Concat(Files(pneumonia)))
        {
            var name = Path.GetFileName(file);
            if (!IsImage(name)) skipped.Add(new(file, 0, "not-an-image", "expected a .jpeg, .jpg or .png file."));
            else if (file.StartsWith(normal, StringComparison.Ordinal))
            {
                if (NormalName().Match(name) is { Success: true } match)
                    samples.Add(new(file, $"{Source}:normal-{match.Groups[1].Value}", Source, ChestXray14.Normal));
                else skipped.Add(new(file, 0, "bad-name", "a NORMAL name must hold the patient as IM-nnnn, as in IM-0115-0001.jpeg."));
            }
            else if (PneumoniaName().Match(name) is { Success: true } match)
                samples.Add(new(file, $"{Source}:{match.Groups[1].Value}", Source,
                    match.Groups[2].Value == "bacteria" ? s_bacterial : s_viral));
            else skipped.Add(new(file, 0, "bad-name", "a PNEUMONIA name must hold patient and cause, as in person100_bacteria_475.jpeg."));
        }
        return new(samples, skipped)
        {
            Diseases = [.. new[] { Disease.NoFinding, "bacterial pneumonia", "viral pneumonia" }.Concat(ChestXray14.Findings)
                .Select(n => new DiseaseColumn(n, n))],
        };
    }

    static Labels Pneumonia(string present, string absent) => new(new Dictionary<string, Label>
    {
        ["pneumonia"] = Label.Present,
        [present] = Label.Present,
        [absent] = Label.Absent,
        [Disease.NoFinding] = Label.Absent,
        [ChestXray14.Later] = Label.Absent,
    });

    static IOrderedEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);

    static bool IsImage(string name) => Path.GetExtension(name).ToLowerInvariant() is ".jpeg" or ".jpg" or ".png" && !name.StartsWith('.');

    [GeneratedRegex(@"IM-(\d+)-")]
    private static partial Regex NormalName();

    [GeneratedRegex(@"^(person\d+)_(bacteria|virus)_")]
    private static partial Regex PneumoniaName();
}
