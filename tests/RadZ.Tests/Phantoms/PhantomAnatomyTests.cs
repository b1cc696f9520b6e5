using RadZ.Phantoms;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Findings;
using RadZ.Phantoms.Plan;

namespace RadZ.Tests.Phantoms;

public class PhantomAnatomyTests
{
    const int Size = 128;

    static double MeanGray(Phantom phantom, double fromX, double toX, double fromY, double toY)
    {
        double sum = 0;
        int count = 0;
        for (int row = (int)(fromY * Size); row < (int)(toY * Size); row++)
        {
            for (int column = (int)(fromX * Size); column < (int)(toX * Size); column++)
            {
                sum += phantom.Pixels[row * Size + column] / 65535.0;
                count++;
            }
        }
        return sum / count;
    }

    [Fact]
    public void Anyone_has_dark_lungs_a_bright_mediastinum_and_a_bright_abdomen()
    {
        for (ulong seed = 0; seed < 80; seed++)
        {
            Phantom phantom = PhantomRenderer.Render(Plans.Normal(seed, Site.All[(int)(seed % 2)] with { Crop = 0 }), Size);
            double right = MeanGray(phantom, 0.24, 0.36, 0.35, 0.5), left = MeanGray(phantom, 0.66, 0.78, 0.35, 0.5);
            double middle = MeanGray(phantom, 0.47, 0.53, 0.45, 0.6), belly = MeanGray(phantom, 0.25, 0.40, 0.86, 0.92);
            string what = $"{phantom.Plan.Body}: {right:F2} {left:F2} {middle:F2} {belly:F2}";
            Assert.True(right < 0.75 && left < 0.75, what);
            Assert.True(middle > right + 0.15 && middle > left + 0.15 && middle > 0.6, what);
            Assert.True(belly > 0.55 && belly > right + 0.1, what);
            Assert.InRange(phantom.MillimetresPerPixel * Size / 10, 27, 48);
        }
    }

    [Fact]
    public void The_heart_lies_more_to_the_left()
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            PhantomPlan plan = new(seed, Plans.Man, Site.A with { Crop = 0 }, [Plans.Typical("cardiomegaly", Severity.Moderate)]);
            Box box = Assert.Single(PhantomRenderer.Render(plan, Size).Findings).Box;
            Assert.True(box.Right - Size / 2 > Size / 2 - box.Left, $"seed {seed}: {box}");
        }
    }

    [Theory, InlineData("L"), InlineData("R DK")]
    public void The_marker_names_the_side_it_lies_on(string marker)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            Site bare = Site.A with { Marker = "", Crop = 0 };
            Phantom with = PhantomRenderer.Render(new PhantomPlan(seed, Plans.Man, bare with { Marker = marker }, []), Size),
            without = PhantomRenderer.Render(new PhantomPlan(seed, Plans.Man, bare, []), Size);
            int[] changed = [.. Enumerable.Range(0, Size * Size).Where(i => with.Pixels[i] > without.Pixels[i] + 3000)];
            Assert.True(changed.Length > 5);
            Assert.All(changed, i => Assert.True(marker[0] == 'L' ? i % Size > 0.6 * Size : i % Size < 0.4 * Size));
            Assert.All(changed, i => Assert.True(i / Size < 0.35 * Size));
        }
    }

    [Theory, InlineData(Devices.EndotrachealTube), InlineData(Devices.CentralLine), InlineData(Devices.Pacemaker)]
    public void A_device_is_bright_and_changes_no_finding(Devices device)
    {
        PhantomPlan plan = new(5, Plans.Man, Site.A with { Noise = 0 }, [Plans.Typical("nodule", Severity.Moderate)]);
        Phantom bare = PhantomRenderer.Render(plan, 256), with = PhantomRenderer.Render(plan with { Devices = device }, 256);
        Assert.True(Enumerable.Range(0, 256 * 256).Count(i => with.Pixels[i] > bare.Pixels[i] + 1000) > 20);
        Assert.Equal(bare.Findings[0].Box, with.Findings[0].Box);
    }

    [Fact]
    public void Sites_differ_in_noise_and_contrast()
    {
        double Noise(Site site)
        {
            Phantom noisy = PhantomRenderer.Render(new PhantomPlan(6, Plans.Man, site, []), Size),
            still = PhantomRenderer.Render(new PhantomPlan(6, Plans.Man, site with { Noise = 0 }, []), Size);
            return Math.Sqrt(noisy.Pixels.Zip(still.Pixels, (a, b) => (double)(a - b) * (a - b)).Average());
        }
        Assert.True(Noise(Site.B) > 1.5 * Noise(Site.A));
        Phantom a = PhantomRenderer.Render(new PhantomPlan(6, Plans.Man, Site.A with { Noise = 0, Crop = 0 }, []), Size),
        b = PhantomRenderer.Render(new PhantomPlan(6, Plans.Man, Site.B with { Noise = 0, Crop = 0 }, []), Size);
        double Span(Phantom p) => MeanGray(p, 0.47, 0.53, 0.45, 0.6) - MeanGray(p, 0.24, 0.36, 0.35, 0.5);
        Assert.True(Span(b) > Span(a));
    }

    [Fact]
    public void An_impossible_plan_is_refused()
    {
        PhantomPlan plan = Plans.Normal(1);
        Assert.Contains("'gout'",
            Assert.Throws<ArgumentException>(() =>
                PhantomRenderer.Render(Plans.With(plan, new FindingPlan("gout", Side.Left, Zone.Lower, Severity.Mild)), 64)).Message);
        Assert.Throws<ArgumentException>(() => PhantomRenderer.Render(Plans.With(plan, Plans.Typical("mass", Severity.Mild),
            Plans.Typical("mass", Severity.Mild, Side.Left)), 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => PhantomRenderer.Render(plan, 63));
        Assert.Throws<ArgumentOutOfRangeException>(() => PhantomRenderer.Render(plan, 4096));
    }

    [Fact]
    public void Every_disease_that_can_be_drawn_is_in_the_knowledge_base()
    {
        Assert.Equal(Plans.Diseases.Order(StringComparer.Ordinal), FindingForms.Diseases.Order(StringComparer.Ordinal));
        RadZ.Text.Knowledge.KnowledgeBase knowledge = RadZ.Text.Knowledge.KnowledgeBase.Embedded;
        Assert.All(FindingForms.Diseases, name => Assert.Contains(knowledge.Diseases, d => d.Name == name));
    }
}
