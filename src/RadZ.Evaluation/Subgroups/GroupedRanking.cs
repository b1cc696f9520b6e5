using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RadZ.Data;
using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Subgroups;

/// <summary>Areas of one disease within and outside every group, in eight resamples at once; NaN: not defined.</summary>
sealed class GroupedAreas(int groups)
{
    const int Lanes = ResampledNumbers.Lanes;

    /// <summary>Groups by eight: the area within each.</summary>
    public double[] Within { get; } = new double[groups * Lanes];

    /// <summary>Groups by eight: the area of all other images.</summary>
    public double[] Outside { get; } = new double[groups * Lanes];

    // of the walk. Counts: eight resamples each. Pairs, in halves, of a positive with the negatives above it (two) and level with it
    // (one): whole numbers below 2^53 are exact
    internal Vector256<int>[] Negatives { get; } = new Vector256<int>[groups];
    internal Vector256<int>[] Positives { get; } = new Vector256<int>[groups];
    internal Vector256<int>[] Level { get; } = new Vector256<int>[groups];
    internal Vector256<double>[] Inner { get; } = new Vector256<double>[2 * groups];        // both of the group
    internal Vector256<double>[] OfPositive { get; } = new Vector256<double>[2 * groups];   // the positive of the group
    internal Vector256<double>[] OfNegative { get; } = new Vector256<double>[2 * groups];   // the negatives of the group

    internal void Clear()
    {
        foreach (var counts in (ReadOnlySpan<Vector256<int>[]>)[Negatives, Positives, Level]) Array.Clear(counts);
        foreach (var pairs in (ReadOnlySpan<Vector256<double>[]>)[Inner, OfPositive, OfNegative]) Array.Clear(pairs);
    }
}

/// <summary>
/// One disease sorted once, with the groups of each image: a single walk gives the areas within and outside all groups of all divisions,
/// where a walk for each group would cost as many times as much. Lost pairs outside a group are all lost pairs, less those with its
/// positives, less those with its negatives, and those with both again.
/// </summary>
sealed class GroupedRanking
{
    const int Lanes = ResampledNumbers.Lanes;
    // of each entry; its group in each division; of stretches of neighbours
    readonly int[] _patients, _groups, _ends;
    readonly bool[] _present;
    readonly int _divisions;

    GroupedRanking(int[] patients, int[] groups, bool[] present, int[] ends, int divisions) =>
        (_patients, _groups, _present, _ends, _divisions) = (patients, groups, present, ends, divisions);

    /// <summary>Sorts a column.</summary>
    /// <param name="scores">Images by diseases.</param>
    /// <param name="labels">The same shape.</param>
    /// <param name="column">The disease.</param>
    /// <param name="patientOf">The patient of each image.</param>
    /// <param name="groupsOf">By division: the group of each image, counted through over all divisions.</param>
    public static GroupedRanking Create(double[,] scores, Label[,] labels, int column, int[] patientOf, IReadOnlyList<int[]> groupsOf)
    {
        int[] rows = [.. Enumerable.Range(0, patientOf.Length).Where(r => labels[r, column].IsKnown())];
        double[] keys = [.. rows.Select(r => -scores[r, column])];
        Array.Sort(keys, rows);
        bool[] present = [.. rows.Select(r => labels[r, column] == Label.Present)];
        List<int> ends = [];
        bool? before = null;                                            // what all of the stretch before are
        for (int from = 0, to; from < keys.Length; from = to)
        {
            for (to = from + 1; to < keys.Length && keys[to] == keys[from];) to++;
            var here = present.AsSpan(from, to - from);
            bool? all = !here.Contains(true) ? false : here.Contains(false) ? null : true;
            // neighbours of one kind: their order among each other is in no pair
            if (all is not null && all == before) ends[^1] = to;
            else ends.Add(to);
            before = all;
        }
        var groups = new int[rows.Length * groupsOf.Count];
        for (var i = 0; i < rows.Length; i++)
            for (var d = 0; d < groupsOf.Count; d++) groups[i * groupsOf.Count + d] = groupsOf[d][rows[i]];
        return new([.. rows.Select(r => patientOf[r])], groups, present, [.. ends], groupsOf.Count);
    }

    /// <summary>All areas of eight resamples.</summary>
    /// <param name="weights">Patients by eight: how often each is drawn.</param>
    /// <param name="into">Where they go.</param>
    public void Walk(ReadOnlySpan<ushort> weights, GroupedAreas into)
    {
        into.Clear();
        var (allNegatives, allPositives) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var (lostLower, lostUpper) = (Vector256<double>.Zero, Vector256<double>.Zero);
        Span<Vector256<int>> negatives = into.Negatives, level = into.Level;
        var from = 0;
        foreach (var end in _ends)
        {
            var (start, wrong, found) = (from, Vector256<int>.Zero, Vector256<int>.Zero);
            for (; from < end; from++)
            {
                var weight = WeightedRanking.Weights(weights, _patients[from]);
                if (_present[from]) found += weight;
                else
                {
                    wrong += weight;
                    foreach (var g in Groups(from)) level[g] += weight;
                }
            }
            if (found != Vector256<int>.Zero)
                Pairs(weights, into, start, end, found, allNegatives * 2 + wrong, ref lostLower, ref lostUpper);
            if (wrong != Vector256<int>.Zero)
                for (var g = 0; g < level.Length; g++) (negatives[g], level[g]) = (negatives[g] + level[g], Vector256<int>.Zero);
            (allNegatives, allPositives) = (allNegatives + wrong, allPositives + found);
        }
        Areas(into, allPositives, allNegatives, lostLower, lostUpper);
    }

    void Pairs(ReadOnlySpan<ushort> weights, GroupedAreas into, int from, int to, Vector256<int> found, Vector256<int> above,
        ref Vector256<double> lostLower, ref Vector256<double> lostUpper)
    {
        var ((foundLower, foundUpper), (aboveLower, aboveUpper)) = (Doubles(found), Doubles(above));
        (lostLower, lostUpper) = (lostLower + foundLower * aboveLower, lostUpper + foundUpper * aboveUpper);
        for (var g = 0; g < into.Negatives.Length; g++)
        {
            var (lower, upper) = Doubles(into.Negatives[g] * 2 + into.Level[g]);
            into.OfNegative[2 * g] += foundLower * lower;
            into.OfNegative[2 * g + 1] += foundUpper * upper;
        }
        for (var i = from; i < to; i++)
        {
            if (!_present[i]) continue;
            var weight = WeightedRanking.Weights(weights, _patients[i]);
            var (weightLower, weightUpper) = Doubles(weight);
            foreach (var g in Groups(i))
            {
                var (lower, upper) = Doubles(into.Negatives[g] * 2 + into.Level[g]);
                into.Positives[g] += weight;
                into.Inner[2 * g] += weightLower * lower;
                into.Inner[2 * g + 1] += weightUpper * upper;
                into.OfPositive[2 * g] += weightLower * aboveLower;
                into.OfPositive[2 * g + 1] += weightUpper * aboveUpper;
            }
        }
    }

    static void Areas(GroupedAreas into, Vector256<int> positives, Vector256<int> negatives, Vector256<double> lostLower,
        Vector256<double> lostUpper)
    {
        for (var g = 0; g < into.Negatives.Length; g++)
            for (var l = 0; l < Lanes; l++)
            {
                double Of(Vector256<double>[] pairs) => pairs[2 * g + l / 4][l % 4];
                static double Area(double positives, double negatives, double lost) =>
                    2 * positives * negatives is var pairs && pairs == 0 ? double.NaN : (pairs - lost) / pairs;
                var lost = (l < 4 ? lostLower : lostUpper)[l % 4];
                into.Within[g * Lanes + l] = Area(into.Positives[g][l], into.Negatives[g][l], Of(into.Inner));
                into.Outside[g * Lanes + l] = Area(positives[l] - into.Positives[g][l], negatives[l] - into.Negatives[g][l],
                    lost - Of(into.OfPositive) - Of(into.OfNegative) + Of(into.Inner));
            }
    }

    ReadOnlySpan<int> Groups(int entry) => MemoryMarshal.CreateReadOnlySpan(ref _groups[entry * _divisions], _divisions);

    /// <summary>Counts as doubles, exactly: their bits behind those of 2^52.</summary>
    static (Vector256<double> Lower, Vector256<double> Upper) Doubles(Vector256<int> counts)
    {
        var (lower, upper) = Vector256.Widen(counts.AsUInt32());
        var (bits, two52) = (Vector256.Create(0x4330_0000_0000_0000UL), Vector256.Create(4503599627370496.0));
        return ((lower | bits).AsDouble() - two52, (upper | bits).AsDouble() - two52);
    }
}
