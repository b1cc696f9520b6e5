using RadZ.Files;

namespace RadZ.Text.Knowledge;

/// <summary>Something in a knowledge base that a person should put right.</summary>
/// <param name="Disease">The entry.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record KnowledgeProblem(string Disease, string Message);

/// <summary>Reviews a base as far as a program can: form and naming, not medicine.</summary>
static class KnowledgeCheck
{
    /// <summary>Words of a whole description: shorter says too little, longer dilutes the mean over its tokens.</summary>
    const int FewestWords = 30, MostWords = 80;
    const int MostSentences = 2;

    public static IReadOnlyList<KnowledgeProblem> FindProblems(KnowledgeBase knowledge) =>
        [.. knowledge.Diseases.SelectMany(d =>
            Naming(knowledge, d).Concat(Describing(knowledge, d)).Select(m => new KnowledgeProblem(d.Name, m))), .. Duplicates(knowledge)];

    static IEnumerable<string> Naming(KnowledgeBase knowledge, Disease disease)
    {
        if (string.IsNullOrWhiteSpace(disease.WrittenBy) || disease.WrittenOn is null)
            yield return "written_by or written_on is missing; say who wrote it and when.";
        foreach (var entailed in disease.Entails.Where(e => !knowledge.TryFind(e, out var d) || d.Name != e))
            yield return $"entails '{entailed}', which is not the name of an " +
                $"entry{NameSuggestion.Hint(entailed, knowledge.Diseases.Select(d => d.Name))}";
        foreach (var entailed in disease.Entails.Where(e => knowledge.Entailed(e).Contains(disease.Name)))
            yield return $"entails '{entailed}', which entails it in turn; one of the two is wrong or they are synonyms.";
        if (disease.Codes.TryGetValue("SNOMED CT", out var code) && !SnomedCheckDigit.IsValid(code))
            yield return $"SNOMED CT code '{code}' has a wrong check digit; it is mistyped.";
    }

    static IEnumerable<string> Describing(KnowledgeBase knowledge, Disease disease)
    {
        if (disease.Description is not { Text.Length: > 0 } description)
        {
            yield return "has no description; write overview, imaging and presentation.";
            yield break;
        }
        foreach (var (part, text) in new[] { ("overview", description.Overview), ("imaging", description.Imaging),
            ("presentation", description.Presentation) })
        {
            var sentences = Sentences(text);
            if (sentences == 0) yield return $"{part} is missing.";
            else if (sentences > MostSentences) yield return $"{part} has {sentences} sentences, expected 1 or {MostSentences}.";
        }
        var words = description.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (words is < FewestWords or > MostWords)
            yield return $"the description has {words} words, expected {FewestWords} to {MostWords}.";

        var mentions = knowledge.MentionedIn(description.Text);
        if (!mentions.Any(m => m.Name == disease.Name))
            yield return "the description mentions neither its name nor a synonym.";
        else if (knowledge.MentionedIn(description.Overview) is [var first, ..] && first.Name != disease.Name)
            yield return $"the overview names '{first.Name}' first, expected '{disease.Name}': the text must be about its own disease.";
    }

    static IEnumerable<KnowledgeProblem> Duplicates(KnowledgeBase knowledge) =>
        from entry in knowledge.Diseases.Select((disease, index) => (disease, index))
        from term in entry.disease.Terms.Concat(entry.disease.Spellings)
        group (entry, term) by TermKey.From(term) into same
        where same.Count() > 1
        let places = string.Join(", ", same.Select(s => $"'{s.term}' of {s.entry.disease.Name}"))
        select new KnowledgeProblem(same.First().entry.disease.Name, $"one name or synonym is given {same.Count()} times: {places}.");

    static int Sentences(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return 0;
        var ends = trimmed.Zip(trimmed.Skip(1).Append(' ')).Count(p => p.First is '.' or '!' or '?' && p.Second == ' ');
        return trimmed[^1] is '.' or '!' or '?' ? ends : ends + 1;
    }
}
