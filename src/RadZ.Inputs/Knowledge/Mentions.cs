namespace RadZ.Knowledge;

/// <summary>Finds which diseases a text names. The longest name at a place counts: "bacterial pneumonia" does not name pneumonia.</summary>
static class Mentions
{
    /// <summary>The diseases in the order of the text, as often as they occur.</summary>
    public static IReadOnlyList<Disease> In(string text, KnowledgeBase knowledge)
    {
        var terms = (from disease in knowledge.Diseases
                     from term in disease.Terms
                     let words = Words(term)
                     where words.Length > 0
                     orderby words.Length descending
                     select (words, disease)).ToLookup(t => t.words[0]);
        var (found, of) = (new List<Disease>(), Words(text));
        for (var at = 0; at < of.Length;)
        {
            var (words, disease) = terms[of[at]].FirstOrDefault(t => of.AsSpan(at).StartsWith(t.words));
            if (disease is not null) found.Add(disease);
            at += Math.Max(1, words?.Length ?? 1);
        }
        return found;
    }

    static string[] Words(string text) =>
        string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
