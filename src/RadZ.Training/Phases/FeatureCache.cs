using RadZ.Model.Features;
using RadZ.Model.Runtime;

namespace RadZ.Training.Phases;

// N sequences of one kind, D width

/// <summary>
/// A contrastive batch larger than memory (GradCache: Gao et al. 2021, arXiv 2101.06983). Features are computed a few rows at a time
/// without a graph; the loss over all of them gives the gradient of each feature; then the rows are computed again, a few at a time with
/// a graph, and given their features' gradients. By the chain rule the weights get the gradient of the one large batch. Adapters drop the
/// same inputs both times.
/// </summary>
/// <para>
/// Where layers are run again in the backward pass, a part's graph is little more than the layers' inputs: as many parts as fit a room keep
/// theirs, and are not computed a third time.
/// </para>
/// <param name="encoder">The model.</param>
/// <param name="seed">Of the dropout of this batch.</param>
/// <param name="whole">Keep the graph of all rows instead, and replay nothing: what the cache must equal.</param>
/// <param name="room">Bytes of layers' inputs that may be kept.</param>
sealed class FeatureCache(RadiologyEncoder encoder, long seed, bool whole, long room)
{
    /// <summary>The room that a step takes by itself: at 7B six images.</summary>
    public const long Room = 1L << 30;

    sealed record Group(IReadOnlyList<int[]> Parts, Func<int[], FeaturePair> Of, FeaturePair Features, IReadOnlyList<FeaturePair?> Kept);

    long _room = room;

    readonly List<Group> _groups = [];

    /// <summary>Features of N sequences in their order, as leaves whose gradient <see cref="Replay"/> takes.</summary>
    /// <param name="parts">The sequences' numbers, as they are computed together.</param>
    /// <param name="of">Features of some of them.</param>
    /// <param name="positions">How long a sequence is.</param>
    public FeaturePair Compute(IReadOnlyList<int[]> parts, Func<int[], FeaturePair> of, Func<int, int> positions)
    {
        var (computed, kept) = (new List<FeaturePair>(), new List<FeaturePair?>());
        using (encoder.Training.ForceDropout())
            foreach (var (i, part) in parts.Index())
            {
                encoder.Training.SeedDropout(Seed(_groups.Count, i));
                var bytes = encoder.Training.ReplayBytes((long)part.Length * part.Max(positions));
                var keeps = !whole && bytes <= _room;
                if (keeps) _room -= bytes!.Value;
                using (whole || keeps ? null : no_grad()) computed.Add(of(part));
                kept.Add(keeps ? computed[^1] : null);
            }
        var back = new long[parts.Sum(p => p.Length)];
        foreach (var (place, number) in parts.SelectMany(p => p).Index()) back[number] = place;
        var order = tensor(back, device: encoder.Device);
        Tensor Joined(IEnumerable<Tensor> some)
        {
            var all_ND = cat([.. some]).index_select(0, order);
            return whole ? all_ND : all_ND.detach().requires_grad_();
        }
        var features = new FeaturePair(Joined(computed.Select(c => c.Global_BD)),
            computed[0].Local_BD is null ? null : Joined(computed.Select(c => c.Local_BD!)));
        _groups.Add(new(parts, of, features, kept));
        return features;
    }

    /// <summary>After the loss's backward pass: brings the features' gradients to the weights.</summary>
    public void Replay()
    {
        if (whole) return;
        foreach (var (g, group) in _groups.Index())
            foreach (var (i, part) in group.Parts.Index())
            {
                using var _ = NewDisposeScope();
                if (group.Features.Global_BD.grad is null && group.Features.Local_BD?.grad is null) continue;
                encoder.Training.SeedDropout(Seed(g, i));
                var rows = tensor(part.Select(n => (long)n).ToArray(), device: encoder.Device);
                var again = group.Kept[i] ?? group.Of(part);
                var sums = new List<Tensor>();
                Add(again.Global_BD, group.Features.Global_BD.grad);
                Add(again.Local_BD, group.Features.Local_BD?.grad);
                encoder.Training.Backward(sums.Aggregate((a, b) => a.Plus(b)));

                void Add(Tensor? feature_ND, Tensor? gradient_ND)
                {
                    if (feature_ND is not null && gradient_ND is not null) sums.Add((feature_ND * gradient_ND.index_select(0, rows)).sum());
                }
            }
    }

    long Seed(int group, int part) => unchecked(seed * 1_000_003 + group * 7919 + part);

    /// <summary>Numbers 0..count, so many together.</summary>
    public static IReadOnlyList<int[]> InOrder(int count, int together) => [.. Enumerable.Range(0, count).Chunk(together)];

    /// <summary>
    /// Numbers by length, as many together as fill no more positions than allowed (padding counted, unless they are
    /// <paramref name="packed"/>), one at least.
    /// </summary>
    public static IReadOnlyList<int[]> ByLength(IReadOnlyList<int> lengths, int positions, bool packed = false)
    {
        var (parts, open) = (new List<int[]>(), new List<int>());
        foreach (var number in Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]).ThenBy(i => i))
        {
            if (open.Count > 0 && (packed ? open.Sum(i => lengths[i]) + lengths[number] : (open.Count + 1) * lengths[number]) > positions)
            {
                parts.Add([.. open]);
                open.Clear();
            }
            open.Add(number);
        }
        parts.Add([.. open]);
        return parts;
    }
}
