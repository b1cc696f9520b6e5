using System.Text.RegularExpressions;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Reports;

/// <summary>
/// Reads a radiologist's free text back into what it says of diseases: present, absent or uncertain, with the side. It shares no code
/// with the grammars that write reports. Only findings and impression are read: what was asked for or what the patient had before is no
/// statement about this film.
/// </summary>
sealed partial class ReportReading(KnowledgeBase knowledge)
{
    static readonly string[] s_read = ["findings", "finding", "impression", "conclusion", "report", "opinion", "result"];
    static readonly string[] s_joints = ["is", "are", "in", "on", "at", "of", "with", "and", "or", ",", ";", ":", "seen", "shows", "there"];
    static readonly string[] s_skipped = ["indication", "history", "clinical history", "clinical information", "comparison", "technique",
        "reason for exam", "exam", "examination"];

    readonly ReportLexicon _lexicon = new(knowledge);

    /// <summary>All statements in the order of the text; a disease may come several times.</summary>
    public IReadOnlyList<ReportStatement> Read(string text) => [.. Sentences(text).SelectMany(Statements)];

    /// <summary>
    /// The labels of a report: present where any sentence asserts the disease, else unknown where one doubts it, else absent where one
    /// denies it (the order of CheXpert's labeller). What is not spoken of is unknown.
    /// </summary>
    public Labels Labels(string text)
    {
        var labels = new Dictionary<string, Label>();
        foreach (var of in Read(text).GroupBy(s => s.Disease))
            labels[of.Key] = of.Any(s => s.Certainty == Certainty.Present) ? Label.Present
                : of.Any(s => s.Certainty == Certainty.Uncertain) ? Label.Unknown : Label.Absent;
        return new(labels);
    }

    /// <summary>Sentences of the sections that speak of this film; a text without headings is read whole.</summary>
    static IEnumerable<string> Sentences(string text)
    {
        var read = true;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var rest = line;
            if (Heading().Match(line) is { Success: true } heading)
            {
                var name = heading.Groups[1].Value.Trim().ToLowerInvariant();
                if (s_read.Contains(name)) (read, rest) = (true, line[heading.Length..]);
                else if (s_skipped.Contains(name)) (read, rest) = (false, line[heading.Length..]);
            }
            if (!read) continue;
            foreach (var sentence in End().Split(Number().Replace(rest, "")))
                if (sentence.Trim() is { Length: > 0 } said) yield return said;
        }
    }

    IEnumerable<ReportStatement> Statements(string sentence)
    {
        var words = ReportLexicon.Words(sentence);
        var mentions = new List<(int Start, int End, ReportLexicon.Entry Entry)>();
        for (var at = 0; at < words.Length;)
        {
            if (_lexicon.At(words.AsSpan(at)) is { } entry) mentions.Add((at, at += entry.Words.Length, entry));
            else at++;
        }
        foreach (var (i, (start, end, entry)) in mentions.Index())
        {
            if (entry.Says == Certainty.Absent)
            {
                foreach (var disease in entry.Diseases) yield return new(disease, Certainty.Absent, ReportSide.None, sentence);
                continue;
            }
            var (from, to) = (Turn(words, start, -1), Turn(words, end, 1));
            if (NegationRules.Judge(words.AsSpan(from, start - from), words.AsSpan(end, to - end)) is not { } certainty) continue;
            var last = i + 1 == mentions.Count;
            var side = certainty == Certainty.Absent ? ReportSide.None
                : Side(words, i == 0 ? 0 : mentions[i - 1].End, start, end, last ? words.Length : mentions[i + 1].Start, last);
            yield return new(entry.Diseases[0], certainty, side, sentence);
        }
    }

    /// <summary>Where the sentence turns before or behind a place.</summary>
    static int Turn(string[] words, int place, int step)
    {
        if (step < 0)
        {
            for (var at = place - 1; at >= 0; at--)
                if (NegationRules.Turns(words.AsSpan(at, place - at)) && words[at] != "there") return at + 1;
                else if (words[at] == "there" && NegationRules.Turns(words.AsSpan(at, place - at))) return at;
            return 0;
        }
        for (var at = place; at < words.Length; at++)
            if (NegationRules.Turns(words.AsSpan(at))) return at;
        return words.Length;
    }

    /// <summary>
    /// The side that belongs to a mention: of its own noun phrase ("left lower zone consolidation"), else the first behind it that is not
    /// the next mention's, else what led in ("in the right lung there is ...").
    /// </summary>
    static ReportSide Side(string[] words, int previous, int start, int end, int next, bool last)
    {
        for (var at = start - 1; at >= previous && !s_joints.Contains(words[at]); at--)
            if (SideOf(words[at]) is not ReportSide.None and var own) return own;
        for (var at = end; at < next && (last || words[at] is not ("and" or "or" or "," or "with")) && words[at] != ";"; at++)
            if (SideOf(words[at]) is not ReportSide.None and var behind) return behind;
        for (var at = start - 1; at >= previous; at--)
            if (SideOf(words[at]) is not ReportSide.None and var before) return before;
        return ReportSide.None;
    }

    static ReportSide SideOf(string word) => word switch
    {
        "right" or "rightsided" or "rt" => ReportSide.Right,
        "left" or "leftsided" or "lt" => ReportSide.Left,
        "bilateral" or "bilaterally" or "both" or "bibasal" or "bibasilar" or "biapical" => ReportSide.Both,
        _ => ReportSide.None,
    };

    [GeneratedRegex(@"^\s*([A-Za-z ]{3,24}):\s*")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*(?:\d+[.)]|-)\s+")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?<=[a-z\d)%])[.?!](?:\s+|$)", RegexOptions.IgnoreCase)]
    private static partial Regex End();
}
