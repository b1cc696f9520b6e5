using RadZ.TestKit;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Knowledge;

public class KnowledgeBaseTests
{
    static readonly KnowledgeBase s_base = KnowledgeBase.Embedded;

    [Fact]
    public void The_names_synonyms_and_entailments_are_approved() =>
        Approved.Verify(string.Concat(s_base.Diseases.Select(d =>
            $"{d.Name} | {string.Join(", ", d.Synonyms)} | {string.Join(", ", d.Spellings)} | entails " +
            $"{string.Join(", ", s_base.Entailed(d.Name).Order())}\n")),
            "disease-names");

    [Fact]
    public void The_embedded_base_has_no_problems() => Assert.Empty(s_base.Check());

    [Fact]
    public void Each_embedded_description_has_three_parts_of_the_agreed_length() =>
        Assert.All(s_base.Diseases, d =>
        {
            Assert.InRange(d.Description!.Text.Split(' ').Length, 45, 75);
            Assert.Equal(new DateOnly(2026, 11, 24), d.WrittenOn);
            Assert.Equal("LLaVA-RadZ for .NET authors", d.WrittenBy);
        });

    [Theory]
    [InlineData("pneumonia", "pneumonia")]
    [InlineData("Effusion", "pleural effusion")]
    [InlineData("Pleural_Thickening", "pleural thickening")]
    [InlineData("pleural thicken", "pleural thickening")]
    [InlineData("NO FINDING", "no finding")]
    [InlineData("No-Finding", "no finding")]
    [InlineData("healthy", "no finding")]
    [InlineData("covid19", "COVID-19")]
    [InlineData("Infiltrate", "infiltration")]
    [InlineData("Enlarged Cardiomediastinum", "enlarged cardiomediastinum")]
    [InlineData("lung_mass", "mass")]
    public void Names_are_found_whatever_case_and_separators(string given, string expected)
    {
        Assert.True(s_base.TryFind(given, out var disease));
        Assert.Equal(expected, disease.Name);
        Assert.Same(disease, s_base.Resolve($" {given} "));
    }

    /// <summary>Benchmarks' label lists (ChestX-ray14, KAD/MAVL, CheXpert) resolve without a map, each to an entry of its own.</summary>
    [Theory]
    [InlineData("Atelectasis|Cardiomegaly|Effusion|Infiltration|Mass|Nodule|Pneumonia|Pneumothorax|Consolidation|Edema|Emphysema|" +
        "Fibrosis|Pleural_Thickening|Hernia|No Finding", 15)]
    [InlineData("atelectasis|cardiomegaly|pleural effusion|infiltrate|lung mass|lung nodule|pneumonia|pneumothorax|consolidation|" +
        "edema|emphysema|tail_abnorm_obs|thicken|hernia", 14)]
    [InlineData("No Finding|Enlarged Cardiomediastinum|Cardiomegaly|Lung Opacity|Lung Lesion|Edema|Consolidation|Pneumonia|" +
        "Atelectasis|Pneumothorax|Pleural Effusion|Pleural Other|Fracture|Support Devices", 14)]
    public void Label_lists_of_benchmarks_resolve(string list, int count) =>
        Assert.Equal(count, list.Split('|').Select(n => s_base.Resolve(n)).Where(d => d.Description is not null).Select(d => d.Name)
            .Distinct().Count());

    [Fact]
    public void A_name_that_is_not_in_the_base_is_legal_and_has_no_description()
    {
        Assert.False(s_base.TryFind("cervical rib", out _));
        var typed = s_base.Resolve("  Cervical   rib ");
        Assert.Equal("Cervical rib", typed.Name);
        Assert.Null(typed.Description);
        Assert.Throws<ArgumentException>(() => s_base.Resolve(" - "));
    }

    [Fact]
    public void A_name_goes_before_a_synonym_and_the_first_of_two_entries_is_found()
    {
        var clash = new KnowledgeBase([new() { Name = "a", Synonyms = ["b", "c"] }, new() { Name = "b", Synonyms = ["c"] }]);
        Assert.Equal(("b", "a"), (clash.Resolve("B").Name, clash.Resolve("c").Name));
    }

    [Theory]
    [InlineData("pneumonai", "pneumonia")]
    [InlineData("plural effusion", "pleural effusion")]
    [InlineData("cardiomegally", "cardiomegaly")]
    [InlineData("quark", null)]
    public void The_nearest_name_is_suggested(string given, string? expected) => Assert.Equal(expected, s_base.Nearest(given));

    [Fact]
    public void Entailment_is_transitive_and_leaves_out_the_disease_itself()
    {
        Assert.Equal(["pneumonia", "viral pneumonia"], s_base.Entailed("covid-19").Order());
        Assert.Equal(["pneumonia"], s_base.Entailed("bacterial pneumonia"));
        Assert.Equal(["hernia"], s_base.Entailed("hiatal hernia"));
        Assert.Equal(["fracture"], s_base.Entailed("rib fracture"));
        Assert.Empty(s_base.Entailed("pneumonia"));
        Assert.Empty(s_base.Entailed("cervical rib"));
    }

    [Fact]
    public void A_circle_of_entailments_ends()
    {
        var circle = new KnowledgeBase([new() { Name = "a", Entails = ["b"] }, new() { Name = "b", Entails = ["c"] },
            new() { Name = "c", Entails = ["a"] }]);
        Assert.Equal(["b", "c"], circle.Entailed("a").Order());
    }

    [Fact]
    public void The_three_parts_are_joined_and_missing_ones_leave_no_gap()
    {
        Assert.Equal("A. B. C.", new DiseaseDescription { Overview = "A. ", Imaging = " B.", Presentation = "C." }.Text);
        Assert.Equal("A. C.", new DiseaseDescription { Overview = "A.", Presentation = "C." }.Text);
    }

    [Fact]
    public void The_content_hash_follows_descriptions_and_not_the_order()
    {
        KnowledgeBase Of(params string[] names) =>
            new([.. names.Select(n => new Disease { Name = n, Description = new() { Overview = "Text." } })]);
        Assert.Equal(Of("a", "b").ContentHash, Of("b", "a").ContentHash);
        Assert.NotEqual(Of("a", "b").ContentHash, Of("a", "c").ContentHash);
        Assert.NotEqual(Of("a").ContentHash,
            new KnowledgeBase([new() { Name = "a", Description = new() { Overview = "Other." } }]).ContentHash);
    }
}
