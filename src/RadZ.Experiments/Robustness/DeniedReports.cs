using RadZ.Text.Wording;

namespace RadZ.Experiments.Robustness;

/// <summary>Three reports that differ in one sentence: it is not there, denies a disease, or asserts it.</summary>
/// <param name="Disease">Its number in the list.</param>
/// <param name="Neutral">Says nothing of any disease.</param>
/// <param name="Denied">The same, and that the disease is not there.</param>
/// <param name="Asserted">The same, and that it is.</param>
sealed record DeniedReport(int Disease, string Neutral, string Denied, string Asserted);

/// <summary>Reports by which to see whether a denied disease is read as a present one.</summary>
static class DeniedReports
{
    /// <summary>Neutral reports: the examination, and no word of a finding.</summary>
    public static IReadOnlyList<string> Neutral { get; } =
        ["Frontal view of the chest was obtained.", "Portable radiograph of the chest. The patient is rotated."];

    /// <summary>Every denial of every disease in every neutral report.</summary>
    public static IReadOnlyList<DeniedReport> Create(IReadOnlyList<Phrasing> phrasings) =>
        [.. phrasings.Where(p => p is { Kind: PhrasingKind.Negation, Denies: not null } && p.Text.EndsWith('.'))
            .SelectMany(p => Neutral.Select(n => new DeniedReport(p.Disease, n, $"{n} {p.Text}", $"{n} {p.Denies}")))];
}
