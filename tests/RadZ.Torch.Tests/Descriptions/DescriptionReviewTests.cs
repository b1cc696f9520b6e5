using RadZ.Descriptions.Writing;
using RadZ.Text.Knowledge;

namespace RadZ.Torch.Tests.Descriptions;

public class DescriptionReviewTests
{
    static DiseaseDescription Parsed(string reply, out List<string> problems) => DescriptionReply.Parse(reply, problems = []);

    [Theory]
    [InlineData("Disease description: A is b.\nImaging characteristics: Dense.\nClinical presentation: Cough.")]
    [InlineData("Here are the three parts:\n\n**Disease Description:**\nA is b.\n\n**Imaging Characteristics**\n- Dense.\n\n" +
        "**Clinical Presentation:** Cough.\n")]
    [InlineData("1. Disease description - A is b.\n2. Imaging features: Dense.\n3) Clinical features: Cough.")]
    [InlineData("### Disease description\n\nA is\n  b.\n\n### Imaging characteristics\n* Dense.\n\n### Clinical presentation\n1. Cough.")]
    [InlineData("> **1. Overview**: A is b.\r\n> *Imaging findings:* Dense.\r\n> __Clinical manifestations:__ Cough.\r\n")]
    public void Parts_are_found_whatever_marks_a_model_puts_around_them(string reply)
    {
        var description = Parsed(reply, out var problems);
        Assert.Equal(new("A is b.", "Dense.", "Cough."),
            (description.Overview, description.Imaging.Trim('>', ' '), description.Presentation));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("Pneumonia is bad.",
        "the heading 'Disease description' is missing.|the heading 'Imaging characteristics' is missing.|the heading 'Clinical " +
        "presentation' is missing.")]
    [InlineData("Disease description: A.\nClinical presentation: B.\nClinical presentation: C.",
        "the heading 'Imaging characteristics' is missing.|the heading 'Clinical presentation' comes 2 times.")]
    public void What_is_wrong_with_the_form_is_told(string reply, string expected)
    {
        Parsed(reply, out var problems);
        Assert.Equal(expected.Split('|'), problems);
    }

    static Disease With(string name, Func<DiseaseDescription, DiseaseDescription> change)
    {
        var disease = KnowledgeBase.Embedded.Resolve(name);
        return disease with { Description = change(disease.Description!), WrittenBy = "m", WrittenOn = new(2026, 11, 24) };
    }

    [Fact]
    public void Every_description_of_the_embedded_base_passes()
    {
        foreach (var disease in KnowledgeBase.Embedded.Diseases)
            Assert.Empty(DescriptionReview.Check(With(disease.Name, d => d), KnowledgeBase.Embedded));
    }

    [Fact]
    public void A_text_about_another_disease_does_not()
    {
        string[] Problems(Func<DiseaseDescription, DiseaseDescription> change) =>
            [.. DescriptionReview.Check(With("pneumonia", change), KnowledgeBase.Embedded)];
        var other = KnowledgeBase.Embedded.Resolve("pneumothorax").Description!;
        Assert.Contains("the description mentions neither its name nor a synonym.", Problems(_ => other));
        Assert.Contains(Problems(d => d with { Overview = $"Pneumothorax, not pneumonia. {d.Overview}" }),
            p => p.StartsWith("the overview names 'pneumothorax' first", StringComparison.Ordinal));
        Assert.Contains(Problems(d => d with
        {
            Imaging = "Pneumothorax beside pneumothorax beside pneumothorax beside pneumothorax.",
            Presentation = "Pneumothorax again; pneumothorax.",
        }),
            p => p.StartsWith("the text names 'pneumothorax' more often (6)", StringComparison.Ordinal));
        Assert.Contains(Problems(d => d with { Presentation = "" }), p => p == "presentation is missing.");
        Assert.Contains(Problems(d => d with { Imaging = string.Join(' ', Enumerable.Repeat("dense", 90)) + "." }),
            p => p.Contains("words, expected 30 to 80"));
        Assert.Contains(Problems(d => d with { Imaging = "Dense \uFFFD." }), p => p == "the text holds broken characters.");
        Assert.Contains(Problems(d => d with { Imaging = "In [location] dense." }),
            p => p.StartsWith("the text holds brackets", StringComparison.Ordinal));
        Assert.Contains(Problems(d => d with { Presentation = KnowledgeBase.Embedded.Resolve("rib fracture").Description!.Presentation }),
            p => p.StartsWith("the text copies the worked example: 'sharp local pain", StringComparison.Ordinal));
    }

    [Fact]
    public void The_prompt_names_the_disease_and_shows_the_form_by_another()
    {
        var prompt = DescriptionPrompt.Default.For(KnowledgeBase.Embedded.Resolve("edema"))[1].Text;
        Assert.StartsWith("Describe edema in three parts", prompt);
        Assert.Contains("Disease description: Rib fracture is a break", prompt);
        Assert.DoesNotContain('{', prompt);
        foreach (var name in (string[])["rib fracture", "fracture"])
            Assert.Contains("Disease description: Scoliosis", DescriptionPrompt.Default.For(KnowledgeBase.Embedded.Resolve(name))[1].Text);
        Assert.Contains("\"no finding\" (a normal chest X-ray)",
            DescriptionPrompt.Default.For(KnowledgeBase.Embedded.Resolve("normal"))[1].Text);
        Assert.All(KnowledgeBase.Embedded.Diseases, d => Assert.NotEqual(d.Name, DescriptionPrompt.Example(d).Name));
    }
}
