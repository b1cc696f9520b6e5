using System.CommandLine;
using System.CommandLine.Parsing;
using RadZ.Files;

namespace RadZ.Cli.Arguments;

/// <summary>What is wrong with the arguments, with the name that was probably meant.</summary>
static class Usage
{
    /// <summary>Writes every mistake once to stderr.</summary>
    public static int Explain(ParseResult parsed)
    {
        foreach (var mistake in FindMistakes(parsed).Distinct()) Console.Error.WriteLine($"error: {mistake}");
        Console.Error.WriteLine($"Try '{PathOf(parsed.CommandResult)} --help'.");
        return ExitCode.BadInput;
    }

    /// <summary>The message of a word that begins with a dash and is no option of the command.</summary>
    public static string UnknownOption(string word, Command command) =>
        $"unknown option '{word}'{NameSuggestion.Hint(word.Split('=', ':')[0], command.Options.Select(o => o.Name))}";

    static IEnumerable<string> FindMistakes(ParseResult parsed)
    {
        var (command, unmatched) = (parsed.CommandResult.Command, parsed.UnmatchedTokens);
        if (command.Subcommands.Count > 0 && unmatched is [var verb, ..] && !verb.StartsWith('-'))
            return [$"there is no verb '{verb}'{Hint(verb, [.. command.Subcommands.Select(c => c.Name)])}"];
        if (unmatched.Count > 0)
            return unmatched.Select(u => u.StartsWith('-') ? UnknownOption(u, command) : $"'{u}' is one argument too many");
        var needed = command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).Select(a => a.Name);
        return parsed.Errors.Select(e => e.Message.StartsWith("Required argument missing", StringComparison.Ordinal)
            ? $"{command.Name} needs {string.Join(" and ", needed)}"
            : e.Message.TrimEnd('.'));
    }

    static string Hint(string word, string[] right) =>
        NameSuggestion.Hint(word, right) is { Length: > 0 } hint ? hint : $"; expected one of {string.Join(", ", right)}";

    static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "radz";
}
