using System.ComponentModel.DataAnnotations;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Data.Reports;

/// <summary>
/// Words a short report from labels, differently each time: the text side of data sets that have labels but no reports. It asserts only
/// what is labelled present, denies only what is labelled absent, and is silent about the unknown. The same labels, wording, knowledge
/// and random state give the same text.
/// </summary>
sealed class ReportGrammar
{
    static readonly string[] s_negations = [.. Phrases.Denials, .. Phrases.Refutations];
    readonly Wording _wording;
    readonly KnowledgeBase _knowledge;
    readonly string[] _normal;

    /// <param name="wording">How to word; its fractions are validated.</param>
    /// <param name="knowledge">Synonyms and entailments.</param>
    public ReportGrammar(Wording wording, KnowledgeBase knowledge)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(wording, new ValidationContext(wording), problems, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", problems.Select(p => p.ErrorMessage)), nameof(wording));
        (_wording, _knowledge) = (wording, knowledge);
        var name = knowledge.Resolve(Disease.NoFinding).Name;
        _normal = [.. Phrases.Normal.Where(s => knowledge.MentionedIn(s).Any(d => d.Name == name)).DefaultIfEmpty($"{name}.")];
    }

    /// <summary>Words one report. Where the labels say of no disease that it is present, the text asserts nothing.</summary>
    /// <param name="labels">By the knowledge base's names; "no finding" counts only when nothing else is present.</param>
    /// <param name="random">The only source of variety.</param>
    public ReportText Write(Labels labels, Random random)
    {
        if (_wording.NegatedCategoryFraction > 0 && random.NextDouble() < _wording.NegatedCategoryFraction
            && NegatedCategory(labels, random) is { } negated) return negated;
        string[] present = [.. labels.Present.Where(d => d != Disease.NoFinding).Order(StringComparer.Ordinal)];
        if (present.Length == 0 && labels[Disease.NoFinding] == Label.Present) return Normal(labels, random);

        var asserted = Choose(present, random);
        if (asserted.Count > 0 && random.NextDouble() < _wording.CategoryFraction)
            return new(Phrases.Category + Phrases.Join(asserted, "and"), asserted, []);

        List<string> sentences = [];
        var together = random.NextDouble() < 0.5;
        foreach (var group in together && asserted.Count > 0 ? [asserted] : asserted.Select(a => (IReadOnlyList<string>)[a]))
            sentences.Add(Phrases.Fill(Pick(Phrases.Affirmations, random), [.. group.Select(d => Term(d, random))], "and"));

        var denied = Deny(labels, present, asserted, random);
        if (denied.Count > 0)
            sentences.Insert(random.NextDouble() < 0.3 ? 0 : sentences.Count,
                Phrases.Fill(Pick(Phrases.Denials, random), [.. denied.Select(d => Term(d, random))], "or"));
        return new(Layout(sentences, random), asserted, denied);
    }

    /// <summary>
    /// The negative category text of one disease that is labelled absent, as <c>CategoryPrompts</c> or a report words it; null where none
    /// is.
    /// </summary>
    ReportText? NegatedCategory(Labels labels, Random random)
    {
        var absent = labels.ByDisease.Where(l => l.Value == Label.Absent).Select(l => l.Key).Order(StringComparer.Ordinal).ToArray();
        if (absent.Length == 0) return null;
        var denied = Pick(absent, random);
        if (_wording.NegatedFreeFraction > 0 && denied != Disease.NoFinding && random.NextDouble() < _wording.NegatedFreeFraction)
            return new(Layout([Phrases.Fill(Pick(s_negations, random), [Term(denied, random)], "or")], random), [], [denied]);
        return new(CategoryPrompts.Default.Absent(denied), [], [denied]);
    }

    /// <summary>Which of the present diseases the text names, the broader in place of the special one now and then.</summary>
    List<string> Choose(string[] present, Random random)
    {
        var entailed = present.ToDictionary(d => d, d => present.Where(_knowledge.Entailed(d).Contains).ToArray());
        var special = present.Where(d => !entailed.Values.Any(e => e.Contains(d))).ToArray();
        if (special.Length > 1 && random.NextDouble() < _wording.SingleFraction) special = [Pick(special, random)];
        random.Shuffle(special);
        return [.. special.Select(d =>
            entailed[d].Length > 0 && random.NextDouble() < _wording.CoarseFraction ? Pick(entailed[d], random) : d).Distinct()];
    }

    /// <summary>
    /// Absent diseases to deny. Not those that a present one entails (contradictory labels), nor the kinds of an asserted one: a text
    /// that says only "pneumonia" must not give away which.
    /// </summary>
    List<string> Deny(Labels labels, string[] present, List<string> asserted, Random random)
    {
        if (random.NextDouble() >= _wording.DenialFraction) return [];
        var implied = present.SelectMany(_knowledge.Entailed).ToHashSet();
        var absent = labels.ByDisease.Where(l => l.Value == Label.Absent && l.Key != Disease.NoFinding).Select(l => l.Key)
            .Where(d => !implied.Contains(d) && !_knowledge.Entailed(d).Overlaps(asserted)).Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(absent);
        return [.. absent.Take(random.Next(1, _wording.MostDenied + 1))];
    }

    ReportText Normal(Labels labels, Random random)
    {
        string[] asserted = [Disease.NoFinding];
        if (random.NextDouble() < _wording.CategoryFraction) return new(Phrases.Category + Disease.NoFinding, asserted, []);
        List<string> sentences = [Pick(_normal, random)], denied = [];
        if (random.NextDouble() < 0.5)
        {
            var details = Phrases.NormalDetails.Where(d => d.Denies.All(n => labels[n] == Label.Absent)).ToArray();
            random.Shuffle(details);
            foreach (var (text, denies) in details.Take(random.Next(1, 3)))
            {
                sentences.Insert(0, text);
                denied.AddRange(denies.Except(denied));
            }
        }
        var more = Deny(labels, [], [], random).Except(denied).ToArray();
        if (more.Length > 0)
        {
            sentences.Insert(random.Next(sentences.Count + 1),
                Phrases.Fill(Pick(Phrases.Denials, random), [.. more.Select(d => Term(d, random))], "or"));
            denied.AddRange(more);
        }
        return new(Layout(sentences, random), asserted, denied);
    }

    /// <summary>The sentences as a report: in a row, numbered, or under headings.</summary>
    static string Layout(List<string> sentences, Random random)
    {
        var (form, opening) = (random.NextDouble(), random.NextDouble());
        if (form < 0.15 && sentences.Count > 1)
            return $"FINDINGS: {string.Join(' ', sentences.SkipLast(1))}\n\nIMPRESSION: {sentences[^1]}";
        if (form < 0.22 && sentences.Count > 1) return string.Join('\n', sentences.Select((s, i) => $"{i + 1}. {s}"));
        if (form is > 0.22 and < 0.3 && sentences.Count > 0) return $"IMPRESSION: {string.Join(' ', sentences)}";
        return string.Join(' ', opening < 0.15 || sentences.Count == 0 ? sentences.Prepend(Pick(Phrases.Openings, random)) : sentences);
    }

    string Term(string disease, Random random) =>
        _knowledge.Resolve(disease).Synonyms is { Count: > 0 } synonyms && random.NextDouble() < _wording.SynonymFraction
            ? Pick(synonyms, random) : disease;

    static T Pick<T>(IReadOnlyList<T> of, Random random) => of[random.Next(of.Count)];
}
