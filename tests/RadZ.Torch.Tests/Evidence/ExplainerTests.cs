using RadZ.Files;
using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Evidence;

public sealed class ExplainerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-evidence-").FullName;
    readonly RadiologyEncoder _encoder;
    readonly ImageScorer _recognizer;
    readonly float[] _pixels = new float[3 * 32 * 32];

    public ExplainerTests()
    {
        TinyModelFolder.Write(_folder);
        _encoder = RadiologyEncoder.Load(_folder);
        _recognizer = new(_encoder, DiseaseList.Create(["pneumonia", "mass", "edema", "no finding"], KnowledgeBase.Embedded),
            ScoreKind.Direct,
            new TextFeatureCache(null));
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
        Tensor q = tensor(new float[] { 2, 0 }, [1, 1, 1, 2]), k = tensor(new float[] { 1, 0, 0, 5 }, [1, 1, 2, 2]),
        v = tensor(new float[] { 1, 0, 0, 1 }, [1, 1, 2, 2]);
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
        // the score's slope along one weight, by a small step through the rest of the layer, is what autograd says: checked on the sum of
        // all weights of all patches
        using var evidence = _encoder.Evidence(Pixels);
        var contrast = Explainer.Contrast(_recognizer.Scores(evidence.Global_BD)).select(1, 1).sum();
        var gradient = autograd.grad([contrast], [evidence.Attention_BNKS])[0];
        var expected = evidence.AttentionToPatches((evidence.Attention_BNKS.detach() * gradient).clamp_min(0)).flatten().data<float>()
            .ToArray();
        Assert.Equal(expected, map.Values);
        Assert.Equal((4, 4), (map.Columns, map.Rows));
        Assert.Contains(map.Values, v => v > 0);
    }

    [Fact]
    public void Gradients_point_to_the_one_place_that_the_score_reads()
    {
        using var _ = NewDisposeScope();
        using var evidence = _encoder.Evidence(Pixels);
        var attention = evidence.Attention_BNKS;
        HashSet<int> pointed = [];
        for (var position = 0; position < attention.shape[3]; position++)
        {
            // the score is what all tokens of all heads get from one position; nothing else is read
            var reads = zeros_like(attention);
            reads.select(3, position).fill_(3);
            var read = evidence.AttentionToPatches(reads).flatten().data<float>().ToArray();
            var map = evidence.AttentionToPatches(Explainer.Moving((attention * reads).sum(), attention, retain: true)).flatten()
                .data<float>().ToArray();
            var against = evidence.AttentionToPatches(Explainer.Moving((attention * -reads).sum(), attention, retain: true)).flatten()
                .data<float>().ToArray();
            Assert.All(map.Index(), v => Assert.Equal(read[v.Index] > 0, v.Item > 0));
            Assert.All(against, v => Assert.Equal(0, v));                               // what speaks against is no evidence
            if (map.Any(v => v > 0)) pointed.Add(Assert.Single(map.Index(), v => v.Item > 0).Index);
        }
        Assert.Equal(16, pointed.Count);                                                  // every patch has its position; text has none
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

    // what a map must point to is known here by construction: the score reads one place and nothing else

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 15)]
    [InlineData(9, 3)]
    [InlineData(15, 8)]
    public void Covering_points_to_the_one_place_that_the_score_reads(int row, int column)
    {
        using var _ = NewDisposeScope();
        Tensor Score(Tensor pixels_B3SS)
        {
            var read_B1 = pixels_B3SS.narrow(2, row * 2, 2).narrow(3, column * 2, 2).to(ScalarType.Float64).abs().mean([1, 2, 3])
                .unsqueeze(1);
            return cat([read_B1, -read_B1], 1);
        }
        // a single bright place: covering it takes the score away
        var pixels = zeros(1, 3, 32, 32);
        pixels.narrow(2, row * 2, 2).narrow(3, column * 2, 2).fill_(3);
        var maps = Occlusion.Compute(Score, pixels, [0, 1], TestContext.Current.CancellationToken);
        var highest = maps[0].Values.Max();
        Assert.True(highest > 0);
        Assert.Equal(highest, maps[0].Values[row * 16 + column], 1e-6);
        Assert.All(maps[0].Values.Index(),
            v => Assert.True(v.Item < highest - 1e-3 || (v.Index / 16, v.Index % 16) == (row, column), $"cell {v.Index} is as high"));
        Assert.All(maps[1].Values, v => Assert.True(v <= 0));
    }

    [Fact]
    public void Covering_what_is_the_same_everywhere_prefers_no_edge()
    {
        using var _ = NewDisposeScope();
        var noise = new Random(4);
        // a score that no place moves, but every look is a little off: over many maps the highest place is at the edge no more often than
        // its 60 of 256 cells make
        var pixels = zeros(1, 3, 32, 32);
        var edge = 0;
        for (var i = 0; i < 60; i++)
        {
            var map = Occlusion.Compute(p => Looks(p.shape[0]), pixels, [0], TestContext.Current.CancellationToken)[0];
            var at = Array.IndexOf(map.Values, map.Values.Max());
            if (at / 16 is 0 or 15 || at % 16 is 0 or 15) edge++;
        }
        // means of fewer windows at the edge are there far more often
        Assert.InRange(edge, 0, 30);

        Tensor Looks(long rows) =>
            tensor([.. Enumerable.Range(0, (int)rows).Select(_ => noise.NextDouble())], [rows, 1], dtype: ScalarType.Float64);
    }

    [Theory]
    [InlineData(128, 16, 4)]
    [InlineData(336, 14, 1)]
    [InlineData(224, 16, 2)]
    [InlineData(32, 8, 4)]
    public void Shifts_go_to_some_32_cells_by_whole_pixels(int side, int patch, int steps) =>
        Assert.Equal(steps, ShiftedMaps.StepsOf(side, patch));

    [Fact]
    public void A_shifted_map_is_the_mean_of_what_the_patches_round_each_place_say()
    {
        using var _ = NewDisposeScope();
        // what a patch says: the mean of its four middle pixels; so a cell is the picture's own value there
        static Tensor Say(Tensor pixels_N3SS) =>
            stack([.. from y in Enumerable.Range(0, 4)
                      from x in Enumerable.Range(0, 4)
                      select pixels_N3SS.narrow(2, y * 8 + 3, 2).narrow(3, x * 8 + 3, 2).mean([1, 2, 3])], 1).unsqueeze(2);
        var pixels = Pixels;
        var map = ShiftedMaps.Compute(Say, pixels, 8, [0], TestContext.Current.CancellationToken)[0];
        var middles = pixels.mean([1]).squeeze(0).reshape(16, 2, 16, 2).mean([1, 3]).flatten().data<float>().ToArray();
        Assert.Equal((16, 16), (map.Columns, map.Rows));
        // by hand: five cells each way, those at half a patch's distance count half, and beyond the edge there is nothing
        double[] weight = [.125, .25, .25, .25, .125];
        for (var cell = 0; cell < 256; cell++)
        {
            var expected = (from y in Enumerable.Range(-2, 5)
                            from x in Enumerable.Range(-2, 5)
                            let r = cell / 16 + y
                            let c = cell % 16 + x
                            where r is >= 0 and < 16 && c is >= 0 and < 16
                            select weight[y + 2] * weight[x + 2] * middles[r * 16 + c]).Sum();
            Assert.Equal(expected, map.Values[cell], 1e-5);
        }
    }

    [Theory]
    [InlineData(2, 13)]
    [InlineData(4, 11)]
    [InlineData(9, 6)]
    public void Patches_that_say_how_much_of_them_is_covered_point_to_something_smaller_than_they_are(int row, int column)
    {
        using var _ = NewDisposeScope();
        static Tensor Covered(Tensor pixels_N3SS) => nn.functional.avg_pool2d(pixels_N3SS.narrow(1, 0, 1), 8).flatten(1).unsqueeze(2);
        var pixels = zeros(1, 3, 32, 32);
        pixels.narrow(2, row * 2, 2).narrow(3, column * 2, 2).fill_(1);
        var map = ShiftedMaps.Compute(Covered, pixels, 8, [0], TestContext.Current.CancellationToken)[0];
        Assert.Equal(row * 16 + column, Array.IndexOf(map.Values, map.Values.Max()));
        Assert.Single(map.Values, v => v > map.Values.Max() * 0.999);
    }

    [Fact]
    public void What_is_said_at_a_patch_changes_most_where_the_picture_changes()
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var before = _encoder.PatchStates(Pixels);
        foreach (var v in (int[])[0, 3, 6, 9, 15])
        {
            var changed = Pixels;
            changed.narrow(2, v / 4 * 8, 8).narrow(3, v % 4 * 8, 8).mul_(-3);
            Assert.Equal(v, (_encoder.PatchStates(changed) - before).norm(-1).argmax().item<long>());
        }
    }

    [Fact]
    public void A_model_that_was_not_taught_to_point_says_so() =>
        Assert.Equal("not-grounded", Assert.Throws<InvalidInputException>(() => Explain(HeatMapMethod.Grounded, 0)).Kind);

    [Fact]
    public void A_taught_model_gives_parts_of_places_and_by_itself()
    {
        Assert.Equal(HeatMapMethod.Gradient, Explainer.StandardOf(_encoder.Folder.Settings));
        var folder = Path.Combine(_folder, "taught");
        _encoder.Writer.Save(folder, ScalarType.Float32, _encoder.Folder.Settings with { Grounding = new() { Scale = 12, Shift = -1 } });
        using var taught = RadiologyEncoder.Load(folder);
        Assert.Equal(HeatMapMethod.Grounded, Explainer.StandardOf(taught.Folder.Settings));
        using var scorer = new ImageScorer(taught, DiseaseList.Create(["pneumonia", "mass"], KnowledgeBase.Embedded), ScoreKind.Direct,
            new TextFeatureCache(null));
        var maps = new Explainer(taught, scorer).Explain(_pixels, [1, 0], HeatMapMethod.Grounded,
            TestContext.Current.CancellationToken);
        Assert.All(maps, m => Assert.Equal((16, 16), (m.Columns, m.Rows)));
        Assert.All(maps.SelectMany(m => m.Values), v => Assert.InRange(v, 0, 1));
        // by hand: each patch of each move, then their means
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var padded = nn.functional.pad(Pixels, [8, 8, 8, 8], PaddingModes.Replicate);
        var text = taught.Texts([RadZ.Text.Wording.CategoryPrompts.Default.Present("mass")], globalOnly: true).Global_BD;
        var said = new float[256];
        for (var down = 0; down < 4; down++)
            for (var across = 0; across < 4; across++)
            {
                var states_VD = taught.PatchStates(padded.narrow(2, 8 - 3 + 2 * down, 32).narrow(3, 8 - 3 + 2 * across, 32))[0];
                var cosine_V = nn.functional.cosine_similarity(states_VD, text, dim: 1).data<float>().ToArray();
                for (var v = 0; v < 16; v++)
                    said[(v / 4 * 4 + down) * 16 + v % 4 * 4 + across] = (float)(1 / (1 + Math.Exp(1 - 12 * cosine_V[v])));
            }
        Assert.All(ShiftedMaps.Covering(said, 16, 4).Zip(maps[0].Values), v => Assert.Equal(v.First, v.Second, 1e-4));
    }

    [Fact]
    public void Deletion_begins_where_insertion_ends()
    {
        var map = Explain(HeatMapMethod.Occlusion, 1)[0];
        var followed = Faithfulness.Measure(_encoder, _recognizer, _pixels, 1, map);
        var reversed = Faithfulness.Measure(_encoder, _recognizer, _pixels, 1, map with { Values = [.. map.Values.Select(v => -v)] });
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
