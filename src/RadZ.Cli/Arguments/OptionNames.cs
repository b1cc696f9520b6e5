using RadZ.Files;

namespace RadZ.Cli.Arguments;

/// <summary>The command line's words for what libraries call parameters: ‹gate warn› is <c>--gate warn</c> here.</summary>
static class OptionNames
{
    /// <summary>An error as this program tells it.</summary>
    public static string Tell(InvalidInputException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Tell(Format);
    }

    static string Format(string name, string? value) => name switch
    {
        "pseudonym-key" => "--key, RADZ_KEY",
        _ => value is null ? $"--{name}" : $"--{name} {value}",
    };
}
