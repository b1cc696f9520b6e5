using RadZ.Text.Knowledge;

namespace RadZ.Descriptions.Writing;

/// <summary>
/// Whether a description that a model wrote may go into a knowledge base, as far as a program can tell: form, length, whose it is. Whether
/// it is true only a radiologist can say.
/// </summary>
static class DescriptionReview
{
    /// <summary>So many words in a row that the example has too are a copy.</summary>
    const int CopiedWords = 8;

    /// <summary>What is wrong; empty when nothing is.</summary>
    /// <param name="disease">The entry with its new description.</param>
    /// <param name="knowledge">The base that it would go into.</param>
    public static IEnumerable<string> Check(Disease disease, KnowledgeBase knowledge)
    {
        var text = disease.Description!.Text;
        foreach (var problem in knowledge.WithOverrides(new([disease])).Check().Where(p => p.Disease == disease.Name))
            yield return problem.Message;
        var named = knowledge.WithOverrides(new([disease])).MentionedIn(text).CountBy(d => d.Name).ToDictionary();
        var own = named.GetValueOrDefault(disease.Name);
        if (named.Where(n => n.Key != disease.Name && n.Value > own).OrderByDescending(n => n.Value)
            .FirstOrDefault() is { Value: > 0 } other)
            yield return $"the text names '{other.Key}' more often ({other.Value}) than its own disease ({own}).";
        if (text.Contains('\uFFFD') || text.Any(c => char.IsControl(c))) yield return "the text holds broken characters.";
        if (text.Contains('{') || text.Contains('[') || text.Contains('<'))
            yield return "the text holds brackets of a form that was not filled in.";
        if (Copied(text, DescriptionPrompt.Example(disease).Description!.Text) is { } copied)
            yield return $"the text copies the worked example: '{copied}'.";
    }

    static string? Copied(string text, string example)
    {
        string[] Words(string of) => of.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var (mine, theirs) = (Words(text), string.Join(' ', Words(example)));
        return Enumerable.Range(0, Math.Max(0, mine.Length - CopiedWords + 1)).Select(i => string.Join(' ', mine[i..(i + CopiedWords)]))
            .FirstOrDefault(theirs.Contains);
    }
}
