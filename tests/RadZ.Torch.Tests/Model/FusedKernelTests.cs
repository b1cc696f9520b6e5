using RadZ.Model.Adapters;
using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>
/// Passes over activations in the products' order, and their gradients, against the plain operations in double precision.
/// </summary>
public partial class FusedKernelTests
{
    /// <summary>What rounding to bfloat16 may do to one number: half a unit of 8 bits, relative to the largest.</summary>
    internal const double Rounding = 0.004;

    internal static Tensor Normal(long seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    static Tensor Laid(Tensor x) => FeatureOrder.Arrange(x.to(ScalarType.BFloat16));

    internal static Tensor Exact(Tensor x) => x.detach().to(ScalarType.Float64).requires_grad_();

    static double Error(Tensor actual, Tensor expected) =>
        ((actual.detach().to(ScalarType.Float64) - expected.detach()).norm() / expected.detach().norm()).item<double>();

    internal static double Worst(Tensor actual, Tensor expected) =>
        ((actual.detach().to(ScalarType.Float64) - expected.detach()).abs().max() / expected.detach().abs().max()).item<double>();

    public static TheoryData<int, int, int> Sizes => new() { { 1, 595, 64 }, { 3, 37, 48 }, { 1, 16, 130 }, { 2, 8, 33 } };

    [Theory, MemberData(nameof(Sizes))]
    public void Norms_of_sums_and_their_gradients(int batch, int length, int width)
    {
        using var _ = NewDisposeScope();
        var (x, y, weight) = (Laid(Normal(1, batch, length, width)).requires_grad_(),
            Laid(Normal(2, batch, length, width)).requires_grad_(), Normal(3, width).abs());
        Assert.True(FusedNorm.Supports(x, weight));
        Tensor Plain(Tensor v) => v * rsqrt(v.square().mean([-1], keepdim: true) + 1e-5) * weight.to(ScalarType.Float64);
        var (xd, yd) = (Exact(x), Exact(y));
        var (sum, normed) = FusedNorm.ComputeOfSum(x, y, weight, 1e-5);
        var sumd = xd + yd;
        var normedd = Plain(sumd);
        Assert.True(FeatureOrder.IsArranged(sum) && FeatureOrder.IsArranged(normed));
        Assert.InRange(Worst(sum, sumd), 0, Rounding);
        Assert.InRange(Error(normed, normedd), 0, Rounding);
        var (g, h) = (Laid(Normal(4, batch, length, width)), Laid(Normal(5, batch, length, width)));
        torch.autograd.backward([sum, normed], [g, h]);
        torch.autograd.backward([sumd, normedd], [g.to(ScalarType.Float64), h.to(ScalarType.Float64)]);
        Assert.InRange(Error(x.grad!, xd.grad!), 0, 2 * Rounding);
        Assert.InRange(Error(y.grad!, yd.grad!), 0, 2 * Rounding);

        var (z, zd) = (Laid(Normal(6, batch, length, width)).requires_grad_(), Exact(Laid(Normal(6, batch, length, width))));
        FusedNorm.Compute(z, weight, 1e-5).backward([h]);
        Plain(zd).backward([h.to(ScalarType.Float64)]);
        Assert.InRange(Error(z.grad!, zd.grad!), 0, 2 * Rounding);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gates_and_their_gradients(int batch, int length, int width)
    {
        using var _ = NewDisposeScope();
        foreach (var laid in (bool[])[true, false])
        {
            Tensor Make(long seed) =>
                laid ? Laid(Normal(seed, batch, length, width) * 4) : (Normal(seed, batch, length, width) * 4).to(ScalarType.BFloat16);
            var (g, u) = (Make(1).requires_grad_(), Make(2).requires_grad_());
            Assert.True(FusedGate.Supports(g, u));
            var (gd, ud) = (Exact(g), Exact(u));
            var (actual, expected) = (FusedGate.Compute(g, u), gd * gd.sigmoid() * ud);
            Assert.InRange(Worst(actual, expected), 0, Rounding);
            var upstream = Make(3);
            actual.backward([upstream]);
            expected.backward([upstream.to(ScalarType.Float64)]);
            Assert.InRange(Worst(g.grad!, gd.grad!), 0, Rounding);
            Assert.InRange(Worst(u.grad!, ud.grad!), 0, Rounding);
        }
    }

    [Theory, InlineData(1, 4, 595, 64), InlineData(3, 2, 21, 32)]
    public void Turns_and_their_gradients(int batch, int heads, int length, int head)
    {
        using var _ = NewDisposeScope();
        var config = new DecoderConfig
        {
            ModelType = "llama",
            HiddenSize = heads * head,
            IntermediateSize = 8,
            NumHiddenLayers = 1,
            NumAttentionHeads = heads,
            NumKeyValueHeads = heads,
            HeadDim = head,
            VocabSize = 10,
        };
        using var rope = RotaryTable.For(new(config.RopeTheta), config.HeadDim, 2 * length, CPU);
        var flat = Laid(Normal(1, batch, length, heads * head));
        var x = flat.view(batch, length, heads, head).transpose(1, 2).requires_grad_();
        Assert.True(FusedTurn.Supports(x));
        var plain = x.detach().contiguous().to(ScalarType.Float32).requires_grad_();
        Assert.False(FusedTurn.Supports(plain));
        var places = arange(length).flip(0).repeat(batch, 1);
        foreach (var turn in (Func<Tensor, Tensor>[])[v => rope.Rotate(v), v => rope.Rotate(v, 5), v => rope.Rotate(v, places)])
        {
            var (actual, expected) = (turn(x), turn(plain));
            Assert.InRange(Worst(actual, expected.to(ScalarType.Float64)), 0, Rounding);
            var upstream = Normal(2, batch, heads, length, head).to(ScalarType.BFloat16);
            var (grad, exact) = (autograd.grad([actual], [x], [upstream])[0],
                autograd.grad([expected], [plain], [upstream.to(ScalarType.Float32)])[0]);
            Assert.InRange(Worst(grad, exact.to(ScalarType.Float64)), 0, Rounding);
        }
    }

    /// <summary>Sums of two bfloat16 numbers often lie just between two others: ties to even, as torch has it.</summary>
    [Fact]
    public void Sums_are_rounded_as_torch_rounds_them()
    {
        using var _ = NewDisposeScope();
        var (x, y) = (Normal(1, 1, 997, 64) * 8, Normal(2, 1, 997, 64));
        foreach (var (i, special) in ((float[])[0, 1e-40f, 3.3e38f, float.PositiveInfinity, float.NaN]).Index())
        {
            x[0, i] = tensor(special);
            y[0, i] = tensor(special);
        }
        var (expected, actual) = ((x.to(ScalarType.BFloat16) + y.to(ScalarType.BFloat16)).to(ScalarType.Float32),
            FusedNorm.ComputeOfSum(Laid(x), Laid(y), ones(64), 1e-5).Sum.to(ScalarType.Float32));
        Assert.True((expected.eq(actual) | (expected.isnan() & actual.isnan())).all().item<bool>());
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Biases_and_quick_gelu(int batch, int length, int width)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var (x, bias) = (Laid(Normal(1, batch, length, width) * 3), Normal(2, width));
        var exact = x.to(ScalarType.Float64) + bias.to(ScalarType.Float64);
        FusedBias.Add(x, bias);
        Assert.InRange(Worst(x, exact), 0, Rounding);
        exact = x.to(ScalarType.Float64);
        FusedBias.QuickGelu(x);
        Assert.InRange(Worst(x, exact * (1.702 * exact).sigmoid()), 0, Rounding);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Layer_norms_of_sums(int batch, int length, int width)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        // a mean that squares would drown in
        var (x, y, weight, bias) =
            (Laid(Normal(1, batch, length, width) + 20), Laid(Normal(2, batch, length, width)), Normal(3, width), Normal(4, width));
        Assert.True(FusedLayerNorm.Supports(x, weight));
        Tensor Plain(Tensor v) => nn.functional.layer_norm(v, [width], weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), 1e-5);
        var (sum, normed) = FusedLayerNorm.Compute(x, y, weight, bias, 1e-5);
        Assert.True(FeatureOrder.IsArranged(sum) && FeatureOrder.IsArranged(normed));
        Assert.True(sum.equal(x.Plus(y)).all().item<bool>());
        Assert.InRange(Worst(normed, Plain(sum.to(ScalarType.Float64))), 0, Rounding);
        Assert.InRange(Worst(FusedLayerNorm.Compute(x, null, weight, bias, 1e-5).Normed, Plain(x.to(ScalarType.Float64))), 0, Rounding);
    }

    [Theory, InlineData(3, 128, 595, 129), InlineData(2, 7, 33, 27), InlineData(1, 5, 16, 16), InlineData(4, 3, 3, 1)]
    public void Softmax_of_scores_and_its_gradient(int heads, int queries, int keys, int seen)
    {
        using var _ = NewDisposeScope();
        var scores = (Normal(1, heads, queries, keys) * 30).to(ScalarType.BFloat16).requires_grad_();
        var hidden = arange(keys).unsqueeze(0).ge(arange(queries).unsqueeze(1) + seen);
        var exact = Exact(scores);
        var expected = nn.functional.softmax((exact * 0.11).masked_fill(hidden, double.NegativeInfinity), -1);
        var actual = FusedSoftmax.Compute(scores, 0.11, queries, seen);
        Assert.InRange(Worst(actual, expected), 0, Rounding);
        Assert.Equal(0, (actual.detach().to(ScalarType.Float32) * hidden).abs().max().item<float>());
        var upstream = Normal(2, heads, queries, keys).to(ScalarType.BFloat16);
        actual.backward([upstream]);
        expected.backward([upstream.to(ScalarType.Float64)]);
        // where a weight is near 1, its own rounding is what is left
        Assert.InRange((scores.grad! - exact.grad!).abs().max().ToDouble(), 0,
            0.11 * Rounding * upstream.abs().max().to(ScalarType.Float64).ToDouble());
        using var __ = no_grad();
        var before = actual.detach().clone();
        Assert.True(before.equal(FusedSoftmax.Compute(scores.detach().clone(), 0.11, queries, seen)).all().item<bool>());
        foreach (var odd in (float[])[float.NaN, float.PositiveInfinity])
        {
            var broken = scores.detach().clone();
            broken[0, 1, 0] = tensor(odd);
            Assert.Equal(Math.Min(keys, seen + 1), FusedSoftmax.Compute(broken, 0.11, queries, seen).isnan().sum().item<long>());
        }
    }

    /// <summary>Causal and free, in blocks and whole, with and without groups of queries, against double precision.</summary>
    [Theory, InlineData(2, 4, 2, 40, true), InlineData(1, 4, 1, 300, true), InlineData(1, 2, 2, 300, false), InlineData(2, 2, 2, 17, false)]
    public void Attention_in_blocks_and_its_gradients(int batch, int heads, int groups, int length, bool causal)
    {
        using var _ = NewDisposeScope();
        Tensor Make(long seed, int n) =>
            Laid(Normal(seed, batch, length, n * 32)).view(batch, length, n, 32).transpose(1, 2).requires_grad_();
        var (q, k, v) = (Make(1, heads), Make(2, groups), Make(3, groups));
        var (qd, kd, vd) = (Exact(q), Exact(k), Exact(v));
        var scores = qd.matmul(kd.repeat_interleave(heads / groups, 1).transpose(2, 3)) / Math.Sqrt(32);
        if (causal) scores = scores.masked_fill(ones(length, length, ScalarType.Bool).triu(1), double.NegativeInfinity);
        var expected = nn.functional.softmax(scores, -1).matmul(vd.repeat_interleave(heads / groups, 1));
        var actual = Attention.Mix(q, k, v, causal: causal);
        Assert.InRange(Error(actual, expected), 0, 2 * Rounding);
        var upstream = Normal(4, batch, heads, length, 32).to(ScalarType.BFloat16);
        actual.backward([upstream]);
        expected.backward([upstream.to(ScalarType.Float64)]);
        foreach (var (x, xd) in ((Tensor, Tensor)[])[(q, qd), (k, kd), (v, vd)]) Assert.InRange(Error(x.grad!, xd.grad!), 0, 3 * Rounding);
    }

    [Fact]
    public void What_is_not_a_number_stays_visible_where_it_was()
    {
        using var _ = NewDisposeScope();
        var x = Normal(1, 1, 20, 32);
        x[0, 3, 5] = tensor(float.NaN);
        x[0, 4, 5] = tensor(float.PositiveInfinity);
        var (gate, ones_) = (FusedGate.Compute(Laid(x), Laid(ones(1, 20, 32))).to(ScalarType.Float32),
            FusedNorm.Compute(Laid(x), ones(32), 1e-5).to(ScalarType.Float32));
        Assert.Equal(1, gate.isnan().sum().item<long>());
        Assert.True(float.IsNaN(gate[0, 3, 5].item<float>()) && float.IsPositiveInfinity(gate[0, 4, 5].item<float>()));
        Assert.Equal(32, ones_[0, 3].isnan().sum().item<long>());
        Assert.Equal(0, ones_.narrow(1, 5, 15).isnan().sum().item<long>());
    }

    [Theory, InlineData(3, 1, 29), InlineData(16, 2, 50), InlineData(20, 1, 595)]
    public void Adapters_over_frozen_weights_and_their_gradients(int rank, int batch, int length)
    {
        using var _ = NewDisposeScope();
        var (inputs, outputs) = (1024, 1056);
        var weight = (Normal(1, outputs, inputs) * 0.03).to(ScalarType.BFloat16);
        var pair = new LoraPair(new Parameter(Normal(2, rank, inputs) * 0.03), new Parameter(Normal(3, outputs, rank) * 0.3), 2, 0);
        var x = Normal(4, batch, length, inputs).to(ScalarType.BFloat16).requires_grad_();
        Assert.True(FrozenLora.Supports(x, weight));
        var (xd, a, b) = (Exact(x), Exact(pair.Down_RI), Exact(pair.Up_OR));
        var expected = xd.matmul(weight.to(ScalarType.Float64).t()) + 2 * xd.matmul(a.t()).matmul(b.t());
        var actual = FrozenLora.Compute(x, weight, pair, null);
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange(Error(actual, expected), 0, Rounding);
        using (no_grad()) Assert.True(actual.equal(FrozenLora.Compute(x, weight, pair, null)).all().item<bool>());
        var upstream = Normal(5, batch, length, outputs).to(ScalarType.BFloat16);
        actual.backward([upstream]);
        expected.backward([upstream.to(ScalarType.Float64)]);
        Assert.InRange(Error(x.grad!, xd.grad!), 0, Rounding);
        // float32 throughout: nothing is rounded to bfloat16
        Assert.InRange(Error(pair.Down_RI.grad!, a.grad!), 0, 1e-5);
        Assert.InRange(Error(pair.Up_OR.grad!, b.grad!), 0, 1e-5);
    }

    [Fact]
    public void What_an_adapter_drops_follows_its_key_and_the_gradients_follow_it()
    {
        using var _ = NewDisposeScope();
        const int Width = 1024, Length = 203;
        var weight = zeros(Width, Width, ScalarType.BFloat16);
        // B A = 1 on the first 16 inputs: what comes out is what was kept
        var pair = new LoraPair(new Parameter(eye(16, Width)), new Parameter(eye(Width, 16)), 1, 0.25);
        var x = ones(1, Length, Width, ScalarType.BFloat16).requires_grad_();
        Tensor Kept(ulong key) => FrozenLora.Compute(x, weight, pair, DropKey.Create(key, 0.25)).narrow(2, 0, 16);
        var kept = Kept(12345);
        Assert.True((kept.detach().eq(0) | (kept.detach().to(ScalarType.Float32) - 4.0 / 3).abs().lt(0.01)).all().item<bool>());
        var share = kept.detach().eq(0).to(ScalarType.Float64).mean().item<double>();
        Assert.InRange(share, 0.22, 0.28);                                                 // 3248 numbers: four standard deviations
        var other = Kept(12346).detach().eq(0);
        // 0.25 squared: independent
        Assert.InRange((other & kept.detach().eq(0)).to(ScalarType.Float64).mean().item<double>(), 0.04, 0.085);
        kept.backward([ones_like(kept)]);
        Assert.True(x.grad!.narrow(2, 0, 16).equal(kept.detach()).all().item<bool>());
        Assert.Equal(0, x.grad!.narrow(2, 16, Width - 16).abs().max().to(ScalarType.Float32).item<float>());
        var diagonal = pair.Down_RI.grad!.narrow(1, 0, 16).diagonal();
        var sums = kept.detach().to(ScalarType.Float32).sum([0, 1]);
        Assert.InRange(Error(diagonal, sums.to(ScalarType.Float64)), 0, 2e-3);
        Assert.InRange(Error(pair.Up_OR.grad!.narrow(0, 0, 16).diagonal(), sums.to(ScalarType.Float64)), 0, 2e-3);
    }

    public static TheoryData<string> Gradients =>
        [nameof(FrozenLora), nameof(WideProduct), nameof(FusedGate), nameof(FusedNorm), nameof(FusedTurn)];

    /// <summary>
    /// What a gradient needs is taken away: the fault comes back as an exception (the process would end otherwise), and the next pass is
    /// whole.
    /// </summary>
    [Theory, MemberData(nameof(Gradients))]
    public void A_gradient_that_cannot_be_computed_is_thrown_after_the_pass(string kernel)
    {
        using var _ = NewDisposeScope();
        (Tensor Input, Tensor Loss, Action Spoil) Of()
        {
            var x = Normal(1, 1, 32, 1024).to(ScalarType.BFloat16).requires_grad_();
            var (laid, other) = (FeatureOrder.Arrange(x * 2), Laid(Normal(5, 1, 32, 1024)));
            var weight = (Normal(2, 1024, 1024) * 0.03).to(ScalarType.BFloat16);
            var pair = new LoraPair(new Parameter(Normal(3, 4, 1024)), new Parameter(Normal(4, 1024, 4)), 2, 0);
            var (cos, sin) = (ones(32, 32), zeros(32, 32));
            void Change(Tensor saved)
            {
                using var off = no_grad();
                // torch does not give a saved tensor out that has changed
                saved.add_(1);
            }
            return kernel switch
            {
                nameof(FrozenLora) => (x, FrozenLora.Compute(x, weight, pair, null).sum(), pair.Up_OR.Dispose),
                nameof(WideProduct) => (x, WideProduct.Compute(x, weight).sum(), weight.Dispose),
                nameof(FusedGate) => (x, FusedGate.Compute(laid, other).sum(), () => Change(laid)),
                nameof(FusedNorm) => (x, FusedNorm.Compute(laid, ones(1024), 1e-5).sum(), () => Change(laid)),
                _ => (x, FusedTurn.Compute(laid.view(1, 32, 16, 64).transpose(1, 2), cos, sin).sum(), () => Change(cos)),
            };
        }
        var (input, loss, spoil) = Of();
        spoil();
        var error = Assert.Throws<InvalidOperationException>(() => BackwardPass.Run(() => loss.backward()));
        Assert.Contains("could not be computed in the backward pass", error.Message);
        Assert.NotNull(error.InnerException);

        (input, loss, var __) = Of();
        BackwardPass.Run(() => loss.backward());
        Assert.True(input.grad!.isfinite().all().item<bool>());
    }

    /// <summary>A model wide enough for every kernel, in bfloat16 and, by the plain operations, in float32.</summary>
    [Fact]
    public void A_whole_model_by_kernels_is_the_model()
    {
        var folder = Directory.CreateTempSubdirectory("radz-fused-").FullName;
        try
        {
            Cli.TinyModelFolder.Write(folder, width: 1024, type: ScalarType.BFloat16);
            using var fused = RadiologyEncoder.Load(folder, new() { ComputeType = ScalarType.BFloat16 });
            using var plain = RadiologyEncoder.Load(folder, new() { ComputeType = ScalarType.Float32 });
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            var pixels = Normal(11, 2, 3, 32, 32);
            string[] texts = ["mass",
                "a large right pleural effusion with a second sentence that makes it long enough for a product of many rows"];
            void Near(Func<RadiologyEncoder, Tensor> of) => Assert.InRange(Error(of(fused), of(plain).to(ScalarType.Float64)), 0, 0.02);
            Near(e => e.Images(pixels, globalOnly: true).Global_BD);
            Near(e => e.Images(pixels).Local_BD!);
            Near(e => e.Texts(texts, globalOnly: true).Global_BD);
            Near(e => e.Texts(texts).Local_BD!);

            Tensor Written(RadiologyEncoder encoder)
            {
                Prompt Of(int length) =>
                    new(new([.. Enumerable.Range(5, length)], [.. Enumerable.Repeat(TokenRole.Text, length)]), 0);
                var steps = new List<Tensor>();
                foreach (var prompts in (Prompt[][])[[Of(30)], [Of(5), Of(3)]])                // one row, and two of which one is padded
                {
                    using var prefix = PromptPrefix.Decode(encoder.Model, prompts, null, encoder.ComputeType, CancellationToken.None);
                    using var session = DecodingSession.Begin(encoder.Model, prefix, prompts, null, encoder.ComputeType, 3,
                        CancellationToken.None);
                    for (var t = 0; t < 3; t++)
                    {
                        session.Append(prompts.Select((_, i) => 8 + t + i), CancellationToken.None);
                        steps.Add(session.Next_BW.clone());
                    }
                }
                return cat(steps);
            }
            Near(Written);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
