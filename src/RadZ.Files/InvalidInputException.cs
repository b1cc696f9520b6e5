namespace RadZ.Files;

/// <summary>
/// Data or a file that cannot be used, told for a person: what was found, where, what was expected, what to do next.
/// Programs see exit code 2 (command line) or the pair of <see cref="Kind"/> and message (JSON).
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <param name="path">The file (or file and line) that the message is about.</param>
    /// <param name="kind">A stable word for programs, in kebab-case: <c>not-an-image</c>, <c>truncated</c>, <c>too-large</c>, ...</param>
    /// <param name="message">What was found, what was expected, and the next step; without the path.</param>
    /// <param name="inner">The cause, where another library found it.</param>
    public InvalidInputException(string path, string kind, string message, Exception? inner = null)
        : base($"{path}: {message}", inner)
    {
        Path = path;
        Kind = kind;
    }

    /// <summary>The file (or file and line) that the message is about.</summary>
    public string Path { get; }

    /// <summary>A stable word for programs.</summary>
    public string Kind { get; }
}
