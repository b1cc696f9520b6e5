using System.Text.RegularExpressions;
using RadZ.Files;

namespace RadZ.Hub;

/// <summary>A model repository of the hub: <c>OWNER/NAME</c>.</summary>
sealed partial record RepositoryName
{
    RepositoryName(string owner, string name) => (Owner, Name) = (owner, name);

    /// <summary>The user or organisation.</summary>
    public string Owner { get; }

    /// <summary>The model.</summary>
    public string Name { get; }

    /// <summary>
    /// Parses a name; letters, digits, <c>-</c>, <c>_</c>, <c>.</c>, at most 96 characters each, no two dots or dashes in a row.
    /// </summary>
    public static bool TryParse(string text, out RepositoryName? name)
    {
        var match = Form().Match(text);
        name = match.Success && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("--", StringComparison.Ordinal)
            ? new(match.Groups[1].Value, match.Groups[2].Value) : null;
        return name is not null;
    }

    /// <summary>Parses a name.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static RepositoryName Parse(string text) => TryParse(text, out var name) ? name!
        : throw new InvalidInputException(text, "bad-name",
            "this is no repository name; expected OWNER/NAME, as in liuhaotian/llava-v1.5-7b.");

    /// <inheritdoc/>
    public override string ToString() => $"{Owner}/{Name}";

    [GeneratedRegex(@"^([A-Za-z0-9_][\w.-]{0,95})/([A-Za-z0-9_][\w.-]{0,95})\z", RegexOptions.ECMAScript)]
    private static partial Regex Form();
}
