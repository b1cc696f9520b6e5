using RadZ.Data;
using RadZ.Text.Knowledge;
using RadZ.Training.Recipes;

namespace RadZ.Training.Data;

// B batch, C diseases of the bank

/// <summary>
/// What is true within a batch, by its labels: which texts fit which images, which categories each belongs to. Where the labels do
/// not say, the answer is "unknown", and unknown is neither true nor false.
/// </summary>
sealed class BatchTruth(KnowledgeBase knowledge, IReadOnlyList<string> diseases)
{
    readonly Dictionary<string, int> _rows = diseases.Index().ToDictionary(d => d.Item, d => d.Index);
    readonly Dictionary<string, int[]> _entailed = diseases.ToDictionary(d => d,
        d => knowledge.Entailed(d).Where(diseases.Contains).Select(e => diseases.Index().First(x => x.Item == e).Index).ToArray());

    /// <summary>Categories of the images: what is present. Excluded: what is unknown.</summary>
    public AnchorTruth Images(TrainingBatch batch, UnknownPairs unknown) => new(
        [.. batch.Samples.Select(s => Rows(s.Labels.Present))],
        unknown == UnknownPairs.Negative ? null : [.. batch.Samples.SelectMany(s => diseases.Select(d => !s.Labels[d].IsKnown()))]);

    /// <summary>
    /// Categories of the texts: what is asserted, and what that entails. Excluded: special kinds of what is asserted (a text that
    /// says "pneumonia" does not say that it is not bacterial) and what the image has beside it.
    /// </summary>
    public AnchorTruth Texts(TrainingBatch batch, UnknownPairs unknown)
    {
        var own = batch.Samples.Zip(batch.Reports,
            (s, r) => r is { Asserted: [], Denied: [] } ? Rows(s.Labels.Present)
                : Rows(r.Asserted.Concat(r.Asserted.SelectMany(knowledge.Entailed)).Distinct())).ToList();
        if (unknown == UnknownPairs.Negative) return new(own);
        var excluded = new bool[batch.Size * diseases.Count];
        for (var i = 0; i < batch.Size; i++)
            for (var c = 0; c < diseases.Count; c++)
                excluded[i * diseases.Count + c] = !own[i].Contains(c) && !batch.Reports[i].Denied.Contains(diseases[c])
                    && (batch.Samples[i].Labels[diseases[c]] == Label.Present || _entailed[diseases[c]].Any(own[i].Contains));
        return new(own, excluded);
    }

    /// <summary>Targets [B, B] of image rows and text columns, and the pairs of unknown truth.</summary>
    public (double[]? Targets, bool[]? Excluded) Pairs(TrainingBatch batch, PairTargetKind kind, UnknownPairs unknown)
    {
        var size = batch.Size;
        var fits = new Label[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++) fits[i, j] = i == j ? Label.Present : Fits(batch, i, j);
        var targets = kind switch
        {
            PairTargetKind.SameLabel =>
                PairTargets.SameLabel([.. batch.Samples.Select(s => s.Labels.IsUnknown ? null : Rows(s.Labels.Present))]),
            PairTargetKind.Entailment => PairTargets.Entailment(size, (i, j) => fits[i, j] == Label.Present),
            PairTargetKind.Diagonal => null,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of pair targets."),
        };
        if (unknown == UnknownPairs.Negative) return (targets, null);
        var excluded = new bool[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                excluded[i * size + j] = i != j && fits[i, j] == Label.Unknown && (targets is null || targets[i * size + j] == 0);
        return (targets, excluded);
    }

    /// <summary>
    /// A report of a source's own says we do not know what: as in the paper it belongs to its image alone, but for images of the same
    /// known diseases, of which it may be true too.
    /// </summary>
    Label Fits(TrainingBatch batch, int image, int text)
    {
        if (batch.Reports[text] is not { Asserted: [], Denied: [] }) return Fits(batch.Samples[image].Labels, batch.Reports[text]);
        var (own, other) = (batch.Samples[image].Labels, batch.Samples[text].Labels);
        return !own.IsUnknown && Rows(own.Present).ToHashSet().SetEquals(Rows(other.Present)) ? Label.Unknown : Label.Absent;
    }

    /// <summary>
    /// Whether a text is true of an image: all it asserts present, all it denies absent; absent at the first contradiction; else unknown.
    /// </summary>
    public static Label Fits(Labels image, ReportText text)
    {
        if (text.Asserted.Count + text.Denied.Count == 0) return Label.Unknown;
        var unknown = false;
        foreach (var (disease, wanted) in text.Asserted.Select(d => (d, Label.Present)).Concat(text.Denied.Select(d => (d, Label.Absent))))
        {
            var label = image[disease];
            if (!label.IsKnown()) unknown = true;
            else if (label != wanted) return Label.Absent;
        }
        return unknown ? Label.Unknown : Label.Present;
    }

    List<int> Rows(IEnumerable<string> names) => [.. names.Where(_rows.ContainsKey).Select(n => _rows[n])];
}
