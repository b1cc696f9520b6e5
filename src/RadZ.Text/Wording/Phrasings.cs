using System.Globalization;
using RadZ.Text.Knowledge;

namespace RadZ.Text.Wording;

/// <summary>The sentences in which a disease can be asked for, and denied. All are stated here; none was chosen by its result.</summary>
static class Phrasings
{
    /// <summary>
    /// A sentence and its opposite in the syntax of the report grammar. <c>Normal</c>: "no finding" can be put in, too, and "disease" says
    /// its opposite.
    /// </summary>
    sealed record Pair(string Positive, string? Negative, bool Normal);

    static readonly Pair[] s_pairs =
    [
        new("There {is} {a}.", "There {is} no {x}.", true),
        new("Evidence of {x}.", "No evidence of {x}.", false),
        new("A chest X-ray with {x}.", "A chest X-ray without {x}.", true),
        new("{X} {is} present.", "{X} {is} absent.", true),
        new("Positive for {x}.", "Negative for {x}.", false),
        new("{X} has been confirmed.", "{X} has been ruled out.", false),
        new("{X} has increased.", "{X} has resolved.", false),
        new("{X}.", "No {x}.", true),
        new("Findings are consistent with {x}.", null, false),
        new("Frontal chest film of a patient with {x}.", null, true),
    ];

    /// <summary>The default sentence, other sentences, other names, and denials of one disease, in this order.</summary>
    /// <param name="number">Its number in the list.</param>
    /// <param name="disease">The entry.</param>
    /// <param name="name">As the list calls it.</param>
    public static IReadOnlyList<Phrasing> Sentences(int number, Disease disease, string name)
    {
        ArgumentNullException.ThrowIfNull(disease);
        var prompts = CategoryPrompts.Default;
        var normal = disease.Name == Disease.NoFinding;
        var standard = prompts.Present(name);
        Phrasing[] all =
        [
            new(number, PhrasingKind.Default, prompts.PresentTemplate, standard),
            .. s_pairs.Where(p => p.Normal || !normal)
                .Select(p => new Phrasing(number, PhrasingKind.Template, Style(p.Positive), Phrases.Fill(p.Positive, [name], "and"))),
            .. Names(disease, name, normal).Select(n => new Phrasing(number, PhrasingKind.Name, n.Style, prompts.Present(n.Name))),
            new(number, PhrasingKind.Negation, prompts.AbsentTemplate, prompts.Absent(name), standard),
            .. s_pairs.Where(p => p.Negative is not null && (p.Normal || !normal))
                .Select(p => new Phrasing(number, PhrasingKind.Negation, Style(p.Negative!),
                normal ? Phrases.Fill(p.Positive.Replace("{a}", "{x}", StringComparison.Ordinal), ["disease"], "and")
                    : Phrases.Fill(p.Negative!, [name], "or"), Phrases.Fill(p.Positive, [name], "and"))),
        ];
        return [.. all.DistinctBy(p => (p.Kind == PhrasingKind.Negation, p.Text))];
    }

    static IEnumerable<(string Style, string Name)> Names(Disease disease, string name, bool normal)
    {
        foreach (var term in disease.Terms.Where(t => t != name))
            yield return (term == disease.Name ? $"name: {term}" : $"synonym: {term}", term);
        yield return ("upper case", name.ToUpperInvariant());
        yield return ("title case", CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name));
        if (name.Split(' ') is not { Length: > 1 } words) yield break;
        if (!normal) yield return ("last word first", $"{words[^1]}, {string.Join(' ', words[..^1])}");
        yield return ("underscores", string.Join('_', words));
    }

    static string Style(string template) =>
        template.Replace("{is}", "is", StringComparison.Ordinal).Replace("{a}", "{disease}", StringComparison.Ordinal)
        .Replace("{x}", "{disease}", StringComparison.Ordinal).Replace("{X}", "{Disease}", StringComparison.Ordinal);
}
