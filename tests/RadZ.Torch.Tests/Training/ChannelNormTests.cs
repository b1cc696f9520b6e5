using RadZ.Training;

namespace RadZ.Torch.Tests.Training;

public class ChannelNormTests
{
    /// <summary>Bit for bit the library's module, in training and in use, without its count of batches.</summary>
    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void It_is_batch_normalisation(ScalarType type)
    {
        using var _ = NewDisposeScope();
        using var own = new ChannelNorm(5);
        using var library = nn.BatchNorm2d(5);
        using (no_grad())
            foreach (var net in (nn.Module[])[own, library])
            {
                net.named_parameters().Single(p => p.name == "weight").parameter.copy_(linspace(0.5, 2, 5));
                net.named_parameters().Single(p => p.name == "bias").parameter.copy_(linspace(-1, 1, 5));
            }
        for (var step = 0; step < 3; step++)
        {
            var x = (randn(4, 5, 6, 6, generator: new Generator((ulong)step)) * 3 + 1).to(type);
            Assert.True(own.call(x).equal(library.call(x)).all().item<bool>());
        }
        own.eval();
        library.eval();
        var seen = randn(2, 5, 3, 3, generator: new Generator(9)).to(type);
        Assert.True(own.call(seen).equal(library.call(seen)).all().item<bool>());
        var (ours, theirs) = (own.state_dict(), library.state_dict());
        Assert.Equal(["bias", "running_mean", "running_var", "weight"], ours.Keys.Order());
        Assert.All(ours, s => Assert.True(s.Value.equal(theirs[s.Key]).all().item<bool>(), s.Key));
        Assert.Equal(["running_mean", "running_var"], own.named_buffers().Select(b => b.name).Order());
    }
}
