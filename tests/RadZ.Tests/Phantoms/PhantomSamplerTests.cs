using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;
using RadZ.TestKit;
using RadZ.Text.Knowledge;
using View = RadZ.Phantoms.Plan.View;

namespace RadZ.Tests.Phantoms;

public class PhantomSamplerTests
{
    static readonly PhantomOptions s_both = new() { Seed = 7, Sites = Site.All };

    static IEnumerable<PhantomPlan> Plans(PhantomOptions options, int count)
    {
        var sampler = new PhantomSampler(options);
        return Enumerable.Range(0, count).Select(i => sampler.Plan(i));
    }

    static string Text(PhantomPlan p) =>
        $"{p.Seed:x16} {p.Site.Name} {p.Body.Sex} {p.Body.Age} {p.Body.BodyMassIndex:R} {p.Body.View} {p.Body.Rotation:R} {p.Devices} " +
        $"{string.Join("; ", p.Findings)}";

    [Fact]
    public void A_phantom_is_a_function_of_seed_and_number_alone()
    {
        var sampler = new PhantomSampler(s_both);
        var inOrder = Enumerable.Range(0, 50).Select(i => Text(sampler.Plan(i))).ToList();
        var backwards = Enumerable.Range(0, 50).Select(i => 49 - i).Select(i => Text(new PhantomSampler(s_both).Plan(i))).Reverse();
        Assert.Equal(inOrder, backwards);
        Assert.Equal(50, inOrder.Distinct().Count());
        Assert.NotEqual(inOrder[0], Text(new PhantomSampler(s_both with { Seed = 8 }).Plan(0)));
        Assert.Equal(Text(sampler.Plan(3_000_000_000)), Text(new PhantomSampler(s_both).Plan(3_000_000_000)));
    }

    [Fact]
    public void The_first_plans_are_these_on_every_machine() =>
        Approved.Verify(string.Concat(Plans(s_both, 12).Select(p => Text(p) + "\n")));

    [Fact]
    public void Prevalence_is_the_share_with_a_finding()
    {
        foreach (var prevalence in (double[])[0, 0.3, 1])
        {
            var share = Plans(new() { Prevalence = prevalence }, 4000).Count(p => p.Findings.Count > 0) / 4000.0;
            Assert.Equal(prevalence, share, 0.03);
        }
    }

    [Fact]
    public void Every_finding_is_drawn_and_only_those_that_were_asked_for()
    {
        var counts = Plans(s_both, 4000).SelectMany(p => p.Findings).CountBy(f => f.Disease).ToDictionary();
        Assert.Equal(ChestXray14.Findings.Order(), counts.Keys.Order());
        Assert.All(counts.Values, n => Assert.InRange(n, 120, 1200));
        var some = Plans(s_both with { Findings = ["nodule", "edema"] }, 500).SelectMany(p => p.Findings).Select(f => f.Disease).Distinct()
            .Order();
        Assert.Equal(["edema", "nodule"], some);
    }

    [Fact]
    public void Companions_are_more_common_beside_their_disease_than_alone()
    {
        var plans = Plans(s_both, 6000).ToList();
        double Share(string of, string? given) => plans.Where(p => given is null || p.Findings.Any(f => f.Disease == given))
            .Average(p => p.Findings.Any(f => f.Disease == of) ? 1.0 : 0);
        foreach (var (first, second) in new[] { ("edema", "cardiomegaly"), ("edema", "pleural effusion"),
            ("pleural effusion", "atelectasis"), ("emphysema", "pneumothorax"), ("fibrosis", "pleural thickening"), ("mass", "nodule") })
            Assert.True(Share(second, first) > 1.5 * Share(second, null),
                $"{second} beside {first}: {Share(second, first):f2}, alone {Share(second, null):f2}");
        Assert.Equal(0, Share("cardiomegaly", "emphysema"));
    }

    [Fact]
    public void Plans_are_such_as_can_be_drawn()
    {
        foreach (var plan in Plans(s_both, 5000))
        {
            Assert.Equal(plan.Findings.Count, plan.Findings.DistinctBy(f => f.Disease).Count());
            Assert.InRange(plan.Body.Age, 18, 95);
            Assert.InRange(plan.Body.BodyMassIndex, 16, 45);
            Assert.InRange(plan.Body.Height, 145, 200);
            Assert.InRange(plan.Body.Rotation, -12, 12);
            Assert.InRange(plan.Body.Inspiration, 0, 1);
            foreach (var f in plan.Findings)
            {
                Assert.Equal(f.Disease is "cardiomegaly" or "hernia", f.Side == Side.Midline);
                if (f.Disease == "nodule") Assert.InRange(f.Size, 1.0, 2.95);
                else if (f.Disease == "mass") Assert.InRange(f.Size, 3.05, 9);
                else Assert.Equal(0, f.Size);
            }
        }
    }

    [Fact]
    public void Sites_differ_in_how_many_lie_in_bed_and_share_their_patients()
    {
        double Lying(Site site) => Plans(new() { Sites = [site] }, 2000).Average(p => p.Body.View == View.AP ? 1.0 : 0);
        Assert.True(Lying(Site.B) > Lying(Site.A) + 0.2);
        Assert.Equal("phantom-7:000005", new PhantomSampler(s_both).Patient(5));
        var (a, b) = (new PhantomSampler(new() { Sites = [Site.A] }).Plan(4), new PhantomSampler(new() { Sites = [Site.B] }).Plan(4));
        Assert.Equal((a.Seed, a.Body.Sex, string.Join(';', a.Findings)), (b.Seed, b.Body.Sex, string.Join(';', b.Findings)));
        Assert.Equal([Site.A, Site.B], Plans(s_both, 100).Select(p => p.Site).Distinct().OrderBy(s => s.Name));
    }

    [Fact]
    public void Labels_know_everything()
    {
        foreach (var plan in Plans(s_both, 200))
        {
            var labels = PhantomSampler.Labels(plan);
            Assert.Equal(15, labels.ByDisease.Count);
            Assert.DoesNotContain(Label.Unknown, labels.ByDisease.Values);
            Assert.Equal(plan.Findings.Count == 0 ? [Disease.NoFinding] : plan.Findings.Select(f => f.Disease).Order(),
                labels.Present.Order());
        }
    }

    [Fact]
    public void Wrong_options_are_told_together()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new PhantomSampler(new() { Sites = [], Findings = ["nodul", "mass", "mass"], Prevalence = 2 }));
        foreach (var part in (string[])["there is no site", "the prevalence is 2, expected 0 to 1",
            "'nodul' cannot be drawn; did you mean 'nodule'?", "'mass' is named twice"]) Assert.Contains(part, error.Message);
    }

    /// <summary>
    /// Of what is sampled, companions included, nothing hides another: taking a finding out changes the picture inside its mask by more
    /// than rounding.
    /// </summary>
    [Fact]
    public void Every_sampled_finding_is_seen_beside_its_companions()
    {
        foreach (var plan in Plans(s_both with { Prevalence = 1 }, 60).Where(p => p.Findings.Count > 1).Take(12))
        {
            var all = PhantomRenderer.Render(plan, 128);
            Assert.Equal(plan.Findings, all.Findings.Select(f => f.Plan));
            foreach (var finding in all.Findings)
            {
                var without = PhantomRenderer.Render(plan with { Findings = [.. plan.Findings.Where(f => f != finding.Plan)] }, 128);
                int[] inside = [.. Enumerable.Range(0, finding.Mask.Length).Where(i => finding.Mask[i] != 0)];
                Assert.NotEmpty(inside);
                // one part in 256 is 257
                Assert.InRange(inside.Average(i => Math.Abs(all.Pixels[i] - without.Pixels[i])), 300, 65535);
                if (finding.Plan.Size > 0) Assert.Equal(finding.Plan.Size, finding.SizeCentimetres, 0.051);
            }
        }
    }
}
