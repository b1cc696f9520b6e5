using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Descriptions.Writing;

/// <summary>
/// What a model is asked to write a description by (method, section 4): a senior medical imaging expert, the three headings, one worked
/// example of another disease. <c>{disease}</c> and <c>{example}</c> are put in.
/// </summary>
/// <param name="Template">The user's message.</param>
sealed record DescriptionPrompt(string Template)
{
    const string DiseaseSlot = "{disease}", ExampleSlot = "{example}";

    /// <summary>Who the model is to be.</summary>
    public const string Expert = "You are a senior medical imaging expert who writes for radiologists. You are exact and brief.";

    /// <summary>Headings of the three parts, in their order.</summary>
    public static IReadOnlyList<string> Headings { get; } = ["Disease description", "Imaging characteristics", "Clinical presentation"];

    /// <summary>The prompt if no other is given.</summary>
    public static DescriptionPrompt Default { get; } = new(
        """
        Describe {disease} in three parts, each of one or two sentences, under these headings:
        Disease description: pathology and significance. Name {disease} in its first words.
        Imaging characteristics: location, shape, borders and density on a frontal chest X-ray.
        Clinical presentation: typical patients, symptoms and signs.
        Write 40 to 75 words in all, in plain text without lists, and about no other disease.

        An example of the form:
        {example}

        Now write the three parts for {disease}.
        """);

    /// <summary>SHA-256 of the expert's line and the template, in lower-case hex: which prompt a description was written by.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Expert}\n{Template}")));

    /// <summary>The messages for one disease.</summary>
    public IReadOnlyList<ChatMessage> For(Disease disease) =>
    [
        new(ChatRole.System, Expert),
        new(ChatRole.User, Template.Replace(ExampleSlot, Form(Example(disease)), StringComparison.Ordinal).Replace(DiseaseSlot,
            Word(disease), StringComparison.Ordinal)),
    ];

    /// <summary>Reads a prompt of a user's own.</summary>
    /// <exception cref="InvalidInputException">There is no file, or no place for the disease in it.</exception>
    public static DescriptionPrompt Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing-file", "there is no such file; check --prompt.");
        var template = File.ReadAllText(path).ReplaceLineEndings("\n").Trim();
        return template.Contains(DiseaseSlot, StringComparison.Ordinal) ? new(template)
            : throw new InvalidInputException(path, "bad-prompt",
                $"holds no {DiseaseSlot}, so that every disease would be asked for alike; put it where the name belongs " +
                $"({ExampleSlot}: a worked example).");
    }

    /// <summary>The entry that shows the form: not the disease itself, so that nothing can be copied.</summary>
    public static Disease Example(Disease disease) =>
        s_examples.Select(KnowledgeBase.Embedded.Resolve)
            .First(e => e.Name != disease.Name && !KnowledgeBase.Embedded.Entailed(e.Name).Contains(disease.Name));

    static readonly string[] s_examples = ["rib fracture", "scoliosis"];

    static string Form(Disease disease) => string.Join('\n', Headings.Zip(
        new[] { disease.Description!.Overview, disease.Description.Imaging, disease.Description.Presentation },
        (heading, text) => $"{heading}: {text}"));

    static string Word(Disease disease) =>
        disease.Name == Disease.NoFinding ? $"\"{Disease.NoFinding}\" (a normal chest X-ray)" : disease.Name;
}
