using RadZ.Datasets;

namespace RadZ.Evaluation;

/// <summary>
/// One disease sorted once, so that a resample costs a walk with integer weights instead of a sort.
/// An entry packs patient, truth and whether the score differs from the next.
/// </summary>
readonly struct WeightedRanking
{
    readonly uint[] _entries;                                           // patient << 2 | present << 1 | last of equal scores; rising

    WeightedRanking(uint[] entries) => _entries = entries;

    public static WeightedRanking Of(double[,] scores, Label[,] labels, int column, int[] patientOf)
    {
        int[] rows = [.. Enumerable.Range(0, scores.GetLength(0)).Where(r => labels[r, column] != Label.Unknown)];
        double[] keys = [.. rows.Select(r => scores[r, column])];
        Require.Finite(keys);
        Array.Sort(keys, rows);
        return new([.. rows.Select((row, i) =>
            (uint)patientOf[row] << 2
            | (labels[row, column] == Label.Present ? 2u : 0)
            | (i == keys.Length - 1 || keys[i] != keys[i + 1] ? 1u : 0))]);
    }

    /// <summary>The area when each patient's images count <paramref name="weights"/> times; NaN without both kinds.</summary>
    public double Auc(ReadOnlySpan<int> weights)
    {
        long doubled = 0, positives = 0, negatives = 0, levelPositives = 0, levelNegatives = 0;
        foreach (var entry in _entries)
        {
            long weight = weights[(int)(entry >> 2)];
            var present = weight & -(entry >> 1 & 1);
            levelPositives += present;
            levelNegatives += weight - present;
            if ((entry & 1) == 0) continue;
            doubled += levelPositives * (2 * negatives + levelNegatives);
            positives += levelPositives;
            negatives += levelNegatives;
            levelPositives = levelNegatives = 0;
        }
        return positives == 0 || negatives == 0 ? double.NaN : doubled / (2.0 * positives * negatives);
    }
}
