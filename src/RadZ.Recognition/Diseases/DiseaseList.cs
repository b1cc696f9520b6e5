using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Recognition.Diseases;

/// <summary>
/// The diseases of one recognition, with the texts that stand for them. A name is one of the knowledge base's, a synonym, or free
/// text ("rib fracture"); free text that looks like a slip of a known name is refused with that name, unless it begins with
/// <c>disease:</c>.
/// </summary>
sealed class DiseaseList
{
    const string FreeName = "disease:";

    DiseaseList(IReadOnlyList<Entry> entries, IReadOnlyList<Disease> bank) => (Entries, BankDiseases) = (entries, bank);

    /// <summary>One disease: the name to show, what the knowledge base has of it, and its sentences.</summary>
    /// <param name="Name">As the user wrote it.</param>
    /// <param name="Disease">The entry; without a description where the name is free text.</param>
    /// <param name="Present">"This is a chest X-ray showing {disease}".</param>
    /// <param name="Absent">Its negation; of "no finding", that there is one.</param>
    /// <param name="Description">What stands in the bank: the description, or for free text the name.</param>
    internal sealed record Entry(string Name, Disease Disease, string Present, string Absent, string Description);

    /// <summary>The diseases in the user's order.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>The diseases whose descriptions make the bank of the anchored score.</summary>
    public IReadOnlyList<Disease> BankDiseases { get; }

    /// <summary>The names of a model's own list, else the findings of ChestX-ray14 and "no finding".</summary>
    public static IReadOnlyList<string> StandardNames(ModelSettings settings) =>
        settings.Diseases.Count > 0 ? settings.Diseases : [.. ChestXray14.Findings, Disease.NoFinding];

    /// <summary>Makes the list.</summary>
    /// <param name="names">Names, synonyms or free text.</param>
    /// <param name="knowledge">The knowledge base.</param>
    /// <param name="bank">Names of the bank's diseases; those of the list that have a description if null.</param>
    /// <param name="prompts">The sentences.</param>
    /// <exception cref="InvalidInputException">No name, the same disease twice, or a name that is probably mistyped.</exception>
    public static DiseaseList Create(IReadOnlyList<string> names, KnowledgeBase knowledge, IReadOnlyList<string>? bank = null,
        CategoryPrompts? prompts = null)
    {
        prompts ??= CategoryPrompts.Default;
        if (names.Count == 0)
            throw new InvalidInputException("‹diseases›", "no-diseases",
                "names no disease; give at least one, as in ‹diseases pneumonia,\"no finding\"›.");
        var entries = names.Select(n => Make(n.Trim(), knowledge, prompts)).ToList();
        if (entries.GroupBy(e => e.Disease.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidInputException("‹diseases›", "duplicate-disease",
                $"names {twice.Key} more than once ({string.Join(", ", twice.Select(e => e.Name))}); a softmax over it would count it " +
                "twice.");
        var diseases = bank is null ? entries.Select(e => e.Disease) : bank.Select(knowledge.Resolve);
        return new(entries, [.. diseases.Where(d => d.Description is not null)]);
    }

    static Entry Make(string name, KnowledgeBase knowledge, CategoryPrompts prompts)
    {
        var free = name.StartsWith(FreeName, StringComparison.OrdinalIgnoreCase);
        var shown = free ? name[FreeName.Length..].Trim() : name;
        if (!shown.Any(char.IsLetterOrDigit))
            throw new InvalidInputException("‹diseases›", "unknown-disease", $"holds the name '{shown}', expected letters.");
        var known = knowledge.TryFind(shown, out var found);
        if (!known && !free && knowledge.Nearest(shown) is { } near)
            throw new InvalidInputException("‹diseases›", "unknown-disease",
                $"'{shown}' is not in the knowledge base; did you mean '{near}'? To use the words as they are, write " +
                $"\"{FreeName}{shown}\".");
        var disease = known ? found! : knowledge.Resolve(shown);
        var word = known ? disease.Name : shown;
        return new(shown, disease, prompts.Present(word), prompts.Absent(word),
            disease.Description is { } d ? DescriptionText(disease.Name, d) : word);
    }

    /// <summary>The text of a description as the bank reads it, in training and in use.</summary>
    public static string DescriptionText(string name, DiseaseDescription description) => $"{name}: {description.Text}";

    /// <summary>The bank's texts.</summary>
    public IReadOnlyList<string> BankTexts => [.. BankDiseases.Select(d => DescriptionText(d.Name, d.Description!))];
}
