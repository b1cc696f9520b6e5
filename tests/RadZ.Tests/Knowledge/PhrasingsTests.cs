using RadZ.TestKit;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Tests.Knowledge;

public class PhrasingsTests
{
    static IReadOnlyList<Phrasing> Of(string disease) =>
        Phrasings.Sentences(0, KnowledgeBase.Embedded.Resolve(disease), KnowledgeBase.Embedded.Resolve(disease).Name);

    [Fact]
    public void All_sentences_are_as_approved() =>
        Approved.Verify(string.Concat(new[] { "pleural effusion", "nodule", "COVID-19", "no finding" }.SelectMany(d => Of(d).Select(p =>
        $"{p.Kind}\t{p.Style}\t{p.Text}{(p.Denies is null ? "" : $"\t[denies] {p.Denies}")}\n").Append("\n"))));

    [Fact]
    public void Every_negation_denies_a_sentence_that_is_there_and_no_text_comes_twice()
    {
        foreach (var disease in KnowledgeBase.Embedded.Diseases)
        {
            var all = Phrasings.Sentences(3, disease, disease.Name);
            Assert.Equal(PhrasingKind.Default, all[0].Kind);
            Assert.All(all, p => Assert.Equal(3, p.Disease));
            Assert.All(all.Where(p => p.Kind == PhrasingKind.Negation),
                n => Assert.Contains(all, p => p.Kind is PhrasingKind.Default or PhrasingKind.Template && p.Text == n.Denies));
            Assert.Equal(all.Count, all.Select(p => (p.Kind == PhrasingKind.Negation, p.Text)).Distinct().Count());
            Assert.DoesNotContain(all, p => p.Text.Contains('{'));
        }
    }

    [Fact]
    public void A_name_that_the_base_does_not_hold_is_asked_for_as_it_is()
    {
        var all = Phrasings.Sentences(0, new Disease { Name = "Kerley lines" }, "Kerley lines");
        Assert.Contains(all, p => p.Text == "This is a chest X-ray showing Kerley lines");
        Assert.Contains(all, p => p is { Style: "last word first", Text: "This is a chest X-ray showing lines, Kerley" });
    }
}

public class DescriptionAuthorsTests
{
    public static TheoryData<int> Authors => [0, 1];

    [Theory, MemberData(nameof(Authors))]
    public void Each_author_has_18_diseases_of_ours_in_other_words(int author)
    {
        var theirs = DescriptionAuthors.Shipped[author].Knowledge;
        Assert.Equal(18, theirs.Diseases.Count);
        Assert.All(theirs.Diseases, d =>
        {
            var ours = KnowledgeBase.Embedded.Resolve(d.Name);
            Assert.Equal((ours.Name, string.Join('|', ours.Terms), string.Join('|', ours.Spellings), string.Join('|', ours.Entails)),
                (d.Name, string.Join('|', d.Terms), string.Join('|', d.Spellings), string.Join('|', d.Entails)));
            Assert.NotEqual(ours.Description, d.Description);
            Assert.NotEqual(ours.WrittenBy, d.WrittenBy);
        });
        Assert.Equal(KnowledgeBase.Embedded.Check(), KnowledgeBase.Embedded.WithOverrides(theirs).Check());
    }
}
