using System.Text;

namespace RadZ.Data.Sets;

/// <summary>Lists of texts as Python prints them: <c>['a', "b's", '']</c>, as PadChest keeps its labels.</summary>
static class PythonList
{
    /// <summary>The items as written (not trimmed); null with the fault where the text is no such list.</summary>
    public static IReadOnlyList<string>? Parse(string text, out string? fault)
    {
        var at = 0;
        var items = new List<string>();
        void Spaces() { while (at < text.Length && char.IsWhiteSpace(text[at])) at++; }
        bool Take(char c)
        {
            Spaces();
            if (at >= text.Length || text[at] != c) return false;
            at++;
            return true;
        }
        fault = $"'{Cut(text)}' is no list such as ['nodule', 'normal'].";
        if (!Take('[')) return null;
        while (!Take(']'))
        {
            if (items.Count > 0 && !Take(',')) return null;
            if (items.Count > 0 && Take(']')) break;                                  // a comma after the last item
            Spaces();
            if (at < text.Length && text[at] is 'u' or 'r' && at + 1 < text.Length && text[at + 1] is '\'' or '"') at++;
            if (Item(text, ref at) is not { } item) return null;
            items.Add(item);
        }
        Spaces();
        if (at < text.Length) return null;
        fault = null;
        return items;
    }

    static string? Item(string text, ref int at)
    {
        if (at >= text.Length) return null;
        var quote = text[at];
        if (quote is not ('\'' or '"'))
        {
            // nan and None: an item that holds nothing
            foreach (var word in (ReadOnlySpan<string>)["nan", "None"])
                if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
                {
                    at += word.Length;
                    return "";
                }
            return null;
        }
        var item = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return item.ToString();
            }
            if (text[at] == '\\' && at + 1 < text.Length)
                item.Append(text[++at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var c => c });
            else item.Append(text[at]);
        }
        return null;
    }

    /// <summary>The items as Python prints them.</summary>
    public static string Write(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Quoted))}]";

    static string Quoted(string item)
    {
        var quote = item.Contains('\'') && !item.Contains('"') ? '"' : '\'';
        var escaped = item.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\t", "\\t").Replace("\r", "\\r");
        return quote + (quote == '\'' ? escaped.Replace("'", "\\'") : escaped) + quote;
    }

    static string Cut(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
