using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Tests.Phantoms;

public class PhantomDeterminismTests
{
    static string Hash(Phantom phantom)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<ushort>(phantom.Pixels));
        foreach (DrawnFinding finding in phantom.Findings)
        {
            hash.AppendData(finding.Mask);
            hash.AppendData(finding.Reach);
        }
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    public static PhantomPlan Pinned(int which) => which switch
    {
        0 => new PhantomPlan(1, Plans.Man, Site.A, []),
        1 => new PhantomPlan(2, Plans.Someone(2), Site.B,
            [.. Plans.Diseases[..7].Select(d => Plans.Typical(d, Severity.Moderate, Side.Left))]),
        2 => new PhantomPlan(3, Plans.Someone(3), Site.A, [.. Plans.Diseases[7..].Select(d => Plans.Typical(d, Severity.Severe))],
            Devices.CentralLine | Devices.EndotrachealTube | Devices.Pacemaker),
        _ => new PhantomPlan(ulong.MaxValue, Plans.Someone(4), Site.B, [Plans.Typical("nodule", Severity.Mild)]),
    };

    // the bytes of a plan are a promise: whoever changes the drawing on purpose re-makes these and says so in the log
    [Theory]
    [InlineData(0, 224, "8B65B59EE89402BB")]
    [InlineData(1, 128, "2648EBD5F6A71F0B")]
    [InlineData(2, 160, "AE1B972798703F71")]
    [InlineData(3, 97, "66A3D6BF097CA98F")]
    public void A_plan_gives_the_same_bytes_on_any_machine(int which, int size, string hash)
        => Assert.Equal(hash, Hash(PhantomRenderer.Render(Pinned(which), size)));

    [Fact]
    public void Drawing_leaves_nothing_behind_for_the_next_phantom()
    {
        string first = Hash(PhantomRenderer.Render(Pinned(2), 96));
        PhantomRenderer.Render(Pinned(1), 96);
        PhantomRenderer.Render(Pinned(1), 64);
        Assert.Equal(first, Hash(PhantomRenderer.Render(Pinned(2), 96)));
    }

    [Fact]
    public void Threads_do_not_disturb_one_another()
    {
        string[] alone = [.. Enumerable.Range(0, 4).Select(i => Hash(PhantomRenderer.Render(Pinned(i), 80)))];
        string[] together = new string[16];
        Parallel.For(0, 16, i => together[i] = Hash(PhantomRenderer.Render(Pinned(i % 4), 80)));
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(alone[i % 4], together[i]));
    }

    [Fact]
    public void Another_seed_is_another_picture()
        => Assert.NotEqual(Hash(PhantomRenderer.Render(Plans.Normal(1, body: Plans.Man), 96)),
            Hash(PhantomRenderer.Render(Plans.Normal(2, body: Plans.Man), 96)));

    [Fact]
    public void The_same_plan_looks_the_same_at_another_size()
    {
        PhantomPlan plan = Plans.With(Plans.Normal(9, Site.A with { Noise = 0 }, Plans.Man),
            Plans.Typical("consolidation", Severity.Moderate), Plans.Typical("edema", Severity.Mild));
        Phantom small = PhantomRenderer.Render(plan, 192), large = PhantomRenderer.Render(plan, 384);
        double sum = 0;
        for (int row = 0; row < 192; row++)
        {
            for (int column = 0; column < 192; column++)
            {
                int at = 2 * row * 384 + 2 * column;
                double mean = (large.Pixels[at] + large.Pixels[at + 1] + large.Pixels[at + 384] + large.Pixels[at + 385]) / 4.0;
                sum += Math.Abs(mean - small.Pixels[row * 192 + column]);
            }
        }
        Assert.InRange(sum / (192 * 192) / 65535, 0, 0.012);
        Assert.Equal(small.MillimetresPerPixel, 2 * large.MillimetresPerPixel, 1e-9);
        Assert.Equal(small.CardiothoracicRatio, large.CardiothoracicRatio, 1e-12);
        Assert.Equal(small.Findings[0].SizeCentimetres, large.Findings[0].SizeCentimetres, 0.6);
    }

    [Fact]
    public void The_order_of_findings_does_not_matter_to_their_place()
    {
        FindingPlan nodule = Plans.Typical("nodule", Severity.Severe), heart = Plans.Typical("cardiomegaly", Severity.Severe);
        PhantomPlan plan = Plans.Normal(12, body: Plans.Man);
        Phantom one = PhantomRenderer.Render(Plans.With(plan, nodule, heart), 96),
        other = PhantomRenderer.Render(Plans.With(plan, heart, nodule), 96);
        Assert.Equal(one.Findings[0].Mask, other.Findings[1].Mask);
        Assert.Equal(one.Findings[1].Box, other.Findings[0].Box);
    }

    [Fact]
    public void Elementary_functions_agree_with_the_systems()
    {
        for (double x = -30; x < 30; x += 0.0371)
        {
            Assert.Equal(1, PortableMath.Exp(x) / Math.Exp(x), 1e-13);
            Assert.Equal(Math.Sin(x), PortableMath.Sin(x), 1e-12);
            Assert.Equal(Math.Cos(x), PortableMath.Cos(x), 1e-12);
            Assert.Equal(1, PortableMath.Exp((float)x) / MathF.Exp((float)x), 3e-6);
        }
        for (double x = 1e-9; x < 1e9; x *= 1.07)
        {
            Assert.Equal(Math.Log(x), PortableMath.Log(x), 1e-12);
            Assert.Equal(MathF.Log((float)x), PortableMath.Log((float)x), 4e-6);
            Assert.Equal(1, PortableMath.Pow(x, 0.37) / Math.Pow(x, 0.37), 1e-12);
        }
    }
}
