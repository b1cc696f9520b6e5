using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Phantoms.Randomness;
using RadZ.Text.Knowledge;

namespace RadZ.Phantoms.Plan;

/// <summary>
/// Decides phantoms. Number i depends on the options and on i, never on i - 1: any part of a million can be made alone, in any order, on
/// several machines, and is the same.
/// </summary>
public sealed class PhantomSampler
{
    const int MostFindings = 4;

    readonly PhantomOptions _options;
    readonly string[] _findings;

    /// <param name="options">Which phantoms.</param>
    /// <exception cref="ArgumentException">Lists every mistake of the options.</exception>
    public PhantomSampler(PhantomOptions options)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        _options = options;
        // the order in which a user names them changes nothing
        _findings = [.. ChestXray14.Findings.Where(options.Findings.Contains)];
    }

    /// <summary>Which phantoms.</summary>
    public PhantomOptions Options => _options;

    /// <summary>The plan of phantom number <paramref name="index"/>, from 0.</summary>
    public PhantomPlan Plan(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        RandomStream Stream(string part) => RandomStream.Create(_options.Seed, (ulong)index, part);
        var site = Stream("site").Pick(_options.Sites);
        var findings = Findings(Stream("findings"));
        var body = Demographics.Draw(site, findings, Stream("body"));
        return new(Stream("picture").Next(), body, site, findings, Demographics.DevicesOf(body, Stream("devices")));
    }

    /// <summary>The patient's key: no other seed or number has it, and at every site it is the same patient.</summary>
    public string Patient(long index) => $"phantom-{_options.Seed}:{index:D6}";

    /// <summary>All 14 findings and "no finding", each present or absent: nothing is unknown of a phantom.</summary>
    public static Labels Labels(PhantomPlan plan)
    {
        var drawn = plan.Findings.Select(f => f.Disease).ToHashSet();
        return new(ChestXray14.Findings.Append(Disease.NoFinding).ToDictionary(d => d, d =>
            (d == Disease.NoFinding ? drawn.Count == 0 : drawn.Contains(d)) ? Label.Present : Label.Absent));
    }

    IReadOnlyList<FindingPlan> Findings(RandomStream chance)
    {
        if (_findings.Length == 0 || !chance.Coin(_options.Prevalence)) return [];
        List<FindingPlan> placed = [Placement.Draw(chance.Pick(_findings), [], chance)!];
        for (var i = 0; i < placed.Count && placed.Count < MostFindings; i++)                    // companions bring companions
            foreach (var (disease, probability) in CoOccurrence.For(placed[i].Disease))
            {
                if (!chance.Coin(probability) || placed.Count == MostFindings || !_findings.Contains(disease)
                    || placed.Any(p => p.Disease == disease)) continue;
                if (Placement.Draw(disease, placed, chance) is { } plan) placed.Add(plan);
            }
        return [.. placed.OrderBy(p => Array.IndexOf(_findings, p.Disease))];
    }
}
