using System.Text.RegularExpressions;
using RadZ.TestKit;

namespace RadZ.Tests.House;

/// <summary>One C# file of the repository.</summary>
/// <param name="Path">Below the repository's root, with slashes.</param>
/// <param name="Lines">As they are written.</param>
/// <param name="Code">The text without comments and literals.</param>
sealed record SourceFile(string Path, string[] Lines, string Code)
{
    /// <summary>The project's folder: <c>RadZ.Files</c>.</summary>
    public string Project => Path.Split('/')[1];

    /// <summary>What it declares; null in the global namespace.</summary>
    public string? Namespace { get; } = SourceTree.NamespaceLine().Match(Code) is { Success: true } m ? m.Groups[1].Value : null;
}

/// <summary>A type as its file declares it.</summary>
/// <param name="Name">Without type parameters.</param>
/// <param name="Kind">class, record, struct, interface, enum, delegate.</param>
/// <param name="IsPublic">Whether it says <c>public</c>.</param>
/// <param name="File">Where.</param>
/// <param name="Line">Of the declaration, from 0.</param>
sealed record DeclaredType(string Name, string Kind, bool IsPublic, SourceFile File, int Line);

/// <summary>The repository's own C# files, read as text: what holds of the tree holds without a build.</summary>
static partial class SourceTree
{
    /// <summary>Files below some of the repository's folders.</summary>
    public static IReadOnlyList<SourceFile> Files(params string[] roots) =>
    [
        .. roots.Select(r => Path.Combine(Fixtures.Repository, r)).Where(Directory.Exists)
            .SelectMany(r => Directory.EnumerateFiles(r, "*.cs", SearchOption.AllDirectories))
            .Select(p => (Full: p, Short: Path.GetRelativePath(Fixtures.Repository, p).Replace('\\', '/')))
            .Where(p => !p.Short.Split('/').Any(part => part is "bin" or "obj")).OrderBy(p => p.Short, StringComparer.Ordinal)
            .Select(p => (p.Short, Text: File.ReadAllText(p.Full)))
            .Select(p => new SourceFile(p.Short, p.Text.TrimEnd('\n').Split('\n'), Literals().Replace(p.Text, " "))),
    ];

    /// <summary>The types that a file declares, nested ones too.</summary>
    public static IEnumerable<DeclaredType> Types(SourceFile file) =>
        file.Lines.Index().Select(l => (l.Index, Match: Declaration().Match(l.Item))).Where(l => l.Match.Success)
            .Select(l => new DeclaredType(l.Match.Groups["name"].Value, l.Match.Groups["kind"].Value.Split(' ')[0],
                l.Match.Groups["how"].Value.Split(' ').Contains("public"), file, l.Index));

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])'|(?<q>"{3,}).*?\k<q>|@?"(?:\\.|""|[^"\\])*?"(?!")""", RegexOptions.Singleline)]
    private static partial Regex Literals();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    internal static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*(?<how>(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*)" +
        @"(?<kind>record\s+struct|record\s+class|class|struct|record|interface|enum|delegate\s+[\w<>\[\],.?() ]+?)\s+(?<name>[A-Z]\w*)\b")]
    private static partial Regex Declaration();
}
