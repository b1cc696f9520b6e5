namespace RadZ.Files;

/// <summary>Finds the right name that a mistyped one was probably meant to be: of diseases, recipe members, table columns.</summary>
static class NameSuggestion
{
    /// <summary>
    /// Edits that lead from one text to the other: insert, delete, replace, or swap two neighbours. Case, spaces, <c>_</c> and <c>-</c>
    /// do not count.
    /// </summary>
    public static int Distance(string a, string b)
    {
        var (s, t) = (TermKey.From(a), TermKey.From(b));
        var rows = new int[s.Length + 1, t.Length + 1];
        for (var i = 0; i <= s.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= t.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= s.Length; i++)
            for (var j = 1; j <= t.Length; j++)
            {
                var replace = rows[i - 1, j - 1] + (s[i - 1] == t[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replace, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && s[i - 1] == t[j - 2] && s[i - 2] == t[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[s.Length, t.Length];
    }

    /// <summary>The right name with the fewest edits, the first of equals; null when each is more than a third of the name away.</summary>
    public static string? Nearest(string given, IEnumerable<string> right)
    {
        var allowed = Math.Max(1, TermKey.From(given).Length / 3);
        return right.Select(name => (Name: name, Distance: Distance(given, name))).Where(c => c.Distance <= allowed)
            .OrderBy(c => c.Distance).FirstOrDefault().Name;
    }

    /// <summary>The end of an error message: <c>; did you mean 'pneumonia'?</c>, or nothing when no name is near.</summary>
    public static string Hint(string given, IEnumerable<string> right) =>
        Nearest(given, right) is { } name ? $"; did you mean '{name}'?" : "";

    /// <summary>As <see cref="Hint"/>, but where no name is near, all there are: <c>; there are pneumonia, mass.</c></summary>
    /// <param name="given">What was typed.</param>
    /// <param name="right">What could have been meant.</param>
    /// <param name="lead">What stands before the list.</param>
    /// <param name="listed">What is listed; null: <paramref name="right"/>.</param>
    public static string HintOrList(string given, IEnumerable<string> right, string lead = "there are",
        IEnumerable<string>? listed = null) =>
        Hint(given, right) is { Length: > 0 } hint ? hint : $"; {lead} {string.Join(", ", listed ?? right)}.";
}

/// <summary>The form in which names are compared: lower case, letters and digits only.</summary>
static class TermKey
{
    /// <summary><c>Pleural_Thickening</c>, <c>pleural thickening</c> and <c>pleural-thickening</c> are one key.</summary>
    public static string From(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
