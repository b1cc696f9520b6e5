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
            var read_B1 = pixels_B3SS.narrow(2, row * 2, 2).narrow(3, column * 2, 2).to(ScalarType.Float64).abs().mean([1, 2, 3]).unsqueeze(1);
            return cat([read_B1, -read_B1], 1);
        }
        // a single bright place: covering it takes the score away
        var pixels = zeros(1, 3, 32, 32);
        pixels.narrow(2, row * 2, 2).narrow(3, column * 2, 2).fill_(3);
        var maps = Occlusion.Of(Score, pixels, [0, 1], TestContext.Current.CancellationToken);
        var highest = maps[0].Values.Max();
        Assert.True(highest > 0);
        Assert.Equal(highest, maps[0].Values[row * 16 + column], 1e-6);
        Assert.All(maps[0].Values.Index(), v => Assert.True(v.Item < highest - 1e-3 || (v.Index / 16, v.Index % 16) == (row, column), $"cell {v.Index} is as high"));
        Assert.All(maps[1].Values, v => Assert.True(v <= 0));
    }

    [Fact]
    public void Covering_what_is_the_same_everywhere_prefers_no_edge()
    {
        using var _ = NewDisposeScope();
        var noise = new Random(4);
        // a score that no place moves, but every look is a little off: over many maps the highest place is at the edge no more often than its 60 of 256 cells make
        var pixels = zeros(1, 3, 32, 32);
        var edge = 0;
        for (var i = 0; i < 200; i++)
        {
            var map = Occlusion.Of(p => randomlike(p.shape[0]), pixels, [0], TestContext.Current.CancellationToken)[0];
            var at = Array.IndexOf(map.Values, map.Values.Max());
            if (at / 16 is 0 or 15 || at % 16 is 0 or 15) edge++;
        }
        Assert.InRange(edge, 0, 90);                                                     // expected some 47 to 65; means of fewer windows at the edge gave 150

        Tensor randomlike(long rows) => tensor([.. Enumerable.Range(0, (int)rows).Select(_ => noise.NextDouble())], [rows, 1], dtype: ScalarType.Float64);
    }

    [Theory]
    [InlineData(128, 16, 4)]
    [InlineData(336, 14, 1)]
    [InlineData(224, 16, 2)]
    [InlineData(32, 8, 4)]
    public void Shifts_go_to_some_32_cells_by_whole_pixels(int side, int patch, int steps) => Assert.Equal(steps, ShiftedMaps.StepsOf(side, patch));

    [Fact]
    public void Each_cell_of_a_shifted_map_is_what_the_patch_round_it_says()
    {
        using var _ = NewDisposeScope();
        // what a patch says: the mean of its four middle pixels; so a cell is the picture's own value there
        static Tensor Say(Tensor pixels_N3SS) => stack([.. from y in Enumerable.Range(0, 4) from x in Enumerable.Range(0, 4) select pixels_N3SS.narrow(2, y * 8 + 3, 2).narrow(3, x * 8 + 3, 2).mean([1, 2, 3])], 1).unsqueeze(2);
        var pixels = Pixels;
        var map = ShiftedMaps.Of(Say, pixels, 8, [0], TestContext.Current.CancellationToken)[0];
        var middles = pixels.mean([1]).squeeze(0).reshape(16, 2, 16, 2).mean([1, 3]).flatten().data<float>().ToArray();
        Assert.Equal((16, 16), (map.Columns, map.Rows));
        Assert.All(map.Values.Zip(middles), v => Assert.Equal(v.Second, v.First, 1e-5));
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
        _encoder.Save(folder, ScalarType.Float32, _encoder.Folder.Settings with { Grounding = new() { Scale = 12, Shift = -1 } });
        using var taught = RadiologyEncoder.Load(folder);
        Assert.Equal(HeatMapMethod.Grounded, Explainer.StandardOf(taught.Folder.Settings));
        using var recognizer = new Recognizer(taught, DiseaseList.Of(["pneumonia", "mass"], KnowledgeBase.Embedded), ScoreKind.Direct, new TextFeatureCache(null));
        var maps = new Explainer(taught, recognizer).Explain(_pixels, [1, 0], HeatMapMethod.Grounded, TestContext.Current.CancellationToken);
        Assert.All(maps, m => Assert.Equal((16, 16), (m.Columns, m.Rows)));
        Assert.All(maps.SelectMany(m => m.Values), v => Assert.InRange(v, 0, 1));
        // one cell by hand: the picture moved so that its patch's middle falls there
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var moved = nn.functional.pad(Pixels, [8, 8, 8, 8], PaddingModes.Replicate).narrow(2, 8 + 3, 32).narrow(3, 8 - 1, 32);   // the last of four rows of cells, the second of four columns
        var state = taught.PatchStates(moved)[0, 6];
        var text = taught.Texts([RadZ.Tokens.CategoryPrompts.Default.Present("mass")], globalOnly: true).Global_BD[0];
        var cosine = nn.functional.cosine_similarity(state, text, dim: 0).item<float>();
        Assert.Equal(1 / (1 + Math.Exp(1 - 12 * cosine)), maps[0].Values[(1 * 4 + 3) * 16 + 2 * 4 + 1], 1e-4);
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
