using System.ComponentModel.DataAnnotations;
using RadZ.Data.Sets;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;

namespace RadZ.Training.Recipes;

/// <summary>Synthetic radiographs as a source of samples.</summary>
sealed record PhantomRecipe
{
    /// <summary>How many in an epoch.</summary>
    [Range(1, 10_000_000)]
    public required int Count { get; init; }

    /// <summary>Chance of all; patients of one seed are the same at every site, and of another seed others.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>The hospitals: <c>a</c>, <c>b</c>.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [Site.A.Name];

    /// <summary>The findings that may be drawn; a finding that is not here is in no picture of this source.</summary>
    public IReadOnlyList<string> Findings { get; init; } = ChestXray14.Findings;

    /// <summary>Share with at least one finding.</summary>
    [Range(0.0, 1.0)]
    public double Prevalence { get; init; } = new PhantomOptions().Prevalence;

    /// <summary>Side in pixels at which they are drawn, before the model's own preparation.</summary>
    [Range(PhantomSource.LeastSize, PhantomSource.MostSize)]
    public int Size { get; init; } = 224;

    /// <summary>Other patients in every epoch: they are drawn again and again and never kept. Else the same ones, drawn once.</summary>
    public bool Fresh { get; init; }

    /// <summary>
    /// Share of the texts that are a hospital's report, with side, place and grade; the others are worded from the labels alone.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Reports { get; init; } = 0.5;

    /// <summary>As the sampler takes it.</summary>
    public PhantomOptions Options() => new()
    {
        Seed = (ulong)Seed,
        Sites = [.. Site.All.Where(s => Sites.Contains(s.Name))],
        Findings = Findings,
        Prevalence = Prevalence,
    };

    /// <summary>All mistakes.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (var site in Sites.Where(s => Site.All.All(a => a.Name != s)))
            yield return $"there is no site '{site}'; there are {string.Join(", ", Site.All.Select(s => s.Name))}.";
        foreach (var problem in Options().Problems()) yield return problem;
    }
}
