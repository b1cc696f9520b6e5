using RadZ.Knowledge;
using RadZ.Model;
using RadZ.Recognition;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Evidence;

public sealed class ExplainerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-evidence-").FullName;
    readonly RadiologyEncoder _encoder;
    readonly Recognizer _recognizer;
    readonly float[] _pixels = new float[3 * 32 * 32];

    public ExplainerTests()
    {
        TinyModelFolder.Write(_folder);
        _encoder = RadiologyEncoder.Load(_folder);
        _recognizer = new(_encoder, DiseaseList.Of(["pneumonia", "mass", "edema", "no finding"], KnowledgeBase.Embedded), ScoreKind.Direct, new TextFeatureCache(null));
        var random = new Random(3);
        for (var i = 0; i < _pixels.Length; i++) _pixels[i] = (float)(random.NextDouble() * 4 - 2);
    }

    IReadOnlyList<RadZ.Imaging.HeatMap> Explain(HeatMapMethod method, params int[] diseases) =>
        new Explainer(_encoder, _recognizer).Explain(_pixels, diseases, method, TestContext.Current.CancellationToken);

    Tensor Pixels => tensor(_pixels, [1, 3, 32, 32]);

    [Fact]
    public void What_is_watched_is_what_the_encoder_computes()
    {
        using var _ = NewDisposeScope();
        using var evidence = _encoder.Evidence(Pixels);
        Assert.True(evidence.Global_BD.allclose(_encoder.Images(Pixels, globalOnly: true).Global_BD, rtol: 0, atol: 1e-5));
        Assert.Equal([1, 4, 4], evidence.Attention_BNKS.shape[..3]);
        Assert.True(evidence.Attention_BNKS.sum(-1).allclose(ones(1, 4, 4), rtol: 0, atol: 1e-5));
        Assert.Equal([1, 16, 32], evidence.Patches_BVD.shape);
    }

    [Fact]
    public void The_watched_attention_is_the_softmax_of_products()
    {
        using var _ = NewDisposeScope();
        var watch = new AttentionWatch();
        Tensor q = tensor(new float[] { 2, 0 }, [1, 1, 1, 2]), k = tensor(new float[] { 1, 0, 0, 5 }, [1, 1, 2, 2]), v = tensor(new float[] { 1, 0, 0, 1 }, [1, 1, 2, 2]);
        var mixed = watch.Mix(q, k, v, ones(1, 2, ScalarType.Bool));
        var e = Math.Exp(2 / Math.Sqrt(2));
        Assert.Equal(e / (e + 1), watch.Weights_BNTS[0, 0, 0, 0].item<float>(), 1e-6);
        Assert.Equal(1 / (e + 1), mixed[0, 0, 0, 1].item<float>(), 1e-6);
        watch.Weights_BNTS.Dispose();
    }

    [Fact]
    public void Contributions_are_attention_times_its_gradient()
    {
        using var _ = NewDisposeScope();
        var map = Explain(HeatMapMethod.Gradient, 1)[0];
        // the score's slope along one weight, by a small step through the rest of the layer, is what autograd says: checked on the sum of all weights of all patches
        using var evidence = _encoder.Evidence(Pixels);
        var contrast = Explainer.Contrast(_recognizer.Scores(evidence.Global_BD)).select(1, 1).sum();
        var gradient = autograd.grad([contrast], [evidence.Attention_BNKS])[0];
        var expected = evidence.AttentionToPatches((evidence.Attention_BNKS.detach() * gradient).clamp_min(0)).flatten().data<float>().ToArray();
        Assert.Equal(expected, map.Values);
        Assert.Equal((4, 4), (map.Columns, map.Rows));
        Assert.Contains(map.Values, v => v > 0);
    }

    [Theory]
    [InlineData(HeatMapMethod.Gradient, 4)]
    [InlineData(HeatMapMethod.Occlusion, 16)]
    [InlineData(HeatMapMethod.Similarity, 4)]
    [InlineData(HeatMapMethod.Attention, 4)]
    public void Every_way_gives_a_map_for_each_disease_and_the_same_twice(HeatMapMethod method, int cells)
    {
        var (once, twice) = (Explain(method, 2, 0), Explain(method, 2, 0));
        Assert.Equal(2, once.Count);
        Assert.All(once, m => Assert.Equal((cells, cells, cells * cells), (m.Columns, m.Rows, m.Values.Length)));
        Assert.All(once.Zip(twice), p => Assert.Equal(p.First.Values, p.Second.Values));
        Assert.All(once.SelectMany(m => m.Values), v => Assert.True(float.IsFinite(v)));
        Assert.Equal(method == HeatMapMethod.Attention, once[0].Values.SequenceEqual(once[1].Values));
    }

    [Fact]
    public void Covering_what_is_even_already_changes_nothing()
    {
        Array.Fill(_pixels, 0.5f);
        Assert.All(Explain(HeatMapMethod.Occlusion, 0)[0].Values, v => Assert.Equal(0, v, 1e-4));
    }

    [Fact]
    public void Deletion_begins_where_insertion_ends()
    {
        var map = Explain(HeatMapMethod.Occlusion, 1)[0];
        var followed = Faithfulness.Of(_encoder, _recognizer, _pixels, 1, map);
        var reversed = Faithfulness.Of(_encoder, _recognizer, _pixels, 1, map with { Values = [.. map.Values.Select(v => -v)] });
        // taking away from the hottest on is bringing back from the coldest on, backwards (no two cells of this map tie)
        Assert.Equal(map.Values.Length, map.Values.Distinct().Count());
        Assert.Equal(followed.Deletion, reversed.Insertion, 1e-6);
        Assert.Equal(followed.Insertion, reversed.Deletion, 1e-6);
    }

    public void Dispose()
    {
        _recognizer.Dispose();
        _encoder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
