namespace RadZ.Files;

/// <summary>
/// Data or a file that cannot be used, told for a person: what was found, where, what was expected, what to do next. Programs go by
/// <see cref="Kind"/>. What a caller may set (a parameter of a method, a property of options) is called by its name there; the command
/// line calls the same its option.
/// </summary>
public sealed class InvalidInputException : Exception
{
    readonly string _told;

    /// <param name="path">The file (or file and line), or the parameter in the form ‹name›, that the message is about.</param>
    /// <param name="kind">A stable word for programs, in kebab-case: <c>not-an-image</c>, <c>truncated</c>, <c>too-large</c>, ...</param>
    /// <param name="message">What was found, what was expected, and the next step; without the path. Parameters that it speaks of stand in
    /// it as ‹name› or ‹name value›, in kebab-case.</param>
    /// <param name="inner">The cause, where another library found it.</param>
    public InvalidInputException(string path, string kind, string message, Exception? inner = null)
        : base($"{ParameterNames.Plain(path)}: {ParameterNames.Plain(message)}", inner)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(message);
        (Path, Kind, Place, _told) = (ParameterNames.Plain(path), kind, path, message);
        Parameter = ParameterNames.Single(path);
    }

    /// <summary>The file (or file and line) that the message is about, or the parameter.</summary>
    public string Path { get; }

    /// <summary>A stable word for programs.</summary>
    public string Kind { get; }

    /// <summary>The parameter or property of options that was wrong; null where a file was.</summary>
    public string? Parameter { get; }

    /// <summary>
    /// The message without the path, parameters still in the form ‹name›: for one that is told anew of another place.
    /// </summary>
    internal string Told => _told;

    /// <summary>The path as it was given, a parameter still in the form ‹name›.</summary>
    internal string Place { get; }

    /// <summary>The whole message, each parameter called as <paramref name="name"/> says of its name and value.</summary>
    internal string Tell(Func<string, string?, string> name) =>
        $"{ParameterNames.Replace(Place, name)}: {ParameterNames.Replace(_told, name)}";
}
