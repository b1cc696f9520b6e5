using RadZ.Text.Knowledge;

namespace RadZ.Tests.Knowledge;

public class KnowledgeCheckTests
{
    const string Filler = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.";

    static Disease Good(string name) => new()
    {
        Name = name,
        Description = new() { Overview = $"{name} is bad.", Imaging = $"It is white, {Filler}", Presentation = $"It hurts, {Filler}" },
        WrittenBy = "somebody",
        WrittenOn = new(2026, 11, 24),
    };

    static string[] Problems(params Disease[] diseases) =>
        [.. new KnowledgeBase(diseases).Check().Select(p => $"{p.Disease}: {p.Message}")];

    [Fact]
    public void A_good_entry_has_none() => Assert.Empty(Problems(Good("nodule"), Good("mass")));

    [Fact]
    public void A_missing_description_or_author_is_told() =>
        Assert.Equal(
            ["mass: written_by or written_on is missing; say who wrote it and when.",
                "mass: has no description; write overview, imaging and presentation."],
            Problems(new Disease { Name = "mass" }));

    [Fact]
    public void Missing_parts_and_too_many_sentences_are_told()
    {
        var good = Good("mass");
        Assert.Equal(["mass: imaging is missing.", "mass: presentation has 4 sentences, expected 1 or 2."],
            Problems(good with
            {
                Description = good.Description! with { Imaging = " ", Presentation = $"A. B. {Filler} {Filler[..^1]}" }
            }));
    }

    [Fact]
    public void Length_is_limited_both_ways()
    {
        var good = Good("mass");
        Assert.Equal(["mass: the description has 21 words, expected 30 to 80."],
            Problems(good with { Description = good.Description! with { Imaging = "White." } }));
        Assert.Equal(["mass: the description has 95 words, expected 30 to 80."],
            Problems(good with
            {
                Description = good.Description! with { Imaging = string.Join(' ', Enumerable.Repeat(Filler[..^1], 5)) }
            }));
    }

    [Fact]
    public void The_text_must_be_about_its_own_disease()
    {
        var (mass, nodule) = (Good("mass"), Good("nodule"));
        Assert.Equal(["mass: the overview names 'nodule' first, expected 'mass': the text must be about its own disease."],
            Problems(mass with { Description = mass.Description! with { Overview = "A nodule that grows is a mass." } }, nodule));
        Assert.Equal(["mass: the description mentions neither its name nor a synonym."],
            Problems(mass with { Description = mass.Description! with { Overview = "A massive thing." } }, nodule));
    }

    [Fact]
    public void A_longer_name_hides_the_shorter_one_in_it()
    {
        var (pneumonia, viral) = (Good("pneumonia"), Good("viral pneumonia"));
        Assert.Empty(Problems(pneumonia, viral));
        Assert.Equal(["pneumonia: the description mentions neither its name nor a synonym."],
            Problems(pneumonia with { Description = pneumonia.Description! with { Overview = "Viral pneumonia is bad." } }, viral));
        Assert.Equal(["pneumonia: the description mentions neither its name nor a synonym."],
            Problems(pneumonia with { Description = pneumonia.Description! with { Overview = "Pneumonia of viral origin." } },
                viral with { Synonyms = ["pneumonia of viral origin"] }));
    }

    [Fact]
    public void Duplicates_among_names_synonyms_and_spellings_are_told() =>
        Assert.Equal(["mass: one name or synonym is given 3 times: 'mass' of mass, 'MASS' of nodule, 'ma-ss' of nodule."],
            Problems(Good("mass"), Good("nodule") with { Synonyms = ["MASS"], Spellings = ["ma-ss"] }));

    [Fact]
    public void Entailments_must_name_entries_and_not_go_in_a_circle()
    {
        Assert.Equal(["mass: entails 'nodul', which is not the name of an entry; did you mean 'nodule'?"],
            Problems(Good("mass") with { Entails = ["nodul"] }, Good("nodule")));
        Assert.Equal(2, Problems(Good("mass") with { Entails = ["nodule"] }, Good("nodule") with { Entails = ["mass"] })
            .Count(p => p.Contains("entails it in turn")));
    }

    [Theory]
    [InlineData("233604007", true)]
    [InlineData("233604008", false)]
    [InlineData("233640007", false)] // neighbours swapped
    [InlineData("12", false)]
    [InlineData("23360400x", false)]
    public void A_snomed_code_carries_a_check_digit(string code, bool holds)
    {
        var problems = Problems(Good("mass") with { Codes = new Dictionary<string, string> { ["SNOMED CT"] = code } });
        Assert.Equal(holds ? [] : [$"mass: SNOMED CT code '{code}' has a wrong check digit; it is mistyped."], problems);
    }
}
