using System.Text.RegularExpressions;
using System.Xml.Linq;
using RadZ.TestKit;

namespace RadZ.Tests.House;

/// <summary>A file of one namespace names a type that only the other declares.</summary>
sealed record NamespaceEdge(string From, string To, string File, string Type);

/// <summary>Which namespaces use which: a file names a type that another namespace declares, and sees that namespace.</summary>
sealed partial class NamespaceEdges
{
    readonly List<NamespaceEdge> _edges;

    NamespaceEdges(List<NamespaceEdge> edges) => _edges = edges;

    public static NamespaceEdges Of(IReadOnlyList<SourceFile> files)
    {
        var homes = files.Where(f => f.Namespace is not null)
            .SelectMany(f => SourceTree.Types(f).Select(t => (t.Name, Namespace: f.Namespace!)))
            .GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.Select(t => t.Namespace).ToHashSet());
        var everywhere = files.GroupBy(f => f.Project).ToDictionary(g => g.Key,
            g => g.SelectMany(f => GlobalUsings().Matches(f.Code)).Select(m => m.Groups[1].Value).Concat(ProjectUsings(g.Key)).ToHashSet());
        List<NamespaceEdge> edges = [];
        foreach (var file in files.Where(f => f.Namespace is not null))
        {
            var seen = Usings().Matches(file.Code).Select(m => m.Groups[1].Value).Concat(everywhere[file.Project])
                .Concat(Enclosing(file.Namespace!)).ToHashSet();
            foreach (var name in Names().Matches(file.Code).Select(m => m.Value).Distinct())
            {
                if (!homes.TryGetValue(name, out var declaring) || declaring.Contains(file.Namespace!)) continue;
                string[] visible = [.. declaring.Where(seen.Contains)];
                if (visible.Length == 0 && declaring.Count == 1 && IsQualified(file.Code, declaring.First(), name))
                    visible = [declaring.First()];
                if (visible is [var home]) edges.Add(new(file.Namespace!, home, file.Path, name));
            }
        }
        return new(edges);
    }

    /// <summary>What is left when namespaces that use nothing, or that nothing uses, are taken away again and again.</summary>
    public IReadOnlyList<NamespaceEdge> InCircles()
    {
        var left = _edges;
        while (true)
        {
            var (users, used) = (left.Select(e => e.From).ToHashSet(), left.Select(e => e.To).ToHashSet());
            var inner = left.Where(e => users.Contains(e.To) && used.Contains(e.From)).ToList();
            if (inner.Count == left.Count) return left;
            left = inner;
        }
    }

    static IEnumerable<string> Enclosing(string space)
    {
        for (var end = space.Length; end > 0; end = space.LastIndexOf('.', end - 1)) yield return space[..end];
    }

    static IEnumerable<string> ProjectUsings(string project) =>
        XDocument.Load(Path.Combine(Fixtures.Repository, "src", project, project + ".csproj")).Descendants("Using")
            .Select(u => (string?)u.Attribute("Include")).OfType<string>();

    static bool IsQualified(string code, string space, string name) =>
        code.Contains($"{space[(space.LastIndexOf('.') + 1)..]}.{name}", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*using\s+(?:static\s+)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [GeneratedRegex(@"^\s*global\s+using\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex GlobalUsings();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Names();
}
