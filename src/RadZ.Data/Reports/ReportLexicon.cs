using RadZ.Text.Knowledge;

namespace RadZ.Data.Reports;

/// <summary>
/// The words by which reports name diseases, and say that all is well. Longest first: "bacterial pneumonia" does not name pneumonia, and
/// "no acute cardiopulmonary abnormality" is one expression, not a denial.
/// </summary>
sealed class ReportLexicon
{
    /// <summary>One expression: what it says of which diseases.</summary>
    internal sealed record Entry(string[] Words, Certainty Says, IReadOnlyList<string> Diseases);

    /// <summary>Words of a normal film that say nothing by themselves: the heart's size is "normal", too.</summary>
    static readonly string[] s_tooShort = ["normal", "healthy"];

    static readonly string[] s_normal =
    [
        "no finding", "no findings", "no abnormal finding", "normal chest", "normal chest x ray", "normal chest radiograph",
        "chest radiograph is normal", "chest x ray is normal",
        "film is normal", "radiograph is normal", "chest is normal", "normal film", "no acute cardiopulmonary abnormality",
        "no acute cardiopulmonary process",
        "no acute cardiopulmonary disease", "no acute cardiopulmonary findings", "no acute disease", "no acute abnormality",
        "no acute process", "no acute findings",
        "no abnormality is seen", "no abnormality", "no abnormalities", "no abnormality of the lungs or heart", "healthy lungs and heart",
        "healthy chest", "unremarkable chest",
        "chest is unremarkable", "no active disease", "no acute intrathoracic process",
    ];

    static readonly (string Text, string[] Denies)[] s_denials =
    [
        ("lungs are clear", ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"]),
        ("lungs are well expanded and clear", ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"]),
        ("clear lungs", ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"]),
        ("heart size is normal", ["cardiomegaly"]), ("heart is normal", ["cardiomegaly"]), ("heart size normal", ["cardiomegaly"]),
        ("heart normal", ["cardiomegaly"]),
        ("normal heart size", ["cardiomegaly"]), ("heart is not enlarged", ["cardiomegaly"]), ("heart not enlarged", ["cardiomegaly"]),
        ("cardiac silhouette is normal", ["cardiomegaly"]), ("cardiac silhouette is not enlarged", ["cardiomegaly"]),
        ("costophrenic angles are sharp", ["pleural effusion"]), ("costophrenic angles are clear", ["pleural effusion"]),
        ("angles sharp", ["pleural effusion"]),
        ("pleural spaces are clear", ["pleural effusion", "pneumothorax"]), ("pleural spaces clear", ["pleural effusion", "pneumothorax"]),
    ];

    static readonly (string Text, string Disease)[] s_assertions =
    [
        ("heart is enlarged", "cardiomegaly"), ("heart size is enlarged", "cardiomegaly"),
        ("cardiac silhouette is enlarged", "cardiomegaly"), ("heart is mildly enlarged", "cardiomegaly"),
        ("heart is moderately enlarged", "cardiomegaly"), ("heart is severely enlarged", "cardiomegaly"),
        ("collapse of the lung", "atelectasis"), ("collapsed lung", "atelectasis"),
        ("lung collapse", "atelectasis"), ("apical cap", "pleural thickening"), ("pleural thickening", "pleural thickening"),
        ("hydropneumothorax", "pneumothorax"),
    ];

    readonly ILookup<string, Entry> _byFirst;

    public ReportLexicon(KnowledgeBase knowledge)
    {
        var entries = new List<Entry>();
        void Add(string text, Certainty says, params IReadOnlyList<string> diseases)
        {
            var words = Words(text);
            if (words.Length == 0) return;
            entries.Add(new(words, says, diseases));
            if (says == Certainty.Present && Plural(words[^1]) is { } plural) entries.Add(new([.. words[..^1], plural], says, diseases));
        }

        foreach (var disease in knowledge.Diseases)
            foreach (var term in disease.Terms.Where(t => !s_tooShort.Contains(t))) Add(term, Certainty.Present, disease.Name);
        foreach (var text in s_normal) Add(text, Certainty.Present, Disease.NoFinding);
        foreach (var (text, disease) in s_assertions) Add(text, Certainty.Present, disease);
        foreach (var (text, denies) in s_denials) Add(text, Certainty.Absent, denies);
        _byFirst = entries.OrderByDescending(e => e.Words.Length).ToLookup(e => e.Words[0]);
    }

    /// <summary>The longest expression that begins at a word.</summary>
    public Entry? At(ReadOnlySpan<string> words)
    {
        foreach (var entry in _byFirst[words[0]])
            if (words.StartsWith(entry.Words)) return entry;
        return null;
    }

    /// <summary>Lower-case words, and the commas, semicolons and colons between them as words of their own.</summary>
    public static string[] Words(string text)
    {
        var spaced = string.Concat(text.Select((c, i) => c switch
        {
            ',' or ';' or ':' or '(' or ')' => $" {(c is '(' or ')' ? ',' : c)} ",
            _ when char.IsLetterOrDigit(c) => char.ToLowerInvariant(c).ToString(),
            '.' when i > 0 && i + 1 < text.Length && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1]) => ".",
            _ => " ",
        }));
        return spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    static string? Plural(string word) => word[^1] switch
    {
        's' => word.EndsWith("mass", StringComparison.Ordinal) ? word + "es" : null,
        'y' => word[..^1] + "ies",
        'x' => word[..^1] + "ces",
        _ => word + "s",
    };
}
