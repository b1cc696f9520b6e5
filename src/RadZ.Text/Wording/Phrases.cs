namespace RadZ.Text.Wording;

/// <summary>
/// The sentences of the grammar. <c>{x}</c> is the list of findings, <c>{X}</c> the same at the start of a sentence, <c>{a}</c> the list
/// with articles, <c>{is}</c> agrees in number.
/// </summary>
static class Phrases
{
    public const string Category = "This is a chest X-ray showing ";

    public static readonly string[] Openings =
    [
        "Frontal chest radiograph.", "A single frontal view of the chest.", "PA view of the chest.", "Portable radiograph of the chest.",
        "Frontal view of the chest was obtained.",
    ];

    public static readonly string[] Affirmations =
    [
        "There {is} {a}.", "{X} {is} seen.", "{X} {is} present.", "{X} {is} noted.", "{X}.", "{X} {is} identified on the frontal view.",
        "Findings are consistent with {x}.", "Findings are suggestive of {x}.", "Findings suggest {a}.", "The appearance is that of {x}.",
        "The film shows {a}.", "The radiograph demonstrates {a}.", "Chest X-ray with {x}.", "Evidence of {x}.",
        "Imaging features of {x} {is} seen.",
    ];

    public static readonly string[] Denials =
    [
        "No {x}.", "No {x} is seen.", "There is no {x}.", "There is no evidence of {x}.", "No evidence of {x}.", "No sign of {x}.",
        "The film is negative for {x}.", "No {x} is identified.", "The chest is without {x}.",
    ];

    /// <summary>
    /// Other ways to deny, for texts that do nothing else; a model knows the negations that it was taught, and no others.
    /// </summary>
    public static readonly string[] Refutations =
    [
        "{X} {is} absent.", "{X} {is} not seen.", "{X} {is} not present.", "{X} {is} excluded.", "A chest X-ray without {x}.",
        "A frontal film without {x}.", "The film shows no {x}.", "The chest is free of {x}.",
    ];

    public static readonly string[] Normal =
    [
        "No finding.", "No finding on the chest radiograph.", "Normal chest.", "Normal chest radiograph.",
        "The chest radiograph is normal.", "The film is normal.",
        "No acute cardiopulmonary abnormality.", "No acute cardiopulmonary process.", "No acute disease.",
        "There is no acute cardiopulmonary abnormality.",
        "No abnormality is seen.", "There is no abnormality of the lungs or heart.", "Healthy lungs and heart.",
        "The radiograph shows a healthy chest.",
    ];

    /// <summary>Sentences beside a normal verdict, each with the diseases that must be labelled absent.</summary>
    public static readonly (string Text, string[] Denies)[] NormalDetails =
    [
        ("The lungs are clear.", ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"]),
        ("Both lungs are well expanded and clear.",
            ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"]),
        ("Heart size is normal.", ["cardiomegaly"]),
        ("The heart is not enlarged.", ["cardiomegaly"]),
        ("The costophrenic angles are sharp.", ["pleural effusion"]),
        ("The pleural spaces are clear.", ["pleural effusion", "pneumothorax"]),
    ];

    static readonly HashSet<string> s_counted =
    [
        "aneurysm", "aorta", "arch", "bone", "catheter", "device", "effusion", "fracture", "granuloma", "heart", "hernia", "infiltrate",
        "lesion", "line",
        "mass", "mediastinum", "nodule", "opacity", "pacemaker", "pattern", "pneumothorax", "rib", "silhouette", "stomach", "vertebra",
    ];

    static readonly HashSet<string> s_plural =
        ["bullae", "bullas", "changes", "devices", "lines", "nodules", "opacities", "signs", "wires"];

    /// <summary>Fills a sentence with findings, joined by "and" or "or".</summary>
    public static string Fill(string sentence, IReadOnlyList<string> findings, string joint)
    {
        var bare = Join(findings, joint);
        var verb = findings.Count > 1 || s_plural.Contains(Head(findings[0])) ? "are" : "is";
        // agrees with the nearest
        if (sentence.StartsWith("There {is}", StringComparison.Ordinal)) verb = s_plural.Contains(Head(findings[0])) ? "are" : "is";
        if (sentence.StartsWith("Imaging features", StringComparison.Ordinal)) verb = "are";
        return sentence.Replace("{is}", verb).Replace("{a}", Join([.. findings.Select(WithArticle)], joint)).Replace("{X}", Capital(bare))
            .Replace("{x}", bare);
    }

    /// <summary>a; a and b; a, b, and c.</summary>
    public static string Join(IReadOnlyList<string> items, string joint) => items switch
    {
        [var one] => one,
        [var one, var two] => $"{one} {joint} {two}",
        _ => $"{string.Join(", ", items.SkipLast(1))}, {joint} {items[^1]}",
    };

    static string WithArticle(string finding) =>
        !s_counted.Contains(Head(finding)) ? finding : "aeiou".Contains(char.ToLowerInvariant(finding[0])) ? $"an {finding}"
            : $"a {finding}";

    /// <summary>The noun that the rest describes: "opacity" in "opacity of the lung".</summary>
    static string Head(string finding) => finding.Split(" of ")[0].Split(" in ")[0].Split(' ')[^1];

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
