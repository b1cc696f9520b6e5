using System.Text.RegularExpressions;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>
/// CheXpert: a row an image (train, valid, and the derived <c>filter_test_labels.csv</c>) or, in the test set's own table, a row a study:
/// then the study's first frontal film stands for it, which is what every paper scores.
/// </summary>
static partial class CheXpertSet
{
    static readonly string[] s_homes = ["", "CheXpert-v1.0", "CheXpert-v1.0-small"];

    public static SampleSet Read(SetBuilder set)
    {
        var table = set.Request.SplitFile is { } file ? set.Use(file) : set.Request.Split switch
        {
            "train" => FindTable(set, "train.csv"),
            "valid" => FindTable(set, "valid.csv"),
            _ => FindTable(set, "groundtruth.csv", "test_labels.csv", "filter_test_labels.csv", "test.csv"),
        };
        using var rows = CsvRows.Open(table);
        var path = rows.Find("Path") is >= 0 and var named ? named : rows.Column("Study");
        var (sex, age, side, direction) = (rows.Find("Sex"), rows.Find("Age"), rows.Find("Frontal/Lateral"), rows.Find("AP/PA"));
        var columns = LabelColumns.Find(set, rows.Header, path, sex, age, side, direction);
        if (columns.Count < 5)
            throw new InvalidInputException($"{table}:1", "missing-column",
                $"{columns.Count} of the set's labels are among its columns, expected 14 (or the 5 of the competition).");
        foreach (var line in rows.Lines())
        {
            var match = Place().Match(line[path].Replace('\\', '/'));
            if (line.Fault is { } fault) set.Skip(rows.Skip(line, "bad-quotes", fault));
            else if (!match.Success)
                set.Skip(rows.Skip(line, "bad-path",
                    $"path is '{line[path]}', expected .../patient00001/study1/view1_frontal.jpg or .../patient00001/study1."));
            else if (columns.Read(line, out var states) is { } bad) set.Skip(rows.Skip(line, "bad-cell", bad));
            else
            {
                var inside = Prefix().Replace(match.Value, "");
                var image = match.Groups["view"].Success ? inside : inside.TrimEnd('/') + "/view1_frontal.jpg";
                var view = side >= 0 && line[side].Equals("Lateral", StringComparison.OrdinalIgnoreCase)
                    || Path.GetFileName(image).Contains("lateral", StringComparison.OrdinalIgnoreCase) ? View.Lateral
                    : direction >= 0 && PatientFacts.View(line[direction]) is not View.Unknown and not View.Lateral and not View.Other
                        and var known ? known : View.Frontal;
                set.DenyNormal(states);
                set.Add(new(ImageOf(set, image), set.Intern($"chexpert:{match.Groups["patient"].Value}"), "chexpert", set.Labels(states))
                {
                    Study = set.Intern($"{match.Groups["patient"].Value}/{match.Groups["study"].Value}"),
                    View = view,
                    Sex = sex < 0 ? Sex.Unknown : PatientFacts.Sex(line[sex]),
                    Age = age < 0 ? null : PatientFacts.Age(line[age]),
                }, image, table, line.Number);
            }
        }
        return set.Build();
    }

    static string FindTable(SetBuilder set, params string[] names) =>
        set.Table([.. s_homes.SelectMany(h => names.Select(n => Path.Combine(h, n)))]);

    static string ImageOf(SetBuilder set, string inside)
    {
        if (!set.Request.Images) return Path.Combine(set.Root, inside);
        foreach (var home in s_homes)
            if (Path.Combine(set.Root, home, inside) is var path && File.Exists(path)) return path;
        return "";
    }

    [GeneratedRegex(@"(?:[^/]+/)*(?<patient>patient\d+)/(?<study>study\d+)(?:/(?<view>view[^/]+))?/?$")]
    private static partial Regex Place();

    [GeneratedRegex(@"^.*?(?=(?:train|valid|test)/patient)")]
    private static partial Regex Prefix();
}
