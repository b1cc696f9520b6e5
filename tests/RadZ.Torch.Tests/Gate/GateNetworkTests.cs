using RadZ.Imaging.Gate;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Gate;

public class GateNetworkTests
{
    [Fact]
    public void The_network_without_torch_says_what_torch_says()
    {
        using var _ = NewDisposeScope();
        using var file = new RadZ.Model.Weights.SafetensorsFile(Path.Combine(Fixtures.Repository, "models", "gate", "gate.safetensors"));
        var random = new Random(1);
        for (var picture = 0; picture < 5; picture++)
        {
            var values = Enumerable.Range(0, Thumbnail.Side * Thumbnail.Side).Select(_ => (float)(random.NextDouble() * 4 - 2)).ToArray();
            var x_1CSS = tensor(values, [1, 1, Thumbnail.Side, Thumbnail.Side]);
            for (var layer = 0; layer < GateNetwork.Channels.Count - 1; layer++)
                x_1CSS = functional.conv2d(x_1CSS, file.Read($"conv{layer}.weight"), file.Read($"conv{layer}.bias"), strides: [2, 2],
                    padding: [1, 1]).relu();
            var expected = functional.linear(x_1CSS.flatten(1), file.Read("head.weight"), file.Read("head.bias")).softmax(1).data<float>()
                .ToArray();
            var actual = GateNetwork.Shipped.Classify(values);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }
}
