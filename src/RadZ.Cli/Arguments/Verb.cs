using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RadZ.Cli.Arguments;

/// <summary>A command whose help ends in examples.</summary>
sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines to copy.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What else the help says.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Help: the library's page, then examples and notes; on the root, exit codes and environment.</summary>
sealed class ExampleHelp : SynchronousCommandLineAction
{
    const int Width = 110;

    static readonly string[] s_exitCodes =
    [
        "  0    all was done", "  1    a fault of the program",
        "  2    something given cannot be used: an argument, a file, or some of the images",
        "  130  stopped by Ctrl-C (143: by SIGTERM)",
    ];

    static readonly string[] s_environment =
    [
        "  RADZ_MODEL  the model folder where --model is not given (else models/radz-small beside the program)",
        "  RADZ_CACHE  where text features are kept (default ~/.cache/radz; off: nowhere)",
        "  RADZ_KEY    the secret that pseudonyms are made with (default: this installation's own, ~/.config/radz/key)",
        "  HF_TOKEN, HF_ENDPOINT, HF_HOME  of radz pull: who asks, which hub, where models are kept",
        "  RADZ_DEBUG  1: show the stack of a fault",
        "  NO_COLOR    any value: no colours",
    ];

    /// <inheritdoc/>
    public override bool Terminating => true;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        new HelpAction { MaxWidth = Width }.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (command is Verb verb)
        {
            Section(output, "Examples:", verb.Examples.Select(e => $"  {e}"));
            Section(output, "Notes:", verb.Notes.Select(n => $"  {n}"));
        }
        else
        {
            Section(output, "Examples:", ["  radz classify samples", "  radz classify --help"]);
            Section(output, "Exit codes:", s_exitCodes);
            Section(output, "Environment:", s_environment);
        }
        return ExitCode.Ok;
    }

    static void Section(TextWriter output, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length == 0) return;
        output.WriteLine(title);
        foreach (var line in all) output.WriteLine(line);
        output.WriteLine();
    }
}
