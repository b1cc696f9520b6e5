using RadZ.Files;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;

namespace RadZ.Torch.Tests.Training;

public class DescriptionControlTests
{
    static readonly DiseaseList s_list = DiseaseList.Create(["nodule", "edema", "hernia"], KnowledgeBase.Embedded);

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Random_descriptions_are_as_long_as_the_own_and_of_the_words_of_the_others()
    {
        var texts = new DescriptionControl(s_list, 5).Random(0, 50);
        string[] others = [.. s_list.Entries.Skip(1).SelectMany(e => Words(e.Disease.Description!.Text))];
        Assert.Equal(50, texts.Distinct().Count());
        Assert.All(texts, t =>
        {
            Assert.Equal(Words(s_list.Entries[0].Description).Length, Words(t).Length);
            Assert.Subset(others.ToHashSet(), Words(t).ToHashSet());
        });
        Assert.Equal(texts, new DescriptionControl(s_list, 5).Random(0, 50));
        Assert.NotEqual(texts, new DescriptionControl(s_list, 6).Random(0, 50));
    }

    [Fact]
    public void A_disease_without_description_and_a_list_of_one_are_refused()
    {
        Assert.Equal("no-description",
            Assert.Throws<InvalidInputException>(() =>
                new DescriptionControl(DiseaseList.Create(["nodule", "disease:kerley lines"], KnowledgeBase.Embedded), 1)).Kind);
        Assert.Equal("no-words",
            Assert.Throws<InvalidInputException>(() =>
                new DescriptionControl(DiseaseList.Create(["nodule"], KnowledgeBase.Embedded), 1)).Kind);
    }
}
