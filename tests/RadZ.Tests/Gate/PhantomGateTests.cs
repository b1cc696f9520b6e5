using RadZ.Imaging;
using RadZ.Imaging.Gate;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;
using RadZ.Tests.Phantoms;

namespace RadZ.Tests.Gate;

public class PhantomGateTests
{
    [Fact]
    public void Phantoms_pass_as_films_do()
    {
        var reasons = Enumerable.Range(0, 60).AsParallel().AsOrdered().Select(seed =>
        {
            var phantom = PhantomRenderer.Render(Plans.Normal((ulong)seed, Site.All[seed % 2]), 160);
            return PixelGate.Shipped.Check(new Raster(phantom.Size, phantom.Size, 1,
                Array.ConvertAll(phantom.Pixels, p => (byte)(p >> 8))));
        }).ToList();
        var doubted = reasons.Where(r => r.Count > 0).ToList();
        Assert.True(doubted.Count <= 2,
            $"{doubted.Count} of {reasons.Count}: {string.Join("\n", doubted.Select(d => string.Join("; ", d)))}");
    }
}
