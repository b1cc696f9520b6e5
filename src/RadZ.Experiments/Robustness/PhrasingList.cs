using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;

namespace RadZ.Experiments.Robustness;

/// <summary>Every text that stands for, or denies, the diseases of a list.</summary>
static class PhrasingList
{
    /// <summary>Style of a disease's own description, as the bank reads it.</summary>
    public const string Own = "own";

    /// <summary>Style of the same without the name before it.</summary>
    public const string Nameless = "own, without the name";

    /// <summary>Sentences, descriptions and controls of all diseases, one disease after the other.</summary>
    /// <param name="list">The diseases.</param>
    /// <param name="authors">Others who described them; whom an author left out has no such text.</param>
    /// <param name="random">Random descriptions a disease; 0: none, and none where fewer than two diseases have a description.</param>
    /// <param name="seed">Of the random descriptions.</param>
    public static IReadOnlyList<Phrasing> Create(DiseaseList list, IReadOnlyList<(string Style, KnowledgeBase Knowledge)> authors,
        int random,
        int seed)
    {
        var control = random > 0 && list.Entries.Count > 1 && list.Entries.All(e => e.Disease.Description is not null)
            ? new DescriptionControl(list, seed) : null;
        return [.. list.Entries.SelectMany((entry, c) => Phrasings.Sentences(c, entry.Disease, entry.Name)
            .Concat(Descriptions(entry, c, authors))
            .Concat((control?.Random(c, random) ?? []).Select((text, i) =>
                new Phrasing(c, PhrasingKind.Random, $"random {i + 1}", text))))];
    }

    static IEnumerable<Phrasing> Descriptions(DiseaseList.Entry entry, int number,
        IReadOnlyList<(string Style, KnowledgeBase Knowledge)> authors)
    {
        if (entry.Disease.Description is { } own)
        {
            yield return new(number, PhrasingKind.Description, Own, entry.Description);
            yield return new(number, PhrasingKind.Description, Nameless, own.Text);
        }
        foreach (var (style, knowledge) in authors)
            if (knowledge.TryFind(entry.Disease.Name, out var theirs) && theirs.Description is { } description)
                yield return new(number, PhrasingKind.Description, style, DiseaseList.DescriptionText(entry.Disease.Name, description));
    }
}
