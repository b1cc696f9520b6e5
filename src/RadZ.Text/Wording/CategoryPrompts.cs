using RadZ.Text.Knowledge;

namespace RadZ.Text.Wording;

/// <summary>
/// The sentences that stand for a disease in zero-shot recognition. Negation follows CheXzero ("X" against "no X" in the same sentence):
/// the pair differs in one word, so that a difference of scores is about the finding and not about the style of a sentence.
/// </summary>
/// <remarks>
/// The disease is put in as it is given, so give it as a report writes it: "pleural effusion", not "Pleural_Effusion".
/// The negative of "no finding" is that there is one: "... showing disease".
/// </remarks>
sealed record CategoryPrompts
{
    const string Slot = "{disease}";

    /// <summary>The paper's sentence and its negation.</summary>
    public static CategoryPrompts Default { get; } = new();

    /// <summary>The sentence that says the disease is there; holds <c>{disease}</c>.</summary>
    public string PresentTemplate { get; init => field = WithSlot(value); } = "This is a chest X-ray showing {disease}";

    /// <summary>The sentence that says the disease is not there; holds <c>{disease}</c>.</summary>
    public string AbsentTemplate { get; init => field = WithSlot(value); } = "This is a chest X-ray showing no {disease}";

    /// <summary>The text of a disease that is there.</summary>
    public string Present(string disease) => Fill(PresentTemplate, disease);

    /// <summary>The text of a disease that is not there.</summary>
    public string Absent(string disease) => disease == Disease.NoFinding ? Present("disease") : Fill(AbsentTemplate, disease);

    static string Fill(string template, string disease)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(disease);
        return template.Replace(Slot, disease, StringComparison.Ordinal);
    }

    static string WithSlot(string template) => template.Contains(Slot, StringComparison.Ordinal)
        ? template
        : throw new ArgumentException($"The template \"{template}\" has no {Slot}: every disease would get the same text.",
            nameof(template));
}
