using System.Text.RegularExpressions;
using RadZ.Text.Knowledge;

namespace RadZ.Descriptions.Writing;

/// <summary>Takes a reply apart into its three parts.</summary>
static partial class DescriptionReply
{
    /// <summary>
    /// The parts behind their headings, whatever marks, numbers and lists a model put around them; a part that is not there is empty. What
    /// is wrong with the form goes to <paramref name="problems"/>.
    /// </summary>
    public static DiseaseDescription Parse(string reply, List<string> problems)
    {
        var found = Heading().Matches(reply);
        var parts = new string[3];
        for (var part = 0; part < parts.Length; part++)
        {
            var mine = found.Where(m => m.Groups[part + 1].Success).ToList();
            if (mine.Count > 1) problems.Add($"the heading '{DescriptionPrompt.Headings[part]}' comes {mine.Count} times.");
            if (mine.Count == 0) problems.Add($"the heading '{DescriptionPrompt.Headings[part]}' is missing.");
            parts[part] = mine.Count == 0 ? ""
                : Plain(reply[(mine[0].Index + mine[0].Length)..(found.SkipWhile(m => m != mine[0]).Skip(1).FirstOrDefault()?.Index
                    ?? reply.Length)]);
        }
        if (found.Count > 0 && reply[..found[0].Index].Trim().Length > 120) problems.Add("a long text stands before the first heading.");
        return new() { Overview = parts[0], Imaging = parts[1], Presentation = parts[2] };
    }

    /// <summary>One line without list marks and emphasis.</summary>
    static string Plain(string text) => Space().Replace(Marks().Replace(text, " "), " ").Trim();

    [GeneratedRegex(@"^[\s>#*_\-•]*(?:\(?\d+[.)]\s*)?[*_]*(?:" +
        @"(disease description|description|overview)|" +
        @"(imaging (?:characteristics|features|findings)|radiological features)|" +
        @"(clinical (?:presentation|features|manifestations)))" +
        @"[*_]*\s*(?:[:：]|[–—-]\s|$)[*_]*",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\*\*|__|`|^[ \t]*(?:[*•\-]|\d+[.)])[ \t]+|^#+[ \t]*", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();
}
