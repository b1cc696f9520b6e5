using System.Text.RegularExpressions;

namespace RadZ.Files;

/// <summary>
/// Parameters in messages: ‹vision-tower› or, with a value, ‹gate warn›. A library calls them as its callers do (VisionTower, Gate
/// = Warn), the command line by its options; the text beside them is the same.
/// </summary>
static partial class ParameterNames
{
    [GeneratedRegex("‹([a-z][a-z-]*)(?: ([^‹›]+))?›")]
    private static partial Regex Form();

    /// <summary>
    /// The text with each parameter called as it is in code: a method's in small letters, properties of options in capitals.
    /// </summary>
    public static string Plain(string text) => Replace(text, (name, value) => value is null || value.All(char.IsAsciiLetterUpper)
        ? Property(name) : $"{Property(name)} = {(value.All(char.IsAsciiLetterLower) ? Capital(value) : value)}");

    /// <summary>The text with each parameter called as <paramref name="name"/> says of its name and value.</summary>
    public static string Replace(string text, Func<string, string?, string> name) => text.Contains('‹', StringComparison.Ordinal)
        ? Form().Replace(text, m => name(m.Groups[1].Value, m.Groups[2].Success ? m.Groups[2].Value : null)) : text;

    /// <summary>The property's name where a text is a parameter and nothing else.</summary>
    public static string? Single(string text) =>
        text.StartsWith('‹') && Form().Match(text) is { Success: true, Index: 0 } m && m.Length == text.Length
            ? Property(m.Groups[1].Value) : null;

    /// <summary>diseases and disease are parameters of methods; all others are properties: vision-tower is VisionTower.</summary>
    static string Property(string name) => name is "diseases" or "disease" ? name : string.Concat(name.Split('-').Select(Capital));

    static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
