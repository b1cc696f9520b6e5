using System.Runtime.CompilerServices;

namespace RadZ.TestKit;

/// <summary>Where the committed test data are; <c>RADZ_FIXTURES</c> points the same tests at other cases of the same form.</summary>
public static class Fixtures
{
    /// <summary>The root that holds <c>model</c>, <c>tokenizer</c>, <c>checkpoints</c>, <c>preprocessing</c>, <c>metrics</c>.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("RADZ_FIXTURES") is { Length: > 0 } given ? Path.GetFullPath(given)
            : Path.Combine(Repository, "tests", "fixtures");

    /// <summary>The repository's root folder.</summary>
    public static string Repository => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>A file or folder below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    static string Here([CallerFilePath] string file = "") => file;
}
