using RadZ.Model.Adapters;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

sealed partial class RadiologyEncoder
{
    /// <inheritdoc/>
    public FeaturePair Texts(IReadOnlyList<string> texts, bool globalOnly = false) => Texts([.. texts.Select(Sequence)], globalOnly);

    /// <summary>
    /// Features of texts that are token sequences already. Where a layer's weights are large, texts go in one row without padding, in which
    /// beginnings that they share are computed once (<see cref="PackedTexts"/>); where they are small, those of like length go together, so
    /// that little is padding.
    /// </summary>
    public FeaturePair Texts(IReadOnlyList<TokenSequence> texts, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        var parts = new List<FeaturePair>();
        var back = new long[texts.Count];
        var place = 0;
        if (PacksTexts && !(Folder.Config.Decoder.SlidingWindow < texts.Max(t => t.Length)))
            foreach (var pack in PackedTexts.Of(texts, share: !Drops))
            {
                parts.Add(_model.Features(pack, ComputeType, globalOnly));
                foreach (var number in pack.Numbers) back[number] = place++;
            }
        else
            foreach (var group in LengthGroups.Of([.. texts.Select(t => t.Length)]))
            {
                parts.Add(Features([.. group.Select(i => texts[i])], null, globalOnly));
                foreach (var number in group) back[number] = place++;
            }
        var (sorted, order) = (Joined(parts), tensor(back, device: Device));
        return new FeaturePair(sorted.Global_BD.index_select(0, order), sorted.Local_BD?.index_select(0, order)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether texts are computed in rows without padding: their positions add up, whatever their lengths.</summary>
    public bool PacksTexts => Packing ?? IsWide;

    /// <summary>Packs texts or not, whatever the size says.</summary>
    internal bool? Packing { get; set; }

    /// <summary>Whether adapters drop inputs now.</summary>
    bool Drops => _noise is not null && DropoutPass.IsActive && Lora is { Dropout: > 0 };

    bool IsWide => (long)Folder.Config.Decoder.HiddenSize * Folder.Config.Decoder.IntermediateSize >= LargeLayer;

    /// <summary>
    /// Features of rows, a few rows at a time: where a layer's weights are small, speed comes from keeping its activations in the cache
    /// (of 32 images the small model decodes 8 at a time 1.3 times as fast as all together); where they are large, from reading the
    /// weights once.
    /// </summary>
    FeaturePair Features(IReadOnlyList<TokenSequence> rows, Tensor? patches_BVD, bool globalOnly)
    {
        var atOnce = IsWide ? rows.Count : Math.Max(1, CachedPositions / rows.Max(r => r.Length));
        var parts = rows.Chunk(atOnce)
            .Select((chunk, i) => _model.Features(TokenBatch.Pad(chunk, Folder.Settings.PadToken, PaddingSide.Right),
            patches_BVD?.narrow(0, (long)i * atOnce, chunk.Length), ComputeType, globalOnly)).ToList();
        return Joined(parts);
    }

    const long LargeLayer = 1 << 21;
    const int CachedPositions = 768;

    static FeaturePair Joined(IReadOnlyList<FeaturePair> parts) => parts.Count == 1 ? parts[0]
        : new(cat([.. parts.Select(p => p.Global_BD)]), parts[0].Local_BD is null ? null : cat([.. parts.Select(p => p.Local_BD!)]));
}
