using RadZ.Phantoms;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;

namespace RadZ.Tests.Phantoms;

public class PhantomTruthTests
{
    const int Size = 192;

    static Phantom Render(ulong seed, params FindingPlan[] findings) =>
        PhantomRenderer.Render(Plans.With(Plans.Normal(seed, body: Plans.Man), findings), Size);

    [Fact]
    public void A_normal_chest_has_no_mask() => Assert.Empty(PhantomRenderer.Render(Plans.Normal(3), Size).Findings);

    [Fact]
    public void A_box_bounds_its_mask()
    {
        foreach (string disease in Plans.Diseases)
        {
            DrawnFinding finding = Assert.Single(Render(21, Plans.Typical(disease, Severity.Moderate)).Findings);
            int[] columns = [.. Enumerable.Range(0, Size * Size).Where(i => finding.Mask[i] == 1).Select(i => i % Size)];
            int[] rows = [.. Enumerable.Range(0, Size * Size).Where(i => finding.Mask[i] == 1).Select(i => i / Size)];
            Assert.Equal(new Box(columns.Min(), rows.Min(), columns.Max() + 1, rows.Max() + 1), finding.Box);
            Assert.DoesNotContain(finding.Mask, m => m > 1);
            Assert.True(finding.SizeCentimetres > 0);
        }
    }

    [Fact]
    public void The_heart_is_too_wide_exactly_with_cardiomegaly()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            Body body = Plans.Someone(seed);
            double limit = body.View == View.PA ? 0.5 : 0.55;
            PhantomPlan normal = Plans.Normal(seed);
            Assert.InRange(PhantomRenderer.Render(normal, 64).CardiothoracicRatio, 0.33, limit - 0.001);
            Severity severity = (Severity)(seed % 3);
            FindingPlan[] findings = seed % 2 == 0
                ? [new("cardiomegaly", Side.Midline, Zone.Whole, severity)]
                : [new("emphysema", Side.Both, Zone.Whole, Severity.Severe), new("cardiomegaly", Side.Midline, Zone.Whole, severity),
                    new("pleural effusion", Side.Left, Zone.Lower, Severity.Severe)];
            Assert.InRange(PhantomRenderer.Render(Plans.With(normal, findings), 64).CardiothoracicRatio, limit + 0.02, 0.78);
        }
    }

    [Theory, InlineData("a"), InlineData("b")]
    public void The_recorded_ratio_is_that_of_the_drawn_picture(string site)
    {
        // the heart's width from the enlarged heart's box, the chest's from the box of two emphysematous lungs
        Site at = Site.All.Single(s => s.Name == site) with { Noise = 0, Crop = 0 };
        for (ulong seed = 4; seed < 8; seed++)
        {
            PhantomPlan normal = Plans.Normal(seed, at, Plans.Man);
            Phantom large = PhantomRenderer.Render(Plans.With(normal, Plans.Typical("cardiomegaly", Severity.Severe)), 384);
            Phantom black = PhantomRenderer.Render(Plans.With(normal, Plans.Typical("emphysema", Severity.Severe)), 384);
            Box heart = Assert.Single(large.Findings).Box, chest = Assert.Single(black.Findings).Box;
            Assert.Equal(large.CardiothoracicRatio, (heart.Right - heart.Left) / (double)(chest.Right - chest.Left), 0.03);
        }
    }

    [Fact]
    public void A_nodule_is_below_three_centimetres_and_a_mass_above_by_the_mask()
    {
        for (ulong seed = 0; seed < 24; seed++)
        {
            Severity severity = (Severity)(seed % 3);
            Side side = seed % 2 == 0 ? Side.Left : Side.Right;
            foreach (string disease in (string[])["nodule", "mass"])
            {
                Phantom phantom = PhantomRenderer.Render(Plans.With(Plans.Normal(seed), Plans.Typical(disease, severity, side)), 256);
                DrawnFinding finding = Assert.Single(phantom.Findings);
                double long_ = Math.Max(finding.Box.Right - finding.Box.Left, finding.Box.Bottom - finding.Box.Top)
                    * phantom.MillimetresPerPixel / 10;
                if (disease == "nodule")
                {
                    Assert.InRange(long_, 0.5, 3.0);
                    Assert.InRange(finding.SizeCentimetres, 0.8, 2.9999);
                }
                else
                {
                    Assert.True(long_ > 3.0, $"seed {seed} {severity}: {long_:F2} cm, box {finding.Box}");
                    Assert.True(finding.SizeCentimetres > 3.0);
                }
            }
        }
    }

    [Theory, InlineData("nodule", 0.8), InlineData("nodule", 2.9), InlineData("mass", 3.1), InlineData("mass", 9.0)]
    public void An_asked_size_is_drawn(string disease, double size)
    {
        Phantom phantom = PhantomRenderer.Render(Plans.With(Plans.Normal(8, body: Plans.Man),
            new FindingPlan(disease, Side.Right, Zone.Middle, Severity.Moderate, size)), 512);
        Assert.Equal(size, Assert.Single(phantom.Findings).SizeCentimetres, 0.35);
    }

    [Fact]
    public void The_patients_right_is_on_the_left_of_the_picture()
    {
        foreach (string disease in Plans.Diseases.Except(["cardiomegaly", "hernia", "edema", "emphysema", "fibrosis"]))
        {
            for (ulong seed = 30; seed < 34; seed++)
            {
                Assert.True(Centre(seed, disease, Side.Right) < Size / 2.0 - 3, $"right {disease} {seed}");
                Assert.True(Centre(seed, disease, Side.Left) > Size / 2.0 + 3, $"left {disease} {seed}");
            }
        }
    }

    [Fact]
    public void A_finding_asked_for_on_both_sides_is_on_both()
    {
        foreach (string disease in Plans.Diseases.Except(["cardiomegaly", "hernia"]))
        {
            byte[] mask = Assert.Single(Render(40, Plans.Typical(disease, Severity.Severe) with { Side = Side.Both }).Findings).Mask;
            int left = Enumerable.Range(0, Size * Size).Count(i => mask[i] == 1 && i % Size < Size / 2 - 6),
            right = Enumerable.Range(0, Size * Size).Count(i => mask[i] == 1 && i % Size > Size / 2 + 6);
            Assert.True(left > 5 && right > 5, $"{disease}: {left} and {right} pixels");
        }
    }

    [Fact]
    public void Zones_lie_above_one_another()
    {
        foreach (string disease in (string[])["nodule", "mass", "pneumonia", "infiltration", "consolidation", "pleural thickening"])
        {
            double[] heights = [.. new[] { Zone.Upper, Zone.Middle, Zone.Lower }.Select(zone =>
            {
                Box box = Assert.Single(Render(50, new FindingPlan(disease, Side.Right, zone, Severity.Mild)).Findings).Box;
                return (box.Top + box.Bottom) / 2.0;
            })];
            Assert.True(heights[0] < heights[1] && heights[1] < heights[2], $"{disease}: {string.Join(", ", heights)}");
        }
    }

    [Fact]
    public void The_more_severe_the_larger_or_denser()
    {
        foreach (string disease in Plans.Diseases)
        {
            double[] amounts = [.. Enum.GetValues<Severity>().Select(severity =>
            {
                PhantomPlan normal = Plans.Normal(60, Site.A with { Noise = 0 }, Plans.Man);
                Phantom with = PhantomRenderer.Render(Plans.With(normal, Plans.Typical(disease, severity)), Size),
                without = PhantomRenderer.Render(normal, Size);
                return Enumerable.Range(0, Size * Size).Where(i => with.Findings[0].Mask[i] == 1)
                    .Sum(i => (double)Math.Abs(with.Pixels[i] - without.Pixels[i]));
            })];
            Assert.True(amounts[0] < amounts[1] && amounts[1] < amounts[2], $"{disease}: {string.Join(", ", amounts)}");
        }
    }

    [Fact]
    public void A_focal_finding_reaches_a_part_of_the_picture_only()
    {
        double Reached(string disease, Severity severity) =>
            Assert.Single(Render(70, Plans.Typical(disease, severity)).Findings).Reach.Average(r => (double)r);
        Assert.InRange(Reached("nodule", Severity.Mild), 0.01, 0.15);
        Assert.InRange(Reached("mass", Severity.Moderate), 0.03, 0.30);
        Assert.InRange(Reached("pleural effusion", Severity.Mild), 0.05, 0.40);
    }

    static double Centre(ulong seed, string disease, Side side)
    {
        byte[] mask = Assert.Single(Render(seed, Plans.Typical(disease, Severity.Mild, side)).Findings).Mask;
        return Enumerable.Range(0, Size * Size).Where(i => mask[i] == 1).Average(i => i % Size);
    }
}
