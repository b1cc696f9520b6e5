namespace RadZ.Data.Reports;

/// <summary>
/// Rules of negation and doubt in the manner of NegEx (Chapman et al. 2001) and CheXpert's labeller (Irvin et al. 2019): a trigger before a
/// mention reaches forward, one behind it reaches back, both only to the next conjunction that turns the sentence.
/// </summary>
static class NegationRules
{
    /// <summary>Looks like a denial and is none.</summary>
    static readonly string[][] s_pseudo = Split("no change", "no significant change", "no interval change", "no increase",
        "no significant increase", "no decrease", "not only", "without change", "no further", "not certain");

    static readonly string[][] s_before = Split(
        "no", "without", "free of", "negative for", "absence of", "rather than", "neither", "nor", "not", "resolution of", "resolved",
        "ruled out for", "clear of", "denies");

    static readonly string[][] s_behind = Split(
        "is absent", "are absent", "absent", "is not seen", "are not seen", "not seen", "is not present", "not identified",
        "not demonstrated", "not visible", "has resolved", "have resolved", "resolved",
        "is ruled out", "are ruled out", "ruled out", "is excluded", "are excluded", "excluded", "has cleared", "unlikely");

    static readonly string[][] s_doubtBefore = Split(
        "possible", "possibly", "probable", "questionable", "suspicious for", "suspected", "suspicion of", "concern for", "concerning for",
        "may represent", "may be", "might be", "might represent",
        "could be", "could represent", "cannot exclude", "cannot rule out", "versus", "vs", "either", "not certain", "equivocal");

    static readonly string[][] s_doubtBehind = Split(
        "cannot be excluded", "can not be excluded", "cannot be ruled out", "not excluded", "is possible", "are possible", "is suspected",
        "is questioned", "may be present", "to be considered");

    static readonly string[][] s_history =
        Split("history of", "status post", "s p", "known to have had", "evaluate for", "rule out", "assess for");

    static readonly string[][] s_turns = Split("but", "however", "although", "though", "except", "yet", "apart from", "aside from", ";",
        "there is", "there are", "while", "whereas");

    /// <summary>True for a word that turns the sentence: no trigger reaches across it.</summary>
    public static bool Turns(ReadOnlySpan<string> words) => Starts(s_turns, words) > 0;

    /// <summary>What the words around a mention make of it; null where it is about another time (history, a question).</summary>
    /// <param name="before">The words before the mention, back to where the sentence turns.</param>
    /// <param name="behind">The words behind it, up to where the sentence turns.</param>
    public static Certainty? Judge(ReadOnlySpan<string> before, ReadOnlySpan<string> behind)
    {
        if (Holds(s_history, before)) return null;
        if (Holds(s_doubtBehind, behind) || Holds(s_doubtBefore, before)) return Certainty.Uncertain;
        return Denied(before) || Holds(s_behind, behind) ? Certainty.Absent : Certainty.Present;
    }

    static bool Denied(ReadOnlySpan<string> words)
    {
        for (var at = 0; at < words.Length;)
        {
            if (Starts(s_pseudo, words[at..]) is > 0 and var skipped) at += skipped;
            else if (Starts(s_before, words[at..]) > 0) return true;
            else at++;
        }
        return false;
    }

    static bool Holds(string[][] triggers, ReadOnlySpan<string> words)
    {
        for (var at = 0; at < words.Length; at++)
            if (Starts(triggers, words[at..]) > 0) return true;
        return false;
    }

    static int Starts(string[][] triggers, ReadOnlySpan<string> words)
    {
        foreach (var trigger in triggers)
            if (words.StartsWith(trigger)) return trigger.Length;
        return 0;
    }

    static string[][] Split(params ReadOnlySpan<string> texts)
    {
        var split = new string[texts.Length][];
        for (var i = 0; i < texts.Length; i++) split[i] = texts[i].Split(' ');
        return split;
    }
}
