using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Phases;

// B batch, S positions, V patches, W vision width, D feature width

/// <summary>
/// Two encoders as in CLIP (Radford et al. 2021), with what the LLaVA beside them has: the same vision tower, whose normalised patches'
/// mean a linear map takes to width D; and a text encoder of its own, an embedding table and as many causal layers as the decoder has,
/// whose normalised states' mean over the text a linear map takes to width D. A text is <c>&lt;s&gt; {text}</c>, cut at the model's limit.
/// </summary>
sealed class EncoderPair : IDisposable
{
    readonly ModelFolder _folder;
    readonly ScalarType _compute;
    readonly DecoderStack _text;
    readonly Projection _imageMap, _textMap;
    readonly Tensor _noSpecials_KD;
    readonly int _visionWidth;

    public EncoderPair(ModelFolder folder, int seed, Device device, ScalarType compute)
    {
        (_folder, _compute, _visionWidth) = (folder, compute, folder.Config.Vision.HiddenSize);
        var config = folder.Config.Decoder with { TieWordEmbeddings = true };                                     // no LM head
        var source = new FreshWeights(seed, device);
        var root = new WeightScope(source);
        _text = new(root.In("text_encoder"), DecoderSpec.From(config));
        _imageMap = new(root.In("image_projection"), _visionWidth, config.HiddenSize, bias: false);
        _textMap = new(root.In("text_projection"), config.HiddenSize, config.HiddenSize, bias: false);
        _noSpecials_KD = zeros(0, config.HiddenSize, device: device).DetachFromDisposeScope();
        Weights = source.Taken;
    }

    /// <summary>What is trained beside the vision tower.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights { get; }

    public TokenSequence Sequence(string text)
    {
        var words = _folder.Tokenizer.Encode(text.Trim());
        int[] begin = _folder.Tokenizer.BeginId is { } id ? [id] : [];
        int[] ids = [.. begin, .. words.AsSpan(0, Math.Min(_folder.Settings.TextLimit - begin.Length, words.Length))];
        return new(ids, [.. Enumerable.Repeat(TokenRole.Text, ids.Length)]);
    }

    /// <summary>[B, D].</summary>
    public FeaturePair Images(Tensor patches_BVW)
    {
        using var _ = NewDisposeScope();
        var mean_BW = F.layer_norm(patches_BVW.to(ScalarType.Float32), [_visionWidth]).mean([1]);
        return new(_imageMap.Forward(mean_BW).MoveToOuterDisposeScope(), null);
    }

    /// <summary>[B, D], in the order of the texts; those of like length are computed together.</summary>
    public FeaturePair Texts(IReadOnlyList<TokenSequence> texts)
    {
        using var _ = NewDisposeScope();
        var groups = LengthGroups.Group([.. texts.Select(t => t.Length)]);
        var back = new long[texts.Count];
        foreach (var (place, index) in groups.SelectMany(g => g).Index()) back[index] = place;
        var sorted_BD = cat([.. groups.Select(g => EncodeTexts([.. g.Select(i => texts[i])]))]);
        return new(sorted_BD.index_select(0, tensor(back, device: sorted_BD.device)).MoveToOuterDisposeScope(), null);
    }

    Tensor EncodeTexts(IReadOnlyList<TokenSequence> texts)
    {
        using var _ = NewDisposeScope();
        var batch = TokenBatch.Pad(texts, _folder.Settings.PadToken, PaddingSide.Right);
        var embeds_BSD = EmbeddedSequence.Build(batch, _text.Table_VD, _noSpecials_KD, 0, null, _compute);
        var last_BSD = _text.Normalize(_text.Forward(embeds_BSD, _folder.Config.Decoder.NumHiddenLayers)).to(ScalarType.Float32);
        var mean_BD = FeaturePooling.Weights(batch, Pooling.Mean, last_BSD.device).narrow(1, 0, 1).bmm(last_BSD).squeeze(1);
        return _textMap.Forward(mean_BD).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _text.Dispose();
        _noSpecials_KD.Dispose();
        foreach (var (_, value) in Weights) value.Dispose();
    }
}
