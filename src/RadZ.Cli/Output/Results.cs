using RadZ.Cli.Arguments;

namespace RadZ.Cli.Output;

/// <summary>What an experiment found, for people or for programs.</summary>
static class Results
{
    /// <summary>The text on stdout; or the JSON, and what else is said on stderr.</summary>
    /// <param name="format">For whom.</param>
    /// <param name="json">For programs, with its last line end.</param>
    /// <param name="text">For people, with its last line end.</param>
    /// <param name="remarks">What is said beside the JSON, a line each.</param>
    public static void Write(Format format, string json, string text, IEnumerable<string> remarks)
    {
        Console.Write(format == Format.Json ? json : text);
        if (format != Format.Json) return;
        foreach (var remark in remarks) Console.Error.WriteLine(remark);
    }
}
