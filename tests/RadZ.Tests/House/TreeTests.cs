using System.Text.RegularExpressions;

namespace RadZ.Tests.House;

/// <summary>How code is written and where it lies.</summary>
public partial class TreeTests
{
    const int Width = 140, Length = 400, PublicTypes = 200, PublicMembers = 15;

    /// <summary>Files that lie in no namespace: the program's first, and the one that is linked into all that use torch.</summary>
    static readonly string[] s_global = ["src/RadZ.Cli/Program.cs", "src/RadZ.Model/Runtime/TorchNativeBootstrap.cs"];

    [Fact]
    public void Lines_have_140_columns_at_most() =>
        Assert.Empty(SourceTree.Files("src", "tests", "bench", "samples")
            .SelectMany(f => f.Lines.Index().Where(l => l.Item.Length > Width).Select(l => $"{f.Path}:{l.Index + 1}: {l.Item.Length}")));

    [Fact]
    public void Files_have_400_lines_at_most() =>
        Assert.Empty(SourceTree.Files("src", "tests", "bench", "samples").Where(f => f.Lines.Length > Length)
            .Select(f => $"{f.Path}: {f.Lines.Length}"));

    [Fact]
    public void Namespaces_are_named_as_their_folders() =>
        Assert.Empty(SourceTree.Files("src").Where(f => !s_global.Contains(f.Path)).Where(f => f.Namespace != FolderOf(f))
            .Select(f => $"{f.Path}: {f.Namespace ?? "none"}"));

    [Fact]
    public void No_namespaces_form_a_circle()
    {
        var edges = NamespaceEdges.Of(SourceTree.Files("src"));
        Assert.Empty(edges.InCircles().Select(e => $"{e.From} -> {e.To}: {e.File} names {e.Type}"));
    }

    [Fact]
    public void A_circle_is_seen_and_what_only_leads_to_one_is_not()
    {
        static SourceFile File(string space, string type, string uses) => new($"src/RadZ.Files/{space}/{type}.cs", [$"class {type}"],
            $"using RadZ.{uses};\nnamespace RadZ.{space};\nclass {type} {{ {uses}Type? _field; }}\n");
        var edges = NamespaceEdges.Of([File("A", "AType", "B"), File("B", "BType", "A"), File("C", "CType", "A"), File("D", "DType", "C")]);
        Assert.Equal([("RadZ.A", "RadZ.B"), ("RadZ.B", "RadZ.A")], edges.InCircles().Select(e => (e.From, e.To)));
    }

    [Fact]
    public void Public_is_what_a_program_outside_may_hang_on()
    {
        DeclaredType[] types = [.. SourceTree.Files("src").SelectMany(SourceTree.Types).Where(t => t.IsPublic)];
        Assert.Empty(types.Where(t => t.File.Project == "RadZ.Cli").Select(t => t.Name));
        Assert.InRange(types.Length, 1, PublicTypes);
    }

    [Fact]
    public void A_public_type_has_15_members_at_most() =>
        Assert.Empty(SourceTree.Files("src").SelectMany(SourceTree.Types).Where(t => t.IsPublic && t.Kind != "enum")
            .GroupBy(t => (t.File.Namespace, t.Name), t => MembersOf(t)).Where(t => t.Sum() > PublicMembers)
            .Select(t => $"{t.Key.Namespace}.{t.Key.Name}: {t.Sum()}"));

    static string FolderOf(SourceFile file) => string.Join('.', file.Path.Split('/')[1..^1]);

    /// <summary>What it says <c>public</c> of, and a record's parameters; an interface's members all are. Overrides do not count.</summary>
    static int MembersOf(DeclaredType type)
    {
        var lines = type.File.Lines;
        var indent = lines[type.Line].Length - lines[type.Line].TrimStart().Length;
        var (head, end) = (type.Line, type.Line);
        while (!lines[head].EndsWith(';') && lines[head].TrimEnd() != new string(' ', indent) + "{") head++;
        for (end = head; !lines[end].EndsWith(';') && lines[end].TrimEnd() != new string(' ', indent) + "}";) end++;
        var members = lines[head..end].Where(l => l.Length > indent + 4 && l[..(indent + 4)].All(c => c == ' ') && l[indent + 4] != ' ')
            .Select(l => l.Trim());
        var open = type.Kind == "interface"
            ? members.Count(l => char.IsLetter(l[0]))
            : members.Count(l => l.StartsWith("public ", StringComparison.Ordinal) && !l.Contains(" override ", StringComparison.Ordinal));
        var header = string.Join(' ', lines[type.Line..(head + 1)]);
        return open + (type.Kind == "record" && Parameters().Match(header) is { Success: true } p ? Commas(p.Groups[1].Value) + 1 : 0);
    }

    /// <summary>Those that part parameters, not type arguments.</summary>
    static int Commas(string parameters)
    {
        var (depth, count) = (0, 0);
        foreach (var c in parameters)
        {
            if (c is '<' or '(' or '[') depth++;
            else if (c is '>' or ')' or ']') depth--;
            else if (c == ',' && depth == 0) count++;
        }
        return count;
    }

    [GeneratedRegex(@"^[^(]*?\w+(?:<[^(]*>)?\((.*)\)")]
    private static partial Regex Parameters();
}
