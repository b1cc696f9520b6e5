using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Vision;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B batch, S positions, V patches, D decoder width, K special rows

/// <summary>
/// LLaVA with the method's modality tokens: pixels and token ids in, features of the penultimate hidden state out. Later layers,
/// the final norm and the LM head are held, since a checkpoint has them, and are not run for features.
/// </summary>
sealed partial class LlavaModel : IDisposable
{
    readonly TowerSpec _tower;
    readonly VisionTower _vision;
    readonly VisionProjector _projector;
    readonly DecoderStack _decoder;
    readonly FeatureHead _head;
    readonly IReadOnlyList<(string Name, Parameter Value)> _weights;
    readonly WeightSource _source;

    /// <param name="source">Where the weights come from.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="special">The ids of image and modality tokens.</param>
    /// <param name="makeSpecials">The modality tokens' rows [K, D], given the embedding table [vocabulary, D].</param>
    /// <param name="form">How features are read; the method's if null.</param>
    public LlavaModel(WeightSource source, LlavaConfig config, SpecialTokens special, Func<Tensor, Tensor> makeSpecials,
        FeatureForm? form = null)
    {
        TorchHeap.KeepBlocks();
        (Config, Special, Form) = (config, special, form ?? new());
        (Decoder, _tower) = (DecoderSpec.From(config.Decoder), TowerSpec.From(config));
        int[] ids = [.. special.ImageClassIds, .. special.TextClassIds];
        FirstSpecial = ids.FirstOrDefault();
        if (!ids.Select((id, i) => id - i).All(first => first == FirstSpecial))
            throw new ArgumentException("The modality tokens' ids must follow each other: image first, then text.", nameof(special));
        var root = new WeightScope(source);
        try
        {
            _vision = new(root.In(WeightNames.Vision), _tower);
            _projector = new(root.In(WeightNames.Projector), ProjectorSpec.From(config));
            _decoder = new(root.In(WeightNames.Decoder), Decoder);
            _head = new(root.In(WeightNames.FeatureHead), config.Decoder.HiddenSize, Form.Head);
            using var rows_KD = makeSpecials(_decoder.Table_VD);
            Specials_KD = new Parameter(rows_KD.to(ScalarType.Float32), requires_grad: _decoder.Table_VD.requires_grad);
            Specials_KD.DetachFromDisposeScope();
        }
        catch
        {
            source.Release();
            throw;
        }
        _source = source;
        _weights = ids.Length == 0 ? [.. source.Taken] : [.. source.Taken, (WeightNames.Specials, Specials_KD)];
    }

    public LlavaConfig Config { get; }

    /// <summary>What the decoder computes.</summary>
    public DecoderSpec Decoder { get; }

    public SpecialTokens Special { get; }

    /// <summary>How features are read.</summary>
    public FeatureForm Form { get; }

    /// <summary>Decoder layers that must be run for the features.</summary>
    public int LayersNeeded => Form.LayersNeeded(Config.Decoder.NumHiddenLayers);

    /// <summary>The id of the first modality token; row i of <see cref="Specials_KD"/> belongs to the id i behind it.</summary>
    public int FirstSpecial { get; }

    /// <summary>
    /// The modality tokens, always trained, always float32, kept apart from the table so that a frozen table stays a mapped file.
    /// </summary>
    public Parameter Specials_KD { get; }

    /// <summary>Every weight by name; the modality tokens are <c>specials</c>, where there are any.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights => _weights;

    public Device Device => _decoder.Table_VD.device;

    /// <summary>The embedding table.</summary>
    public Parameter Table_VD => _decoder.Table_VD;

    /// <summary>Whether and how decoder layers are run again in the backward pass.</summary>
    public LayerReplay? Replay
    {
        get => _decoder.Replay;
        set => _decoder.Replay = value;
    }

    /// <summary>
    /// The patches' hidden states that the projector reads, [B, V, vision width], of [B, 3, side, side] normalised pixels. With
    /// <paramref name="watch"/> the whole tower is run and shown, state by state.
    /// </summary>
    public Tensor See(Tensor pixels_BCSS, Action<Tensor>? watch = null)
    {
        using var _ = NewDisposeScope();
        if (watch is not null) _vision.Forward(pixels_BCSS, _tower.Layers, watch);
        var states_BSD = _vision.Forward(pixels_BCSS, _tower.LayersRead);
        return states_BSD.narrow(1, _tower.Positions - _tower.Patches, _tower.Patches).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Patches as the decoder sees them: [B, V, D].</summary>
    public Tensor Project(Tensor seen_BVD) => _projector.Forward(seen_BVD);

    /// <summary>What the decoder is fed: the table's rows, the modality tokens' rows, and patches at image positions.</summary>
    public Tensor Embed(TokenBatch batch, Tensor? patches_BVD, ScalarType compute) =>
        EmbeddedSequence.Build(batch, _decoder.Table_VD, Specials_KD, FirstSpecial, patches_BVD, compute);

    /// <summary>
    /// The hidden state that features are read from (the penultimate, if the form says nothing else), [B, S, D], or only of the asked
    /// positions, [B, T, D].
    /// </summary>
    public Tensor Penultimate(Tensor embeds_BSD, AskedPositions? asked = null) => _decoder.Forward(embeds_BSD, LayersNeeded, asked);

    /// <summary>All layers and the final norm; every state on the way goes to <paramref name="watch"/>.</summary>
    public Tensor Last(Tensor embeds_BSD, Action<Tensor>? watch = null)
    {
        using var _ = NewDisposeScope();
        return _decoder.Normalize(_decoder.Forward(embeds_BSD, Config.Decoder.NumHiddenLayers, watch: watch)).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of every token from normalised last states.</summary>
    public Tensor Logits(Tensor last_BSD, WeightForm form = WeightForm.Stored) => _decoder.Logits(last_BSD, form);

    /// <summary>
    /// Global and local features of a batch, whose image positions take <paramref name="patches_BVD"/> in their order. With
    /// <paramref name="globalOnly"/> the last layer is computed for the modality tokens alone.
    /// </summary>
    public FeaturePair Features(TokenBatch batch, Tensor? patches_BVD, ScalarType compute, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        var embeds_BSD = Embed(batch, patches_BVD, compute);
        if (globalOnly && Form.Pooling != Pooling.Mean)
            return new FeaturePair(_head.Forward(Penultimate(embeds_BSD, GlobalPositions(batch))).mean([1]), null)
                .MoveToOuterDisposeScope();
        var weights_B2S = Retain(FeaturePooling.Weights(batch, Form.Pooling, Device));
        var pooled_B2D = _head.IsIdentity ? _decoder.Pooled(embeds_BSD, LayersNeeded, weights_B2S)
            : weights_B2S.bmm(_head.Forward(Penultimate(embeds_BSD)));
        return new FeaturePair(pooled_B2D.select(1, 0), pooled_B2D.select(1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Global and local features of packed texts, in their order there.</summary>
    public FeaturePair Features(PackedTexts texts, ScalarType compute, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        var (count, row) = (texts.Numbers.Count, texts.For(Form.Pooling, Device));
        if (Replay is not null) row.Detach();
        var embeds_1SD = Embed(TokenBatch.Pad([texts.Row], 0, PaddingSide.Right), null, compute);
        if (globalOnly && Form.Pooling != Pooling.Mean)
        {
            var read_1TD = _head.Forward(_decoder.Forward(embeds_1SD, LayersNeeded, row.Asked, texts: row));
            return new FeaturePair(read_1TD.reshape(count, -1, read_1TD.shape[2]).mean([1]), null).MoveToOuterDisposeScope();
        }
        var weights_1MS = Retain(texts.Weights(Form.Pooling, Device));
        var pooled_1MD = _head.IsIdentity ? _decoder.Pooled(embeds_1SD, LayersNeeded, weights_1MS, row)
            : weights_1MS.bmm(_head.Forward(_decoder.Forward(embeds_1SD, LayersNeeded, texts: row)));
        var pooled_N2D = pooled_1MD.reshape(count, 2, -1);
        return new FeaturePair(pooled_N2D.select(1, 0), pooled_N2D.select(1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Where the rows' global features are read: at as many positions in each (their modality tokens, the last one), at the end of the
    /// sequence, before any padding.
    /// </summary>
    AskedPositions GlobalPositions(TokenBatch batch)
    {
        if (Form.Pooling == Pooling.Mean && Enumerable.Range(0, batch.Rows).Select(batch.LengthOf).Distinct().Count() == 1)
            return AskedPositions.All;
        long[][] places = [.. Enumerable.Range(0, batch.Rows)
            .Select(row => FeaturePooling.GlobalPositions(batch, row, Form.Pooling).Select(i => (long)i).ToArray())];
        var count = places[0].Length;
        if (places.Any(p => p.Length != count))
            throw new ArgumentException("The rows of one batch read their global features at different numbers of positions: image and " +
                "text sequences do not mix.", nameof(batch));
        return places.All(p => p[0] == batch.Length - count)
            ? AskedPositions.Tail(count)
            : AskedPositions.At(Retain(tensor([.. places.SelectMany(p => p)], [batch.Rows, count], device: Device)));
    }

    /// <summary>What a layer reads beside its input must live until the layer is run again.</summary>
    Tensor Retain(Tensor x) => Replay is null ? x : x.DetachFromDisposeScope();

    public void Dispose()
    {
        _decoder.Dispose();
        _source.Release();
        Specials_KD.Dispose();
    }
}
