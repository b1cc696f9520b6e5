using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Phantoms.Files;

/// <summary>Which findings are drawn.</summary>
static class PhantomFindings
{
    /// <summary>
    /// Names as the knowledge base has them, so that synonyms work here as everywhere, in the order of ChestX-ray14; null: all.
    /// </summary>
    /// <exception cref="InvalidInputException">One cannot be drawn.</exception>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string>? names)
    {
        if (names is null) return ChestXray14.Findings;
        var given = names
            .Select(n => KnowledgeBase.Embedded.TryFind(n, out var disease) && ChestXray14.Findings.Contains(disease.Name) ? disease.Name
            : throw new InvalidInputException("‹findings›", "unknown-finding",
                $"'{n}' cannot be drawn{NameSuggestion.HintOrList(n, ChestXray14.Findings, "expected some of")}")).ToHashSet();
        return [.. ChestXray14.Findings.Where(given.Contains)];
    }

    /// <summary>Refuses settings of which nothing can be drawn.</summary>
    /// <exception cref="InvalidInputException">All that is wrong with them.</exception>
    public static void Require(PhantomSettings settings)
    {
        if (settings.Options().Problems().ToList() is { Count: > 0 } problems)
            throw new InvalidInputException("‹findings›", "bad-options", string.Join(" ", problems));
    }
}
