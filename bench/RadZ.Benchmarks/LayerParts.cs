using System.Diagnostics;
using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;

namespace RadZ.Benchmarks;

/// <summary>
/// What one decoder layer of a checkpoint takes, its products alone, and each in the order of memory that it may be asked in.
/// </summary>
static class LayerParts
{
    public static void Run(string folder, int positions, int rounds)
    {
        using var encoder = RadiologyEncoder.Load(folder);
        var decoder = encoder.Folder.Config.Decoder;
        using var scope = NewDisposeScope();
        using var __ = no_grad();
        var ceiling = FullSize.Ceiling();
        Tensor W(string n) => encoder.Training.Weights.First(w => w.Name == $"language_model.model.layers.0.{n}.weight").Value;
        string[] names = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj",
            "mlp.down_proj"];
        var narrow = randn(positions, decoder.HiddenSize).to(ScalarType.BFloat16);
        var wide = randn(positions, decoder.IntermediateSize).to(ScalarType.BFloat16);
        var (narrowT, wideT) = (narrow.t().contiguous(), wide.t().contiguous());
        var cases = new List<(string Name, double Flops, Action Run)>();
        foreach (var name in names)
        {
            var w = W(name);
            var down = name == "mlp.down_proj";
            var flops = 2.0 * positions * w.numel();
            var (x, xT) = down ? (wide, wideT) : (narrow, narrowT);
            cases.Add(($"{name} row order", flops, () => w.mm(x.t()).Dispose()));
            cases.Add(($"{name} feature order", flops, () => w.mm(xT).Dispose()));
            cases.Add(($"{name} x is left", flops, () => x.mm(w.t()).Dispose()));
        }
        var h = randn(1, positions, decoder.HiddenSize).to(ScalarType.BFloat16);
        var model = encoder.Model;
        Action Layers(int n) => () => { using var s = NewDisposeScope(); model.Penultimate(h); };
        cases.Add(("layers", 0, Layers(1)));
        Tensor Feature(long width) => FeatureOrder.Arrange(randn(1, positions, width).to(ScalarType.BFloat16));
        var (a, b, gate, up) = (Feature(decoder.HiddenSize), Feature(decoder.HiddenSize), Feature(decoder.IntermediateSize),
            Feature(decoder.IntermediateSize));
        var weight = ones(decoder.HiddenSize);
        var rope = RotaryTable.For(new(decoder.RopeTheta), decoder.HeadDim, positions, CPU);
        Tensor Heads(Tensor x) => x.view(1, positions, -1, decoder.HeadDim).transpose(1, 2);
        var key = Feature(decoder.NumKeyValueHeads * decoder.HeadDim);
        Action Quiet(Action run) => () => { using var s = NewDisposeScope(); run(); };
        cases.Add(("norm", 0, Quiet(() => FusedNorm.Compute(a, weight, 1e-5))));
        cases.Add(("sum and norm", 0, Quiet(() => FusedNorm.ComputeOfSum(a, b, weight, 1e-5))));
        cases.Add(("sum", 0, Quiet(() => a.Plus(b))));
        cases.Add(("gate", 0, Quiet(() => FusedGate.Compute(gate, up))));
        cases.Add(("turn of queries", 0, Quiet(() => rope.Rotate(Heads(a)))));
        cases.Add(("turn of keys", 0, Quiet(() => rope.Rotate(Heads(key)))));
        cases.Add(("attention", 0, Quiet(() => Attention.Mix(Heads(a), Heads(key), Heads(key), causal: true))));
        var mixed = Attention.Mix(Heads(a), Heads(key), Heads(key), causal: true);
        cases.Add(("mixed together", 0, Quiet(() => mixed.transpose(1, 2).reshape(1, positions, -1))));
        var v = encoder.Folder.Config.Vision;
        var seen = randn(1, v.Patches + 1, v.HiddenSize).to(ScalarType.BFloat16);
        var seenF = FeatureOrder.Arrange(seen);
        Tensor Seen(Tensor x) => x.view(1, v.Patches + 1, v.NumAttentionHeads, -1).transpose(1, 2);
        cases.Add(("vision attention", 0, Quiet(() => Attention.Mix(Seen(seenF), Seen(seenF), Seen(seenF)))));
        cases.Add(("vision norm of a sum", 0,
            Quiet(() => FusedLayerNorm.Compute(seenF, seenF, ones(v.HiddenSize), zeros(v.HiddenSize), 1e-5))));
        cases.Add(("vision norm, torch, row order", 0,
            Quiet(() => nn.functional.layer_norm(seen, [v.HiddenSize], ones(v.HiddenSize, ScalarType.BFloat16),
                zeros(v.HiddenSize, ScalarType.BFloat16), 1e-5))));
        cases.Add(("vision sum, two orders", 0, Quiet(() => seen.Plus(seenF))));
        cases.Add(("vision sum, feature order", 0, Quiet(() => seenF.Plus(seenF))));
        foreach (var name in (string[])["self_attn.q_proj", "mlp.fc1", "mlp.fc2"])
        {
            var w = encoder.Training.Weights.First(x => x.Name == $"vision_tower.vision_model.encoder.layers.0.{name}.weight").Value;
            var x = randn(1, v.Patches + 1, w.shape[1]).to(ScalarType.BFloat16);
            var xF = FeatureOrder.Arrange(x);
            var flops = 2.0 * (v.Patches + 1) * w.numel();
            cases.Add(($"vision {name} row order", flops, Quiet(() => WideProduct.Compute(x, w))));
            cases.Add(($"vision {name} feature order", flops, Quiet(() => WideProduct.Compute(xF, w))));
            cases.Add(($"vision {name} x is left", flops, Quiet(() => nn.functional.linear(x, w))));
        }
        var spent = new Dictionary<string, double>();
        void Sequence()
        {
            using var s = NewDisposeScope();
            var clock = Stopwatch.GetTimestamp();
            T Step<T>(string name, T value)
            {
                var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
                spent[name] = spent.TryGetValue(name, out var best) ? Math.Min(best, seconds) : seconds;
                clock = Stopwatch.GetTimestamp();
                return value;
            }
            Tensor P(string n, Tensor x) => Step(n, WideProduct.Compute(x, W(n)));
            var x = Step("order", FeatureOrder.Arrange(h));
            var nx = Step("norm", FusedNorm.Compute(x, weight, 1e-5));
            var (q, k, value) = (P(names[0], nx), P(names[1], nx), P(names[2], nx));
            var (turnedQ, turnedK) = (Step("turn of queries", rope.Rotate(Heads(q))), Step("turn of keys", rope.Rotate(Heads(k))));
            var heads = Step("attention", Attention.Mix(turnedQ, turnedK, Heads(value), causal: true));
            var output = P(names[3], Step("heads together", heads.transpose(1, 2).reshape(1, positions, -1)));
            var (sum, normed) = Step("sum and norm", FusedNorm.ComputeOfSum(x, output, weight, 1e-5));
            var (g, u) = (P(names[4], normed), P(names[5], normed));
            var down = P(names[6], Step("gate", FusedGate.Compute(g, u)));
            Step("sum", sum.Plus(down));
        }
        for (var i = 0; i < 8; i++) Sequence();
        Console.WriteLine("best of each part, in the order of a layer:");
        foreach (var (name, seconds) in spent) Console.WriteLine($"   {name,-20} {seconds * 1e3,8:f2} ms");
        Console.WriteLine($"   together             {spent.Values.Sum() * 1e3,8:f2} ms");
        var times = Rounds.Time(rounds, 2, [.. ceiling, .. cases.Select(c => c.Run)]);
        var rate = FullSize.Rate(times, 3);
        Console.WriteLine($"ceiling {rate / 1e9:f0}");
        foreach (var (i, c) in cases.Index())
            Console.WriteLine($"{c.Name,-44} {times[i + 3].Min() * 1e3,8:f2} ms  median {Rounds.Median(times[i + 3]) * 1e3,8:f2}  " +
                $"{c.Flops / times[i + 3].Min() / 1e9,6:f0}   {c.Flops / times[i + 3].Min() / rate,5:f3}");
    }
}
