using RadZ.Imaging.Preparation;

namespace RadZ.Data.Guards;

/// <summary>
/// Finds pictures whose hashes are close without comparing all with all: two coarse hashes that differ in at most 7 bits agree, but for one
/// bit, in one of four quarters of 16 bits (pigeonhole), so each picture is looked up in 4 x 17 places.
/// </summary>
sealed class NearDuplicates
{
    /// <summary>The most bits by which coarse hashes of a near copy differ; the index finds all pairs up to this.</summary>
    public const int Coarse = 7;

    /// <summary>The most bits by which fine hashes of a near copy differ.</summary>
    public const int Fine = 24;

    /// <summary>The least correlation of small pictures of a near copy.</summary>
    public const double Likeness = 0.99;

    readonly Dictionary<ushort, List<int>>[] _quarters = [[], [], [], []];
    readonly List<PerceptualHash> _hashes = [];

    /// <summary>Pictures held.</summary>
    public int Count => _hashes.Count;

    /// <summary>The earlier pictures that look the same, in their order; then the picture is held too and has the next number.</summary>
    public IReadOnlyList<int> Add(PerceptualHash hash)
    {
        var found = new SortedSet<int>();
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var bits = (ushort)(hash.Coarse >> (16 * quarter));
            for (var flip = -1; flip < 16; flip++)
                if (_quarters[quarter].TryGetValue(flip < 0 ? bits : (ushort)(bits ^ (1 << flip)), out var candidates))
                    foreach (var candidate in candidates)
                        if (hash.CoarseDistance(_hashes[candidate]) <= Coarse && hash.FineDistance(_hashes[candidate]) <= Fine
                            && hash.Likeness(_hashes[candidate]) >= Likeness) found.Add(candidate);
            (_quarters[quarter].TryGetValue(bits, out var own) ? own : _quarters[quarter][bits] = []).Add(_hashes.Count);
        }
        _hashes.Add(hash);
        return [.. found];
    }
}
