using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>The products of single tokens, elementwise against torch in double precision.</summary>
public class DecodeKernelTests
{
    static Tensor Normal(long seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    static double Error(Tensor actual, Tensor expected) =>
        ((actual.to(ScalarType.Float64) - expected).norm() / expected.norm()).item<double>();

    public static TheoryData<ScalarType, int, int, int> Stored => new()
    {
        { ScalarType.BFloat16, 37, 256, 1 }, { ScalarType.BFloat16, 512, 1280, 3 }, { ScalarType.Float16, 37, 256, 1 },
        { ScalarType.Float16, 64, 384, 2 },
    };

    [Theory, MemberData(nameof(Stored))]
    public void Weights_as_stored_give_the_product_in_float32(ScalarType type, int outputs, int inputs, int rows)
    {
        using var _ = NewDisposeScope();
        var weight = Normal(1, outputs, inputs).to(type);
        weight[0, 0] = tensor(1e-6f).to(type);                                             // a subnormal of float16
        var x = Normal(2, 1, rows, inputs);
        using var decode = PlainWeight.TryCreate(weight)!;
        var y = decode.Times(x);
        Assert.Equal([1, rows, outputs], y.shape);
        Assert.InRange(Error(y, x.to(ScalarType.Float64).matmul(weight.to(ScalarType.Float64).t())), 0, 1e-6);
    }

    [Theory, InlineData(DecodeBits.Int8, 0.006), InlineData(DecodeBits.Int4, 0.1)]
    internal void Quantised_weights_give_the_product_of_what_they_hold(DecodeBits bits, double loss)
    {
        using var _ = NewDisposeScope();
        var weight = Normal(3, 96, 640).to(ScalarType.BFloat16);
        using var held = new QuantizedWeight(weight, bits);
        var identity = eye(640);
        var rows = Enumerable.Range(0, 640).Select(i => held.Times(identity.narrow(0, i, 1))).ToList();
        var holds = cat(rows).t().to(ScalarType.Float64);                                  // the matrix, read out column by column
        Assert.InRange(Error(holds, weight.to(ScalarType.Float64)), loss / 10, loss);
        var levels = bits == DecodeBits.Int8 ? 127.0 : 8;
        var groups = weight.to(ScalarType.Float64).view(96, 20, 32);
        var step = groups.abs().amax([2], keepdim: true) / levels;
        var worst = ((holds.view(96, 20, 32) - groups).abs() / step).max().item<double>();
        // half a step, a whole one at 4 bits' missing +8, and the scale's own rounding
        Assert.InRange(worst, 0.4, bits == DecodeBits.Int8 ? 0.8 : 1.05);
        var x = Normal(4, 2, 640);
        Assert.InRange(Error(held.Times(x), x.to(ScalarType.Float64).matmul(holds.t())), 0, 1e-6);
    }

    [Fact]
    public void Zeros_stay_zeros_and_odd_widths_are_refused()
    {
        using var _ = NewDisposeScope();
        foreach (var bits in (DecodeBits[])[DecodeBits.Int8, DecodeBits.Int4])
        {
            using var held = new QuantizedWeight(zeros(16, 128, ScalarType.BFloat16), bits);
            Assert.Equal(0, held.Times(ones(1, 128)).abs().max().item<float>());
        }
        Assert.Throws<ArgumentException>(() => new QuantizedWeight(zeros(16, 100, ScalarType.BFloat16), DecodeBits.Int8));
        Assert.Null(PlainWeight.TryCreate(zeros(16, 100, ScalarType.BFloat16)));
        Assert.Null(PlainWeight.TryCreate(zeros(16, 128)));
    }

    /// <summary>A source that holds one weight, frozen as it is.</summary>
    sealed class OneWeight(Tensor weight_OI) : WeightSource
    {
        protected override Parameter Make(string name, long[] shape) => new(weight_OI.alias(), requires_grad: false);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 1, 650, false), InlineData(ScalarType.BFloat16, 3, 100, true),
        InlineData(ScalarType.Float16, 1, 650, false), InlineData(ScalarType.Float16, 3, 100, true)]
    public void Wide_products_and_their_gradients_are_those_of_a_linear_map(ScalarType stored, int rows, int length, bool gradient)
    {
        using var _ = NewDisposeScope();
        var weight = Normal(5, 1024, 1024).Times(0.03).to(stored);
        var x = Normal(6, rows, length, 1024).to(ScalarType.BFloat16).requires_grad_(gradient);
        Assert.True(WideProduct.Supports(x, weight));
        var y = new Projection(new(new OneWeight(weight)), 1024, 1024, bias: false).Forward(x);
        Assert.Equal([rows, length, 1024], y.shape);
        Assert.InRange(Error(y.detach(), x.detach().to(ScalarType.Float64).matmul(weight.to(ScalarType.Float64).t())), 0, 4e-3);
        if (!gradient) return;
        var upstream = Normal(7, rows, length, 1024).to(ScalarType.BFloat16);
        y.backward([upstream]);
        Assert.InRange(Error(x.grad!, upstream.to(ScalarType.Float64).matmul(weight.to(ScalarType.Float64))), 0, 4e-3);
    }

    [Theory, InlineData(DecodeBits.Int8), InlineData(DecodeBits.Int4)]
    internal void Fewer_bits_touch_written_tokens_and_neither_features_nor_prompts(DecodeBits bits)
    {
        var folder = Directory.CreateTempSubdirectory("radz-decode-").FullName;
        try
        {
            Cli.TinyModelFolder.Write(folder, width: 128, type: ScalarType.BFloat16);
            using var stored = RadiologyEncoder.Load(folder, new() { ComputeType = ScalarType.BFloat16 });
            using var fewer = RadiologyEncoder.Load(folder, new() { ComputeType = ScalarType.BFloat16, Decode = bits });
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            var pixels = Normal(11, 1, 3, 32, 32);
            void Same(Func<RadiologyEncoder, Tensor> of) => Assert.True(of(stored).equal(of(fewer)).all().item<bool>());
            // the last layer sees the 4 modality tokens alone
            Same(e => e.Images(pixels, globalOnly: true).Global_BD);
            Same(e => e.Images(pixels).Local_BD!);
            Same(e => e.Texts(["mass"], globalOnly: true).Global_BD);
            Same(e => new TextGenerator(e).FirstTokens(pixels, ["Why?"], cancel: TestContext.Current.CancellationToken));

            Tensor[] Written(RadiologyEncoder encoder)
            {
                Prompt[] prompts = [new(new([5, 6, 7], [TokenRole.Text, TokenRole.Text, TokenRole.Text]), 0)];
                using var prefix = PromptPrefix.Decode(encoder.Model, prompts, null, ScalarType.BFloat16, CancellationToken.None);
                using var session = DecodingSession.Begin(encoder.Model, prefix, prompts, null, ScalarType.BFloat16, 1,
                    CancellationToken.None);
                var first = session.Next_BW.clone();
                session.Append([8], CancellationToken.None);
                return [first, session.Next_BW.clone()];
            }
            var (expected, actual) = (Written(stored), Written(fewer));
            Assert.True(expected[0].equal(actual[0]).all().item<bool>());
            Assert.InRange(Error(actual[1], expected[1].to(ScalarType.Float64)), 1e-4, 0.5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, InlineData(1, 4, 2, 300, false), InlineData(2, 4, 4, 130, true), InlineData(1, 8, 2, 40, false)]
    public void Attention_in_blocks_is_attention(int batch, int heads, int shared, int length, bool gradient)
    {
        using var _ = NewDisposeScope();
        Tensor Make(long seed, int n) => Normal(seed, batch, n, length, 64).to(ScalarType.BFloat16);
        var (q, k, v) = (Make(8, heads).requires_grad_(gradient), Make(9, shared), Make(10, shared));
        Tensor Double(Tensor x) => x.to(ScalarType.Float64).repeat_interleave(heads / x.shape[1], 1);
        var exact = q.detach().to(ScalarType.Float64).requires_grad_(gradient);
        var expected = nn.functional.scaled_dot_product_attention(exact, Double(k), Double(v), is_casual: true);
        var mixed = Attention.Mix(q, k, v, causal: true);
        Assert.InRange(Error(mixed.detach(), expected.detach()), 0, 0.01);
        if (!gradient) return;
        mixed.sum().backward();
        expected.sum().backward();
        Assert.InRange(Error(q.grad!, exact.grad!), 0, 0.03);
    }
}
