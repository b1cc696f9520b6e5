using RadZ.Phantoms;
using RadZ.Phantoms.Plan;

namespace RadZ.Tests.Phantoms;

public class FindingVisibilityTests
{
    const int Size = 160;

    public static TheoryData<string, Severity, string> EveryFinding()
    {
        TheoryData<string, Severity, string> all = [];
        foreach (string disease in Plans.Diseases)
        {
            foreach (Severity severity in Enum.GetValues<Severity>())
            {
                foreach (Site site in Site.All)
                    all.Add(disease, severity, site.Name);
            }
        }
        return all;
    }

    [Theory, MemberData(nameof(EveryFinding))]
    public void Is_above_noise_in_its_mask_and_nowhere_beyond_its_reach(string disease, Severity severity, string siteName)
    {
        Site site = Site.All.Single(s => s.Name == siteName);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            PhantomPlan normal = Plans.Normal(seed, site);
            Phantom without = PhantomRenderer.Render(normal, Size);
            Phantom with = PhantomRenderer.Render(Plans.With(normal,
                Plans.Typical(disease, severity, seed % 2 == 0 ? Side.Left : Side.Right)), Size);
            DrawnFinding finding = Assert.Single(with.Findings);
            AssertSeen(with, without, finding, site);
        }
    }

    [Theory, InlineData(64), InlineData(97), InlineData(333), InlineData(800)]
    public void Nothing_changes_beyond_the_reach_at_any_size(int size)
    {
        PhantomPlan normal = Plans.Normal(7, Site.B);
        Phantom without = PhantomRenderer.Render(normal, size);
        foreach (string disease in (string[])["nodule", "atelectasis", "pleural thickening"])
        {
            Phantom with = PhantomRenderer.Render(Plans.With(normal, Plans.Typical(disease, Severity.Severe)), size);
            byte[] reach = Assert.Single(with.Findings).Reach;
            Assert.Equal(0, Enumerable.Range(0, size * size).Count(i => reach[i] == 0 && with.Pixels[i] != without.Pixels[i]));
            Assert.True(reach.AsSpan().Contains((byte)0));
        }
    }

    [Fact]
    public void Holds_for_each_of_several_at_once()
    {
        for (ulong seed = 11; seed <= 16; seed++)
        {
            Site site = Site.All[(int)(seed % 2)];
            string[] diseases = [Plans.Diseases[seed % 14], Plans.Diseases[(seed * 5 + 3) % 14], Plans.Diseases[(seed * 3 + 7) % 14]];
            FindingPlan[] plans = [.. diseases.Distinct()
                .Select((d, i) => Plans.Typical(d, (Severity)((int)(seed + (ulong)i) % 3), i == 1 ? Side.Left : Side.Right))];
            PhantomPlan plan = Plans.With(Plans.Normal(seed, site), plans);
            Phantom all = PhantomRenderer.Render(plan, Size);
            Assert.Equal(plans, all.Findings.Select(f => f.Plan));
            foreach (DrawnFinding finding in all.Findings)
            {
                Phantom without = PhantomRenderer.Render(plan with { Findings = [.. plans.Where(p => p != finding.Plan)] }, Size);
                AssertSeen(all, without, finding, site);
            }
        }
    }

    static void AssertSeen(Phantom with, Phantom without, DrawnFinding finding, Site site)
    {
        string what = $"{finding.Plan}, seed {with.Plan.Seed}";
        double floor = NoiseFloor(site);
        int inside = 0, clear = 0;
        double sum = 0;
        for (int i = 0; i < with.Pixels.Length; i++)
        {
            int difference = Math.Abs(with.Pixels[i] - without.Pixels[i]);
            if (finding.Reach[i] == 0 && difference != 0)
                Assert.Fail($"{what}: pixel {i} differs by {difference} beyond the reach");
            if (finding.Mask[i] == 0)
                continue;
            if (finding.Reach[i] != 1)
                Assert.Fail($"{what}: pixel {i} of the mask lies beyond the reach");
            inside++;
            sum += difference;
            clear += difference > floor ? 1 : 0;
        }
        Assert.True(inside >= 6, $"{what}: the mask has {inside} pixels");
        Assert.True(clear >= 0.95 * inside, $"{what}: only {clear} of {inside} pixels of the mask are above noise");
        Assert.True(sum / inside > 1.5 * floor, $"{what}: mean difference {sum / inside:F0} in the mask");
    }

    /// <summary>One standard deviation of the noise at this size, measured once on flat soft tissue of a normal picture.</summary>
    static double NoiseFloor(Site site) => site.Name == "a" ? NoiseA.Value : NoiseB.Value;

    static readonly Lazy<double> NoiseA = new(() => MeasuredNoise(Site.A));
    static readonly Lazy<double> NoiseB = new(() => MeasuredNoise(Site.B));

    static double MeasuredNoise(Site site)
    {
        Phantom noisy = PhantomRenderer.Render(Plans.Normal(5, site, Plans.Man), Size),
        still = PhantomRenderer.Render(Plans.Normal(5, site with { Noise = 0 }, Plans.Man), Size);
        double squares = 0;
        for (int i = 0; i < noisy.Pixels.Length; i++)
            squares += Math.Pow(noisy.Pixels[i] - still.Pixels[i], 2);
        return Math.Sqrt(squares / noisy.Pixels.Length);
    }
}
