using System.Xml;
using System.Xml.Linq;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>
/// OpenI: an XML file a report, with its images' names; labels are substrings of the automatic MeSH terms (CARZero's rule).
/// </summary>
static class OpenISet
{
    public static SampleSet Read(SetBuilder set)
    {
        var folder = Path.Combine(set.Root, "ecgen-radiology") is var usual && Directory.Exists(usual) ? usual : set.Root;
        var files = Directory.GetFiles(folder, "*.xml")
            .OrderBy(f => int.TryParse(Path.GetFileNameWithoutExtension(f), out var n) ? n : int.MaxValue)
            .ThenBy(f => f, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new InvalidInputException(set.Request.Root, "missing-file",
                $"there is no .xml report in it; expected {set.Card.Title}: {set.Card.Layout}");
        HashSet<string>? wanted = set.Request.SplitFile is { } list
            ? [.. SplitNames.Read(set.Use(list)).Select(n => Path.GetFileNameWithoutExtension(n.Name))] : null;
        var images = set.Request.Images ? ImageIndex.Scan(set.Root) : null;
        foreach (var file in files)
        {
            XElement report;
            try
            {
                using var reader = XmlReader.Create(file,
                    new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = 1 << 24 });
                report = XElement.Load(reader);
            }
            catch (XmlException e)
            {
                set.Skip(file, e.LineNumber, "bad-xml", $"the report is no XML: {e.Message}");
                continue;
            }
            if (report.Descendants("uId").FirstOrDefault()?.Attribute("id")?.Value is not { Length: > 0 } id)
                set.Skip(file, 0, "no-patient", "the report has no uId.");
            else if (!report.Descendants("parentImage").Any()) set.LeaveOut("report without an image");
            else One(set, file, report, id, images, wanted);
        }
        return set.Build();
    }

    static void One(SetBuilder set, string file, XElement report, string id, ImageIndex? images, HashSet<string>? wanted)
    {
        string? Section(string label) =>
            string.Join(' ', report.Descendants("AbstractText")
                .Where(a => a.Attribute("Label")?.Value.Equals(label, StringComparison.OrdinalIgnoreCase) == true)
                .Select(a => a.Value.Trim()).Where(t => t.Length > 0)) is { Length: > 0 } text ? text : null;
        var (findings, impression, comparison) = (Section("FINDINGS"), Section("IMPRESSION"), Section("COMPARISON"));
        var sections = new ReportSections
        {
            Indication = Section("INDICATION"),
            Comparison = comparison,
            Findings = findings,
            Impression = impression,
            Conclusion = impression ?? findings,
        };
        string[] automatic = [.. report.Descendants("automatic").Select(a => a.Value.Trim().ToLowerInvariant()).Where(a => a.Length > 0)];
        string[] major = [.. report.Descendants("major").Select(a => a.Value.Trim().ToLowerInvariant()).Where(a => a.Length > 0)];
        var labels = set.Labels(ReadLabels(set, automatic, major));
        foreach (var image in report.Descendants("parentImage"))
        {
            var name = image.Attribute("id")?.Value ?? "";
            if (name.Length == 0) set.Skip(file, 0, "no-image", "a parentImage has no id.");
            else if (wanted is null || wanted.Contains(name))
                set.Add(new(images is null ? Path.Combine(set.Root, name + ".png") : images.Find(name) ?? "", $"openi:{id}", "openi",
                    labels)
                {
                    Study = id,
                    Sections = sections,
                    Report = sections.Body,
                    RawLabels = string.Join('|', major.Concat(automatic).Distinct()),
                }, name, file, 0);
        }
    }

    static Label[] ReadLabels(SetBuilder set, string[] automatic, string[] major)
    {
        var states = set.Space.Blank();
        if (automatic.Length + major.Length == 0) return states;                                    // nobody has indexed it
        foreach (var label in set.Card.Labels)
        {
            if (label.Disease is not { } disease) continue;
            var place = set.Space.Place(disease);
            if (disease == Disease.NoFinding) states[place] = major.Contains("normal") ? Label.Present : Label.Absent;
            else
                states[place] = automatic.Any(term => Words(label).Any(w => term.Contains(w, StringComparison.Ordinal))) ? Label.Present
                    : Label.Absent;
        }
        return states;
    }

    /// <summary>What is looked for: the label, or its stems ("opacit" is in "opacities").</summary>
    static IEnumerable<string> Words(LabelMapping label) =>
        label.Spellings.Count > 0 ? label.Spellings : [label.Label.ToLowerInvariant().Replace('_', ' ')];
}
