namespace RadZ.Torch.Tests.Training;

public class BatchNormTests
{
    [Fact]
    public void It_is_the_frameworks_own_in_training_and_after_it()
    {
        using var _ = NewDisposeScope();
        using var generator = new Generator(5);
        var (own, theirs) = (new RadZ.Training.Teachers.BatchNorm(3), nn.BatchNorm2d(3));
        foreach (var step in Enumerable.Range(0, 3))
        {
            var x = randn([4, 3, 5, 5], generator: generator) * (step + 1) + step;
            Assert.True(own.call(x).allclose(theirs.call(x), rtol: 0, atol: 1e-6));
        }
        own.eval();
        theirs.eval();
        var seen = randn([2, 3, 5, 5], generator: generator);
        Assert.True(own.call(seen).allclose(theirs.call(seen), rtol: 0, atol: 1e-6));
        Assert.Equal(["running_mean", "running_var"], own.named_buffers().Select(b => b.name).Order());
        Assert.Equal(["bias", "weight"], own.named_parameters().Select(p => p.name).Order());
    }
}
