using System.Text.RegularExpressions;

namespace RadZ.Data.Reports;

/// <summary>
/// Cuts MIMIC-CXR's reports into sections by the rules of the set's publishers (MIT-LCP/mimic-cxr, <c>txt/section_parser.py</c> and
/// <c>create_section_files.py</c>): headings in capitals at the start of a line, one spelling each, the last section of a name counts, and
/// 54 studies whose reports do not fit are corrected by hand (<see cref="MimicCorrections"/>).
/// </summary>
static partial class MimicReport
{
    /// <summary>The sections of one report.</summary>
    /// <param name="study">The study, <c>s50414267</c> or <c>50414267</c>.</param>
    /// <param name="text">The file's text.</param>
    public static ReportSections Parse(string study, string text)
    {
        text = text.ReplaceLineEndings("\n");
        study = study.StartsWith('s') ? study : "s" + study;
        if (MimicCorrections.Places.TryGetValue(study, out var place))
            return new() { Conclusion = Filled(text[Math.Min(place.From, text.Length)..Math.Min(place.To, text.Length)]) };
        var sections = Cut(text);
        string? Last(string name) => sections.FindLast(s => s.Name == name).Text is { } found ? Filled(found) : null;
        var (impression, findings, last, comparison) = (Last("impression"), Last("findings"), Last("last_paragraph"), Last("comparison"));
        var conclusion = MimicCorrections.Names.TryGetValue(study, out var name) && Last(name) is { } corrected ? corrected
            : impression ?? findings ?? last ?? comparison;
        return new()
        {
            Indication = Last("indication") ?? Last("history"),
            Comparison = comparison,
            Findings = findings,
            Impression = impression,
            LastParagraph = last,
            Conclusion = conclusion,
        };
    }

    /// <summary>The sections in the order of the text, by their one spelling; what stands before the first is the preamble.</summary>
    internal static List<(string Name, string Text)> Cut(string text)
    {
        var sections = new List<(string Name, string Text)>();
        var heading = Heading().Match(text);
        if (!heading.Success) sections.Add(("full report", text));
        else sections.Add(("preamble", text[..heading.Groups[1].Index]));
        while (heading.Success)
        {
            // a heading on the same line is part of the text
            var start = heading.Index + heading.Length;
            var line = text.IndexOf('\n', start);
            var next = Heading().Match(text, line < 0 ? start : line);
            sections.Add((OneSpelling(heading.Groups[1].Value.ToLowerInvariant().Trim()),
                text[start..(next.Success ? next.Index : text.Length)]));
            heading = next;
        }
        // a film's title looks like a heading of findings, with nothing below it
        sections.RemoveAll(s => s.Name is "impression" or "findings" && string.IsNullOrWhiteSpace(s.Text));
        if (sections.Count > 0 && !sections.Exists(s => s.Name is "impression" or "findings")
            && sections[^1].Text.IndexOf("\n \n", StringComparison.Ordinal) is >= 0 and var blank)
        {
            var (name, whole) = sections[^1];
            sections[^1] = (name, whole[..blank]);
            sections.Add(("last_paragraph", whole[(blank + 3)..]));
        }
        return sections;
    }

    static string OneSpelling(string heading)
    {
        if (MimicCorrections.Spellings.TryGetValue(heading, out var name)) return name;
        foreach (var part in s_parts)
            if (heading.Contains(part, StringComparison.Ordinal)) return part;
        return s_films.Any(f => heading.Contains(f, StringComparison.Ordinal)) ? "findings" : heading;
    }

    static readonly string[] s_parts = ["impression", "findings", "history", "comparison", "addendum"];

    static readonly string[] s_films =
    [
        "chest", "portable", "pa and lateral", "lateral and pa", "ap and lateral", "lateral and ap", "frontal and", "two views",
        "frontal view", "pa view", "ap view",
        "one view", "lateral view", "bone window", "frontal upright", "frontal semi-upright", "ribs", "pa and lat",
    ];

    static string? Filled(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    [GeneratedRegex(@"\n ([A-Z ()/,-]+):\s")]
    private static partial Regex Heading();
}
