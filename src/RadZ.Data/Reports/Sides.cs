using System.Text.RegularExpressions;

namespace RadZ.Data.Reports;

/// <summary>Whether a report names a side of the body: mirrored, its film would show the contrary.</summary>
static partial class Sides
{
    /// <summary>English, or Spanish as in PadChest.</summary>
    public static bool AreNamedIn(string report) => Word.IsMatch(report);

    [GeneratedRegex(@"\b(left|right|lingula\w*|izquierd[oa]s?|derech[oa]s?|izq|dcha?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    static partial Regex Word { get; }
}
