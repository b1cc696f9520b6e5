using RadZ.Data.Sets;
using RadZ.Files;

namespace RadZ.Phantoms.Plan;

/// <summary>Which phantoms are made. Phantom number i is a function of these and of i alone.</summary>
public sealed record PhantomOptions
{
    /// <summary>Chance of everything. The same seed and number are the same patient, whatever the site.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The hospitals; of several each phantom comes from one, by chance.</summary>
    public IReadOnlyList<Site> Sites { get; init; } = [Site.A];

    /// <summary>The findings that may be drawn, of the 14 of ChestX-ray14; all others are absent from every phantom.</summary>
    public IReadOnlyList<string> Findings { get; init; } = ChestXray14.Findings;

    /// <summary>Share of the phantoms that have at least one finding, 0 to 1; the rest is normal.</summary>
    public double Prevalence { get; init; } = 0.75;

    /// <summary>All mistakes, each for a person; empty when there is none.</summary>
    public IEnumerable<string> Problems()
    {
        if (Sites.Count == 0) yield return "there is no site; expected a, b or both.";
        if (Prevalence is < 0 or > 1 || double.IsNaN(Prevalence)) yield return $"the prevalence is {Prevalence}, expected 0 to 1.";
        if (Prevalence > 0 && Findings.Count == 0) yield return "there is no finding to draw; give one, or the prevalence 0.";
        foreach (var finding in Findings.Where(f => !ChestXray14.Findings.Contains(f)))
            yield return $"'{finding}' cannot be drawn{NameSuggestion.HintOrList(finding, ChestXray14.Findings, "expected some of")}";
        foreach (var twice in Findings.GroupBy(f => f).Where(g => g.Count() > 1)) yield return $"'{twice.Key}' is named twice.";
    }
}
