using System.Text;
using System.Text.RegularExpressions;
using RadZ.Files;

namespace RadZ.Model.Adapters;

/// <summary>
/// A regular expression of Python's over the whole of a name, as PEFT's <c>target_modules</c> has it. What the two languages read
/// differently is translated, or refused; a pattern that takes more than a second is refused too.
/// </summary>
sealed class PythonPattern
{
    const int Longest = 10_000;

    readonly Regex _regex;
    readonly Func<string, InvalidInputException> _bad;

    /// <param name="pattern">As Python would compile it.</param>
    /// <param name="bad">The error of a pattern that cannot be used.</param>
    public PythonPattern(string pattern, Func<string, InvalidInputException> bad)
    {
        _bad = bad;
        if (pattern.Length > Longest) throw bad($"is a pattern of {pattern.Length} characters, at most {Longest} are read");
        var text = $"\\A(?:{Translated(pattern)})\\z";
        try
        {
            _regex = Compiled(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            _regex = Compiled(text, RegexOptions.CultureInvariant);                // look-arounds and references need the other engine
        }
    }

    Regex Compiled(string text, RegexOptions options)
    {
        try { return new(text, options, TimeSpan.FromSeconds(1)); }
        catch (ArgumentException e) when (e is not ArgumentOutOfRangeException) { throw _bad($"is no regular expression ({e.Message})"); }
    }

    /// <summary>Whether the whole name matches.</summary>
    public bool Matches(string name)
    {
        try { return _regex.IsMatch(name); }
        catch (RegexMatchTimeoutException) { throw _bad("is a pattern that takes more than a second for one name; simplify it"); }
    }

    string Translated(string pattern)
    {
        var made = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            string Ahead(int n) => i + n <= pattern.Length ? pattern.Substring(i, n) : "";
            if (c == '\\')
            {
                if (++i == pattern.Length) throw _bad("is a pattern that ends in a backslash");
                var escaped = pattern[i];
                if (char.IsAsciiLetter(escaped) && !"AbBdDsSwWnrtfvaxuZ".Contains(escaped))
                    throw _bad($"is a pattern with \\{escaped}, which Python does not know, or which means something else here");
                made.Append(escaped == 'Z' ? "\\z" : $"\\{escaped}");
            }
            else if (inClass)
            {
                if (c == '[' && i > 0 && pattern[i - 1] == '-')
                    throw _bad("is a pattern with -[ inside a class, which means something else here");
                if (c == ']') inClass = false;
                made.Append(c);
            }
            else if (c == '[')
            {
                inClass = true;
                made.Append(c);
                if (Ahead(2) == "[^") made.Append(pattern[++i]);
                if (i + 1 < pattern.Length && pattern[i + 1] == ']') { made.Append("\\]"); i++; }
            }
            else if (Ahead(4) == "(?P<") { made.Append("(?<"); i += 3; }
            else if (Ahead(4) == "(?P=")
            {
                var end = pattern.IndexOf(')', i);
                if (end < 0) throw _bad("is a pattern with an open (?P=");
                made.Append("\\k<").Append(pattern, i + 4, end - i - 4).Append('>');
                i = end;
            }
            else if (Ahead(2) == "(?"
                && (Ahead(3) is not ("(?:" or "(?=" or "(?!" or "(?i" or "(?s" or "(?m" or "(?x" or "(?#" or "(?>" or "(?<")
                    || (Ahead(3) == "(?<" && Ahead(4) is not ("(?<=" or "(?<!"))))
                throw _bad($"is a pattern with {Ahead(4)}, which is not known here");
            else if (Ahead(2) == "{,") { made.Append("{0,"); i++; }
            else if (c == '+' && i > 1 && (pattern[i - 1] is '+' or '*' or '?' or '}') && pattern[i - 2] != '\\')
                throw _bad("is a pattern with a possessive quantifier, which is not known here");
            else made.Append(c);
        }
        return made.ToString();
    }
}
