using System.Text.Json;
using RadZ.Text.Knowledge;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class KnowledgeVerbTests(CliWorld world)
{
    [Fact]
    public void List_gives_all_entries()
    {
        var names = KnowledgeBase.Embedded.Diseases.Select(d => d.Name).ToArray();
        var json = world.WithoutModel.Start("knowledge", "list", "--format", "json").Json;
        Assert.Equal(names, json.EnumerateArray().Select(d => d.GetProperty("name").GetString()));

        var table = world.WithoutModel.Start("knowledge", "list");
        Assert.Matches("^  disease +also called +entails$", table.Lines[0]);
        Assert.All(names.Zip(table.Lines[1..]), pair => Assert.StartsWith($"  {pair.First}", pair.Second));
    }

    [Fact]
    public void Show_finds_by_synonym_and_reads_a_users_file()
    {
        var file = world.Write("own.json", """
            { "version": 1, "diseases": [
                { "name": "cervical rib", "synonyms": ["extra rib"], "description": { "overview": "A \"rib\" too many." } } ] }
            """);
        var run = world.WithoutModel.Start("knowledge", "show", "Extra_Rib", "--knowledge", file, "--format", "json");
        Assert.Equal(0, run.Code);
        Assert.Equal("cervical rib", run.Json.GetProperty("name").GetString());
        Assert.Contains("\"A \\\"rib\\\" too many.\"", run.Out);

        var text = world.WithoutModel.Start("knowledge", "show", "lung infection");
        Assert.Equal("pneumonia", text.Lines[0]);
        Assert.Contains(KnowledgeBase.Embedded.Resolve("pneumonia").Description!.Imaging, text.Out);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest() => Assert.Equal(
        new Run(2, "", "error: knowledge: there is no disease 'pneumotorax'; did you mean 'pneumothorax'?\n"),
        world.WithoutModel.Start("knowledge", "show", "pneumotorax"));

    [Fact]
    public void Check_passes_the_embedded_base_and_tells_what_is_wrong_with_another()
    {
        var good = world.WithoutModel.Start("knowledge", "check");
        Assert.Equal((0, $"{KnowledgeBase.Embedded.Diseases.Count} diseases, 0 problems.\n"), (good.Code, good.Out));

        var file = world.Write("poor.json", """
            { "version": 1, "diseases": [
                { "name": "cervical rib", "entails": ["rib fractur"], "written_by": "me", "written_on": "2026-01-01" } ] }
            """);
        var poor = world.WithoutModel.Start("knowledge", "check", file, "--format", "json");
        Assert.Equal(2, poor.Code);
        JsonElement[] problems = [.. poor.Json.GetProperty("problems").EnumerateArray()];
        Assert.All(problems, p => Assert.Equal("cervical rib", p.GetProperty("disease").GetString()));
        Assert.Equal(["entails 'rib fractur', which is not the name of an entry; did you mean 'rib fracture'?",
            "has no description; write overview, imaging and presentation."],
            problems.Select(p => p.GetProperty("message").GetString()));
    }
}
