namespace RadZ.Model.Features;

/// <summary>Sorts sequences into groups of like length, so that little is computed for padding.</summary>
static class LengthGroups
{
    /// <summary>What starting one more group costs, in positions.</summary>
    const int Start = 64;

    /// <summary>
    /// Indices of the sequences, group by group, with the least positions computed (padding included) plus a fixed cost a group.
    /// </summary>
    public static IReadOnlyList<int[]> Group(IReadOnlyList<int> lengths)
    {
        int[] order = [.. Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]).ThenBy(i => i)];
        var (best, cut) = (new long[order.Length + 1], new int[order.Length + 1]);
        for (var end = 1; end <= order.Length; end++)
        {
            best[end] = long.MaxValue;
            for (var begin = 0; begin < end; begin++)
            {
                var cost = best[begin] + Start + (long)(end - begin) * lengths[order[end - 1]];
                if (cost < best[end]) (best[end], cut[end]) = (cost, begin);
            }
        }
        var groups = new List<int[]>();
        for (var end = order.Length; end > 0; end = cut[end]) groups.Insert(0, order[cut[end]..end]);
        return groups;
    }
}
