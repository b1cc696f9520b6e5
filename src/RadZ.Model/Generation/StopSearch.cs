using System.Text;

namespace RadZ.Model.Generation;

/// <summary>
/// Passes a growing text on up to the stop text that is complete first (of two that end together, the longer), however the text was cut.
/// What may be the beginning of one is held back until it is clear, so that nothing of a stop text is ever shown, wherever token boundaries
/// fall.
/// </summary>
sealed class StopSearch(IReadOnlyList<string> stops)
{
    readonly StringBuilder _held = new();

    /// <summary>True once a stop text came; nothing is passed on from there.</summary>
    public bool Found { get; private set; }

    /// <summary>What may be shown now that <paramref name="more"/> has come.</summary>
    public string Push(string more)
    {
        if (Found) return "";
        if (stops.Count == 0) return more;
        var text = _held.Append(more).ToString();
        var found = stops.Select(s => (Start: text.IndexOf(s, StringComparison.Ordinal), s.Length)).Where(f => f.Start >= 0)
            .OrderBy(f => f.Start + f.Length).ThenBy(f => f.Start).ToList();
        Found = found.Count > 0;
        var end = Found ? found[0].Start : 0;
        if (!Found) end = text.Length - stops.Max(s => PrefixLength(text, s));
        _held.Clear();
        if (!Found) _held.Append(text, end, text.Length - end);
        return text[..end];
    }

    /// <summary>What was held back when nothing more comes.</summary>
    public string Rest()
    {
        var rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>How many characters at the end of the text begin the stop text.</summary>
    static int PrefixLength(string text, string stop)
    {
        for (var count = Math.Min(stop.Length - 1, text.Length); count > 0; count--)
            if (text.AsSpan(text.Length - count).SequenceEqual(stop.AsSpan(0, count))) return count;
        return 0;
    }
}
