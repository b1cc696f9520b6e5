using System.Xml.Linq;
using RadZ.TestKit;

namespace RadZ.Tests.House;

/// <summary>Which room may know which: the whole graph, so that a new reference is a decision and not a slip.</summary>
public class ReferenceTests
{
    /// <summary>
    /// A room and the rooms that its project refers to. They are in order: each refers only to rooms above it.
    /// </summary>
    static readonly (string Room, string[] Knows)[] s_rooms =
    [
        ("Files", []),
        ("Hub", ["Files"]),
        ("Imaging", ["Files"]),
        ("Text", ["Files"]),
        ("Data", ["Files", "Imaging", "Text"]),
        ("Phantoms", ["Files", "Imaging", "Text", "Data"]),
        ("Model", ["Files", "Imaging", "Text", "Data"]),
        ("Evaluation", ["Files", "Text", "Data"]),
        ("Export", ["Files", "Imaging", "Data"]),
        ("RunReports", ["Files", "Text", "Data", "Evaluation"]),
        ("Descriptions", ["Files", "Text", "Model"]),
        ("Recognition", ["Files", "Imaging", "Text", "Data", "Model", "Evaluation", "Export"]),
        ("Training", ["Files", "Imaging", "Text", "Data", "Phantoms", "Evaluation", "Model", "Recognition"]),
        ("Experiments", ["Files", "Imaging", "Text", "Data", "Evaluation", "Model", "Recognition", "Training", "RunReports"]),
        ("Cli", ["Files", "Imaging", "Text", "Data", "Phantoms", "Model", "Evaluation", "Recognition", "Descriptions", "Training",
            "Experiments", "Export", "RunReports", "Hub"]),
    ];

    /// <summary>Rooms that compute tensors. What the others know, directly or not, is none of them.</summary>
    static readonly string[] s_withTorch = ["Model", "Descriptions", "Recognition", "Training", "Experiments", "Cli"];

    public static TheoryData<string> Rooms => [.. s_rooms.Select(r => r.Room)];

    static XDocument ProjectOf(string room) =>
        XDocument.Load(Path.Combine(Fixtures.Repository, "src", $"RadZ.{room}", $"RadZ.{room}.csproj"));

    static IEnumerable<string> Includes(string room, string element) =>
        ProjectOf(room).Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>();

    [Fact]
    public void Every_room_is_in_the_graph() =>
        Assert.Equal(Directory.GetFiles(Path.Combine(Fixtures.Repository, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
            s_rooms.Select(r => $"RadZ.{r.Room}").Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_refers_to_what_the_graph_says_and_no_more(string room)
    {
        var allowed = s_rooms.First(r => r.Room == room).Knows;
        Assert.Equal(allowed.Select(r => $"../RadZ.{r}/RadZ.{r}.csproj").Order(StringComparer.Ordinal),
            Includes(room, "ProjectReference").Select(p => p.Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void References_run_one_way() =>
        Assert.All(s_rooms.Index(), r => Assert.Subset(s_rooms[..r.Index].Select(o => o.Room).ToHashSet(), r.Item.Knows.ToHashSet()));

    [Theory, MemberData(nameof(Rooms))]
    public void Torch_is_only_where_tensors_are_computed(string room)
    {
        var asks = ProjectOf(room).Descendants("UsesTorch").Any(e => e.Value == "true");
        Assert.Equal(s_withTorch.Contains(room), asks);
        Assert.DoesNotContain(Includes(room, "PackageReference"), p =>
            p.StartsWith("TorchSharp", StringComparison.OrdinalIgnoreCase) || p.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase));
        if (!asks) Assert.Empty(s_rooms.First(r => r.Room == room).Knows.Intersect(s_withTorch));
    }
}
