using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>The tiny models made by PyTorch: every <c>llava-*-tiny</c> folder under the fixture root.</summary>
static class FixtureModel
{
    public static TheoryData<string> Folders =>
        [.. Directory.GetDirectories(Fixtures.At("model"), "llava-*-tiny").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    public static LlavaModel Build(string folder, ScalarType? type = null, bool trainable = false, string? adapter = null,
        Tensor? specials = null, LlavaConfig? config = null)
    {
        config ??= LlavaConfigFile.Read(Path.Combine(Directory.Exists(folder) ? folder : Path.GetDirectoryName(folder)!, "config.json"));
        using var file = new CheckpointWeights(folder, type, CPU, trainable);
        using var over = adapter is null ? null : AdapterFolder.Open(adapter);
        var adapted = over is null ? null : AdaptedWeights.Load(file, [over], CPU, trainable: true);
        var vocabulary = config.Decoder.VocabSize;
        var special = SpecialTokens.Create(config.ImageTokenIndex, 0, Enumerable.Range(vocabulary, 4), Enumerable.Range(vocabulary + 4, 8));
        var model = new LlavaModel(adapted as WeightSource ?? file, config, special,
            table => specials?.clone() ?? zeros(12, table.shape[1]));
        file.Verify();
        adapted?.Verify();
        return model;
    }

    /// <summary>Rows of the fixtures: ids at or above the vocabulary are modality tokens, the image id a patch, mask 0 padding.</summary>
    public static TokenBatch Batch(LlavaConfig config, Tensor ids_BS, Tensor mask_BS)
    {
        var (ids, mask, length) = (ids_BS.data<long>().ToArray(), mask_BS.data<long>().ToArray(), (int)ids_BS.shape[1]);
        var rows = Enumerable.Range(0, (int)ids_BS.shape[0]).Select(row =>
        {
            var real = Enumerable.Range(row * length, length).Where(i => mask[i] == 1).ToArray();
            return new TokenSequence(
                [.. real.Select(i => (int)ids[i])],
                [.. real.Select(i => ids[i] >= config.Decoder.VocabSize ? TokenRole.Special
                    : ids[i] == config.ImageTokenIndex ? TokenRole.Image : TokenRole.Text)]);
        });
        return TokenBatch.Pad([.. rows], 0, PaddingSide.Right);
    }

    /// <summary>Largest difference of two tensors at the positions the mask keeps.</summary>
    public static double Difference(Tensor actual_BSD, Tensor expected_BSD, Tensor? mask_BS = null)
    {
        using var _ = NewDisposeScope();
        Assert.Equal(expected_BSD.shape, actual_BSD.shape);
        var difference = (actual_BSD.detach().to(ScalarType.Float64) - expected_BSD.to(ScalarType.Float64)).abs();
        if (mask_BS is not null) difference = difference * mask_BS.unsqueeze(-1).to(ScalarType.Float64);
        var worst = difference.max().item<double>();
        return double.IsNaN(worst) ? double.PositiveInfinity : worst;
    }
}
