using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Knowledge;

public sealed class KnowledgeFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    KnowledgeBase Load(string json) => KnowledgeBase.Load(_folder.Write("own.json", json));

    string Refused(string json) => Assert.Throws<InvalidInputException>(() => Load(json)).Message[(_folder.Path.Length + 1)..];

    [Fact]
    public void A_file_overrides_by_name_and_adds()
    {
        var own = Load("""
            { "version": 1, "diseases": [
                { "name": "Mass", "synonyms": ["big spot"], "description": { "overview": "Ours." }, "written_by": "Dr. A",
                  "written_on": "2027-01-02" },
                { "name": "cervical rib", "codes": { "RadLex": "RID1" } } ] }
            """);
        var both = KnowledgeBase.Embedded.WithOverrides(own);

        Assert.Equal(KnowledgeBase.Embedded.Diseases.Count + 1, both.Diseases.Count);
        Assert.Equal("Ours.", both.Resolve("big spot").Description!.Text);
        Assert.Equal(new DateOnly(2027, 1, 2), both.Resolve("mass").WrittenOn);
        Assert.False(both.TryFind("lung mass", out _)); // the whole entry is ours now
        Assert.Equal("RID1", both.Diseases[^1].Codes["RadLex"]);
        Assert.Equal("mass", both.Diseases[4].Name); // in its old place, under the name that labels have
        Assert.True(KnowledgeBase.Embedded.TryFind("lung mass", out _));
    }

    [Fact]
    public void An_entry_that_only_describes_leaves_words_and_entailments_as_they_are()
    {
        var both = KnowledgeBase.Embedded.WithOverrides(Load("""
            { "version": 1, "diseases": [
                { "name": "bacterial pneumonia", "description": { "overview": "Another author's." }, "written_by": "Dr. B" } ] }
            """));
        var (before, after) = (KnowledgeBase.Embedded.Resolve("bacterial pneumonia"), both.Resolve("bacterial pneumonia"));
        Assert.Equal(("Another author's.", "Dr. B"), (after.Description!.Text, after.WrittenBy));
        Assert.NotEmpty(before.Entails);
        Assert.Equal((before.Entails, before.Synonyms, before.Codes), (after.Entails, after.Synonyms, after.Codes));
    }

    [Fact]
    public void A_typo_names_line_and_right_member() =>
        Assert.Equal("own.json: line 3: unknown member 'synonims'; did you mean 'synonyms'?",
            Refused("{ \"version\": 1, \"diseases\": [\n { \"name\": \"mass\",\n \"synonims\": [] } ] }"));

    [Fact]
    public void A_missing_name_or_version_is_told() =>
        Assert.Equal("own.json: line 2: 'name' is missing from this object. line 1: 'version' is missing from this object.",
            Refused("{ \"diseases\": [\n {} ] }"));

    [Fact]
    public void Another_version_is_refused() =>
        Assert.Equal("own.json: version is 2, expected 1; this program reads no other.", Refused("""{ "version": 2, "diseases": [] }"""));

    [Fact]
    public void A_name_without_letters_is_refused() =>
        Assert.Equal("own.json: a disease has the name ' - ', expected letters.",
            Refused("""{ "version": 1, "diseases": [{ "name": " - " }] }"""));
}
