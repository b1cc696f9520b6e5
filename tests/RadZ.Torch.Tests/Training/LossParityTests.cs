using System.Text.Json.Nodes;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Recognition.Scoring;
using RadZ.TestKit;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Torch.Tests.Training;

/// <summary>
/// Every loss of the method and its gradients in double precision, against PyTorch at 1e-12 (relative where the gradient is large).
/// </summary>
public class LossParityTests
{
    const double Tolerance = 1e-12;

    public static TheoryData<int> Cases =>
        [.. JsonNode.Parse(File.ReadAllText(Fixtures.At("model", "method", "losses.json")))!.AsArray()
            .Select(c => c!["case"]!.GetValue<int>())];

    [Theory, MemberData(nameof(Cases))]
    public void Losses_and_gradients_are_pytorchs(int number)
    {
        using var _ = NewDisposeScope();
        using var file = new SafetensorsFile(Fixtures.At("model", "method", "losses.safetensors"));
        var record = JsonNode.Parse(File.ReadAllText(Fixtures.At("model", "method", "losses.json")))!.AsArray()
            .Single(c => c!["case"]!.GetValue<int>() == number)!;
        List<IReadOnlyList<int>?> positives =
            [.. record["positives"]!.AsArray().Select(p => p?.AsArray().Select(i => i!.GetValue<int>()).ToList())];
        foreach (var loss in record["losses"]!.AsArray())
        {
            var (name, tau) = (loss!["loss"]!.GetValue<string>(), loss["tau"]!.GetValue<double>());
            string[] keys = ["g_image", "l_image", "g_text", "l_text", "bank"];
            var x = keys.ToDictionary(k => k, k => file.Read($"{number}.{k}").clone().requires_grad_());
            var value = Value(name, tau, x, positives);
            Assert.InRange(Math.Abs(value.item<double>() - loss["value"]!.GetValue<double>()), 0,
                Tolerance * Math.Max(1, Math.Abs(loss["value"]!.GetValue<double>())));
            value.backward();
            foreach (var key in keys)
            {
                var expected = $"{number}.{tau.ToString(System.Globalization.CultureInfo.InvariantCulture)}.{name}.grad.{key}";
                if (!file.Header.Tensors.ContainsKey(expected))
                {
                    Assert.True(x[key].grad is null || x[key].grad!.abs().max().item<double>() == 0,
                        $"{expected}: PyTorch has no gradient here");
                    continue;
                }
                var gradient = file.Read(expected);
                var scale = Math.Max(1, gradient.abs().max().item<double>());
                Assert.InRange((x[key].grad! - gradient).abs().max().item<double>(), 0, Tolerance * scale);
            }
        }
    }

    static Tensor Value(string name, double tau, Dictionary<string, Tensor> x, List<IReadOnlyList<int>?> positives)
    {
        var (image, text) = (new FeaturePair(x["g_image"], x["l_image"]), new FeaturePair(x["g_text"], x["l_text"]));
        var size = positives.Count;
        Tensor Anchor() => AnchorLoss.Compute(image.Global_BD, text.Global_BD, x["bank"], positives, tau);
        Tensor Cross() => CrossLoss.Compute(image, text, tau);
        return name switch
        {
            "cross" => Cross(),
            "global" => CrossLoss.Compute(image, text, tau, CrossVariant.Global),
            _ when Number(name, "global+local w=") is { } w => CrossLoss.Compute(image, text, tau, CrossVariant.GlobalLocal, w),
            "cross, same-label targets" =>
                CrossLoss.Compute(image, text, tau, targets_BB: tensor(PairTargets.SameLabel(positives), [size, size])),
            "anchor" => Anchor(),
            _ when Number(name, "total lambda=") is { } lambda => lambda * Cross() + (1 - lambda) * Anchor(),
            _ => throw new InvalidOperationException($"losses.json names a loss this test does not know: {name}"),
        };
    }

    static double? Number(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal)
        ? double.Parse(name[prefix.Length..], System.Globalization.CultureInfo.InvariantCulture) : null;

    [Theory, MemberData(nameof(Cases))]
    public void Scores_and_probabilities_are_pytorchs(int number)
    {
        using var _ = NewDisposeScope();
        using var file = new SafetensorsFile(Fixtures.At("model", "method", "losses.safetensors"));
        var (g, prompts, bank) = (file.Read($"{number}.g_image"), file.Read($"{number}.prompts"), file.Read($"{number}.bank"));
        Check("direct", Similarity.Direct(g, prompts, 0.05));
        Check("anchored", Similarity.Anchored(g, prompts, bank, 0.05));

        void Check(string kind, Tensor scores)
        {
            var expected = file.Read($"{number}.scores.{kind}");
            Assert.InRange((scores - expected).abs().max().item<double>(), 0, Tolerance * Math.Max(1, expected.abs().max().item<double>()));
            Assert.InRange((F.softmax(scores, 1) - file.Read($"{number}.probability.{kind}")).abs().max().item<double>(), 0, 1e-11);
        }
    }

    [Fact]
    public void A_share_that_all_descriptions_have_changes_nothing_in_the_centred_form_and_everything_in_the_papers()
    {
        using var _ = NewDisposeScope();
        // three directions plus a common fourth; image 0 is disease 0
        var own = eye(3, 4, dtype: ScalarType.Float64);
        var common = tensor(new double[] { 0, 0, 0, 3 }, [1, 4]);
        var (image, bank) = (own.narrow(0, 0, 1) + common, own + common);
        // category 2 is the most "typical" text
        var categories = tensor(new double[] { 1, 0, 0, 2, 0, 1, 0, 3, 0, 0, 1, 4 }, [3, 4]);
        var centered = Similarity.AnchoredCentered(image, categories, bank, 0.05);
        Assert.Equal(0, centered.argmax(1).item<long>());
        Assert.Equal(2, Similarity.Anchored(image, categories, bank, 0.05).argmax(1).item<long>());
        var alone = Similarity.AnchoredCentered(image, categories, bank.narrow(0, 0, 1), 0.05);
        Assert.True(alone[0, 0].item<double>() > alone[0, 1].item<double>());
        // by hand: unit bank rows (e_i, 3)/sqrt 10, less their mean; image and category 0 seen through it: (2, -1, -1)/(3 sqrt 10) each,
        // times 1/sqrt 10 and 1/sqrt 5; the product over tau
        Assert.Equal(6.0 / 90 / Math.Sqrt(10) / Math.Sqrt(5) / 0.05, centered[0, 0].item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(1.0, 0.3132616875182228)]   // ln(1 + e^-1)
    [InlineData(0.5, 0.1269280110429725)]   // ln(1 + e^-2)
    public void Loss_of_orthogonal_pairs_is_known(double temperature, double expected)
    {
        using var _ = NewDisposeScope();
        var unit = eye(2, dtype: ScalarType.Float64);
        Assert.Equal(expected, ContrastiveLoss.Compute(unit, unit, temperature).item<double>(), 1e-14);
    }

    [Fact]
    public void Unknown_samples_take_no_part_in_the_anchor_loss()
    {
        using var _ = NewDisposeScope();
        var bank = eye(3, dtype: ScalarType.Float64);
        var features = eye(3, dtype: ScalarType.Float64);
        var known = AnchorLoss.Compute(features.narrow(0, 0, 1), features.narrow(0, 0, 1), bank, [[0]], 1).item<double>();
        var withUnknown = AnchorLoss.Compute(features, features, bank, [[0], null, []], 1).item<double>();
        Assert.Equal(known, withUnknown, 1e-14);
        Assert.Equal(Math.Log(1 + 2 / Math.E), known, 1e-14);
        Assert.Equal(0, AnchorLoss.Compute(features, features, bank, [null, null, null], 1).item<double>());
    }
}
