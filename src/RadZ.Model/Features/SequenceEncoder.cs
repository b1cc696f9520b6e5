using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B batch, S positions, V patches, D decoder width

/// <summary>
/// Features of what is prepared already: token sequences, and images whose patches the vision tower has seen. The sequences of training and
/// use are built here and nowhere else. Safe to call from many threads, as <see cref="RadiologyEncoder"/> is.
/// </summary>
sealed class SequenceEncoder
{
    /// <summary>Numbers of a layer's weight from which on speed comes from reading weights once.</summary>
    const long LargeLayer = 1 << 21;

    /// <summary>Positions whose activations stay in the processor's cache.</summary>
    const int CachedPositions = 768;

    readonly LoadedModel _model;
    readonly SequenceBuilder _sequences;
    readonly TokenSequence _imageSequence;

    internal SequenceEncoder(LoadedModel model)
    {
        _model = model;
        _sequences = model.Folder.Sequences();
        _imageSequence = _sequences.Image(model.Folder.Config.Vision.Patches);
    }

    /// <summary>The sequence of one text.</summary>
    public TokenSequence Sequence(string text) => _sequences.Text(text, _model.Folder.Settings.TextLimit);

    /// <summary>Positions of an image's sequence.</summary>
    public int ImagePositions => _imageSequence.Length;

    /// <summary>The patches' hidden states that the projector reads, [B, V, vision width], of normalised pixels.</summary>
    public Tensor Patches(Tensor pixels_BCSS)
    {
        _model.UseThreads();
        using var _ = NewDisposeScope();
        return _model.Llava.See(pixels_BCSS.to(_model.ComputeType)).MoveToOuterDisposeScope();
    }

    /// <summary>Features of images whose patches' hidden states are known already.</summary>
    public FeaturePair Images(Tensor seen_BVD, bool globalOnly = false)
    {
        _model.UseThreads();
        using var _ = NewDisposeScope();
        var patches_BVD = _model.Llava.Project(seen_BVD);
        return Features([.. Enumerable.Repeat(_imageSequence, (int)seen_BVD.shape[0])], patches_BVD, globalOnly)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Features of images whose patches' hidden states are known already, and from the same pass what the decoder says at each patch, [B,
    /// V, D] in float32.
    /// </summary>
    public (FeaturePair Features, Tensor States_BVD) ImagesAndStates(Tensor seen_BVD)
    {
        _model.UseThreads();
        using var _ = NewDisposeScope();
        var (features, states_BVD) =
            _model.Llava.FeaturesAndStates(ImageRows(seen_BVD.shape[0]), _model.Llava.Project(seen_BVD), _model.ComputeType);
        return (features.MoveToOuterDisposeScope(), states_BVD.MoveToOuterDisposeScope());
    }

    /// <summary>Rows of that many images.</summary>
    internal TokenBatch ImageRows(long count) =>
        TokenBatch.Pad([.. Enumerable.Repeat(_imageSequence, (int)count)], _model.Folder.Settings.PadToken, PaddingSide.Right);

    /// <summary>
    /// Features of texts that are token sequences already. Where a layer's weights are large, texts go in one row without padding, in which
    /// beginnings that they share are computed once (<see cref="PackedTexts"/>); where they are small, those of like length go together, so
    /// that little is padding.
    /// </summary>
    public FeaturePair Texts(IReadOnlyList<TokenSequence> texts, bool globalOnly = false)
    {
        _model.UseThreads();
        using var _ = NewDisposeScope();
        var parts = new List<FeaturePair>();
        var back = new long[texts.Count];
        var place = 0;
        if (PacksTexts && !(_model.Folder.Config.Decoder.SlidingWindow < texts.Max(t => t.Length)))
            foreach (var pack in PackedTexts.Pack(texts, share: !Drops))
            {
                parts.Add(_model.Llava.Features(pack, _model.ComputeType, globalOnly));
                foreach (var number in pack.Numbers) back[number] = place++;
            }
        else
            foreach (var group in LengthGroups.Group([.. texts.Select(t => t.Length)]))
            {
                parts.Add(Features([.. group.Select(i => texts[i])], null, globalOnly));
                foreach (var number in group) back[number] = place++;
            }
        var (sorted, order) = (Joined(parts), tensor(back, device: _model.Device));
        return new FeaturePair(sorted.Global_BD.index_select(0, order), sorted.Local_BD?.index_select(0, order)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Mean rows of the embedding table over the tokens of each text, [N, D] in float32: the authors' own category vectors (method, section
    /// 4).
    /// </summary>
    public Tensor MeanEmbeddings(IReadOnlyList<string> texts)
    {
        _model.UseThreads();
        using var _ = NewDisposeScope();
        return stack([.. texts.Select(t => _model.Llava.Table_VD.index_select(0,
            tensor(_model.Folder.Tokenizer.Encode(t).Select(i => (long)i).ToArray(), device: _model.Device))
            .to(ScalarType.Float32).mean([0]))]).MoveToOuterDisposeScope();
    }

    /// <summary>Whether texts are computed in rows without padding: their positions add up, whatever their lengths.</summary>
    public bool PacksTexts => Packing ?? IsWide;

    /// <summary>Packs texts or not, whatever the size says.</summary>
    internal bool? Packing { get; set; }

    /// <summary>Whether adapters drop inputs now.</summary>
    bool Drops => _model.Dropout is { IsActive: true } && _model.Lora is { Dropout: > 0 };

    bool IsWide => (long)_model.Folder.Config.Decoder.HiddenSize * _model.Folder.Config.Decoder.IntermediateSize >= LargeLayer;

    /// <summary>
    /// Features of rows, a few rows at a time: where a layer's weights are small, speed comes from keeping its activations in the cache
    /// (of 32 images the small model decodes 8 at a time 1.3 times as fast as all together); where they are large, from reading the
    /// weights once.
    /// </summary>
    FeaturePair Features(IReadOnlyList<TokenSequence> rows, Tensor? patches_BVD, bool globalOnly)
    {
        var atOnce = IsWide ? rows.Count : Math.Max(1, CachedPositions / rows.Max(r => r.Length));
        var parts = rows.Chunk(atOnce)
            .Select((chunk, i) => _model.Llava.Features(TokenBatch.Pad(chunk, _model.Folder.Settings.PadToken, PaddingSide.Right),
            patches_BVD?.narrow(0, (long)i * atOnce, chunk.Length), _model.ComputeType, globalOnly)).ToList();
        return Joined(parts);
    }

    static FeaturePair Joined(IReadOnlyList<FeaturePair> parts) => parts.Count == 1 ? parts[0]
        : new(cat([.. parts.Select(p => p.Global_BD)]), parts[0].Local_BD is null ? null : cat([.. parts.Select(p => p.Local_BD!)]));
}
