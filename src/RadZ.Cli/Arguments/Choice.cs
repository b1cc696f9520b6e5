using System.CommandLine;
using System.CommandLine.Parsing;
using RadZ.Files;

namespace RadZ.Cli.Arguments;

/// <summary>Options with a few right words.</summary>
static class Choice
{
    /// <summary>
    /// An option whose value is one of an enum's names, in lower case; a slip is answered with the nearest. The first is the standard.
    /// </summary>
    public static Option<T> Option<T>(string name, string description) where T : struct, Enum => new(name)
    {
        Description = $"{description} (default: {Words<T>()[0]})",
        HelpName = string.Join('|', Words<T>()),
        CustomParser = result => Parsed<T>(name, result) ?? default,
    };

    /// <summary>The same where something else chooses if nobody says; <paramref name="standard"/> tells what.</summary>
    public static Option<T?> OptionalOption<T>(string name, string description, string standard) where T : struct, Enum => new(name)
    {
        Description = $"{description} (default: {standard})",
        HelpName = string.Join('|', Words<T>()),
        CustomParser = result => Parsed<T>(name, result),
    };

    static string[] Words<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(w => w.ToLowerInvariant())];

    static T? Parsed<T>(string name, ArgumentResult result) where T : struct, Enum
    {
        var (word, words) = (result.Tokens[^1].Value, Words<T>());
        if (words.Contains(word, StringComparer.OrdinalIgnoreCase)) return Enum.Parse<T>(word, ignoreCase: true);
        result.AddError($"{name} is '{word}', expected one of {string.Join(", ", words)}{NameSuggestion.Hint(word, words)}");
        return null;
    }

    /// <summary>What an option says, to a validator; a word that is wrong is told by its own option, and here is the default.</summary>
    public static T? ValueOrDefault<T>(this System.CommandLine.Parsing.SymbolResult result, Option<T> option)
    {
        try { return result.GetValue(option); }
        catch (InvalidOperationException) { return default; }
    }

    /// <summary>The same of an argument.</summary>
    public static T? ValueOrDefault<T>(this System.CommandLine.Parsing.SymbolResult result, Argument<T> argument)
    {
        try { return result.GetValue(argument); }
        catch (InvalidOperationException) { return default; }
    }

    /// <summary>The value of an enum whose names are written with hyphens: <c>zero-shot</c>.</summary>
    public static T Hyphened<T>(string name, System.CommandLine.Parsing.ArgumentResult result) where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(w => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(w))];
        var word = result.Tokens[^1].Value;
        if (Array.FindIndex(words, w => w.Equals(word, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at)
            return Enum.GetValues<T>()[at];
        result.AddError($"{name} is '{word}', expected one of {string.Join(", ", words)}{NameSuggestion.Hint(word, words)}");
        return default;
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Option<int?> Number(string name, string description, int least) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[^1].Value, out var n) && n >= least) return n;
            result.AddError($"{name} is '{result.Tokens[^1].Value}', expected a whole number of at least {least}");
            return null;
        },
    };

    /// <summary>
    /// A finite number from <paramref name="least"/> (itself only if <paramref name="open"/> is false) to <paramref name="most"/>.
    /// </summary>
    public static Option<double?> Real(string name, string description, double least, double most = double.MaxValue, bool open = false) =>
        new(name)
        {
            Description = description,
            HelpName = "X",
            CustomParser = result =>
            {
                var word = result.Tokens[^1].Value;
                if (double.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out var x) && x <= most
                    && (open ? x > least : x >= least)) return x;
                result.AddError($"{name} is '{word}', expected a number {(open ? "above" : "of at least")} {least}" +
                    $"{(most < double.MaxValue ? $", at most {most}" : "")}");
                return null;
            },
        };

    /// <summary>One of some words; null where it is not given.</summary>
    public static Option<string?> Word(string name, string description, IReadOnlyList<string> words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result =>
        {
            var word = result.Tokens[^1].Value;
            if (!words.Contains(word))
                result.AddError($"{name} is '{word}', expected one of {string.Join(", ", words)}{NameSuggestion.Hint(word, words)}");
            return word;
        },
    };
}

/// <summary>How results are written.</summary>
enum Format
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs.</summary>
    Json,
}

/// <summary>How the results of single images are written.</summary>
enum RowFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>For spreadsheets.</summary>
    Csv,
}
