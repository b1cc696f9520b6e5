using RadZ.Model.Kernels;

namespace RadZ.Torch.Tests.Model;

/// <summary>float16 weights, turned into bfloat16 a piece at a time.</summary>
public class HalfWeightTests
{
    [Fact]
    public void Every_float16_becomes_the_bfloat16_that_torch_makes_of_it()
    {
        using var _ = NewDisposeScope();
        var all = tensor(Enumerable.Range(0, 1 << 16).Select(b => BitConverter.UInt16BitsToHalf((ushort)b)).ToArray(), [4096, 16]);
        var (made, expected) = (HalfWeight.Product(all, eye(16, dtype: ScalarType.BFloat16)).to(ScalarType.Float32),
            all.to(ScalarType.BFloat16).to(ScalarType.Float32));
        var finite = all.to(ScalarType.Float32).isfinite();
        Assert.True((made.eq(expected) | finite.logical_not()).all().item<bool>());
        // infinities and NaN: 16 rows of each sign have nothing else
        Assert.Equal(0, (made.isfinite() & finite.logical_not()).sum().item<long>());
        Assert.Equal(63488, finite.sum().item<long>());
    }

    /// <summary>In several pieces, the last of another size; W as stored, and turned, as the gradient wants it.</summary>
    [Theory, InlineData(1100, 4096, 40), InlineData(4096, 1100, 40), InlineData(1024, 1024, 25)]
    public void Products_of_float16_weights_and_their_gradients(int outputs, int inputs, int length)
    {
        using var _ = NewDisposeScope();
        var weight = (FusedKernelTests.Normal(1, outputs, inputs) * 0.03).to(ScalarType.Float16);
        var x = FusedKernelTests.Normal(2, 1, length, inputs).to(ScalarType.BFloat16).requires_grad_();
        Assert.True(WideProduct.Supports(x, weight) && HalfWeight.Supports(weight) && HalfWeight.Supports(weight.t()));
        var (xd, near) = (FusedKernelTests.Exact(x), weight.to(ScalarType.BFloat16));
        var (actual, expected) = (WideProduct.Compute(x, weight), xd.matmul(near.to(ScalarType.Float64).t()));
        Assert.InRange(FusedKernelTests.Worst(actual, expected), 0, FusedKernelTests.Rounding);
        using (no_grad()) Assert.InRange(FusedKernelTests.Worst(WideProduct.Compute(x, weight), expected), 0, FusedKernelTests.Rounding);
        var upstream = FusedKernelTests.Normal(3, 1, length, outputs).to(ScalarType.BFloat16);
        actual.backward([upstream]);
        expected.backward([upstream.to(ScalarType.Float64)]);
        Assert.InRange(FusedKernelTests.Worst(x.grad!, xd.grad!), 0, FusedKernelTests.Rounding);
    }
}
