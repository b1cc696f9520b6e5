namespace RadZ.Text.Knowledge;

/// <summary>Finds which diseases a text names. The longest name at a place counts: "bacterial pneumonia" does not name pneumonia.</summary>
sealed class Mentions(IReadOnlyList<Disease> diseases)
{
    readonly ILookup<string, (string[] Words, Disease Disease)> _byFirstWord =
        (from disease in diseases
         from term in disease.Terms
         let words = Words(term)
         where words.Length > 0
         orderby words.Length descending
         select (words, disease)).ToLookup(t => t.words[0]);

    /// <summary>The diseases in the order of the text, as often as they occur.</summary>
    public IReadOnlyList<Disease> FindIn(string text)
    {
        var (found, of) = (new List<Disease>(), Words(text));
        for (var at = 0; at < of.Length;)
        {
            var (words, disease) = _byFirstWord[of[at]].FirstOrDefault(t => of.AsSpan(at).StartsWith(t.Words));
            if (disease is not null) found.Add(disease);
            at += words?.Length ?? 1;
        }
        return found;
    }

    static string[] Words(string text) =>
        string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ',
            StringSplitOptions.RemoveEmptyEntries);
}
