using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RadZ.Data;

namespace RadZ.Evaluation.Intervals;

/// <summary>The numbers of one disease in eight resamples at once; NaN: not defined.</summary>
struct ResampledNumbers
{
    /// <summary>Resamples that are walked together.</summary>
    public const int Lanes = 8;

    /// <summary>Area under the ROC curve.</summary>
    public double[] Auc;

    /// <summary>Average precision.</summary>
    public double[] AveragePrecision;

    /// <summary>The papers' F1: the best over the thresholds of the resample itself.</summary>
    public double[] F1;

    /// <summary>Accuracy at that threshold.</summary>
    public double[] Accuracy;

    public static ResampledNumbers Make() =>
        new() { Auc = new double[Lanes], AveragePrecision = new double[Lanes], F1 = new double[Lanes], Accuracy = new double[Lanes] };
}

/// <summary>
/// One disease sorted once, highest score first, so that a resample costs a walk with integer weights instead of a sort; eight resamples
/// share a walk. Stretches without a positive, which are most of a rare finding's table, only add up weights.
/// </summary>
sealed class WeightedRanking
{
    const double Epsilon = 1e-8;                                        // BestF1's
    readonly int[] _patients;                                           // of each entry
    readonly bool[] _present;
    // of stretches: of equal scores, or of neighbouring scores without a positive
    readonly int[] _ends;

    WeightedRanking(int[] patients, bool[] present, int[] ends) => (_patients, _present, _ends) = (patients, present, ends);

    public static WeightedRanking Create(double[,] scores, Label[,] labels, int column, int[] patientOf)
    {
        int[] rows = [.. Enumerable.Range(0, scores.GetLength(0)).Where(r => labels[r, column].IsKnown())];
        double[] keys = [.. rows.Select(r => -scores[r, column])];
        Require.Finite(keys);
        Array.Sort(keys, rows);
        bool[] present = [.. rows.Select(r => labels[r, column] == Label.Present)];
        List<int> ends = [];
        var before = false;                                             // the stretch before has a positive
        for (int from = 0, to; from < keys.Length; from = to)
        {
            for (to = from + 1; to < keys.Length && keys[to] == keys[from];) to++;
            var here = present.AsSpan(from, to - from).Contains(true);
            if (!here && !before && ends.Count > 0) ends[^1] = to;
            else ends.Add(to);
            before = here;
        }
        return new([.. rows.Select(r => patientOf[r])], present, [.. ends]);
    }

    /// <summary>The area when each patient's images count <paramref name="weights"/> times; NaN without both kinds.</summary>
    public double Auc(ReadOnlySpan<int> weights)
    {
        var lanes = new ushort[weights.Length * ResampledNumbers.Lanes];
        for (var p = 0; p < weights.Length; p++) lanes[p * ResampledNumbers.Lanes] = checked((ushort)weights[p]);
        var numbers = ResampledNumbers.Make();
        Walk(lanes, ref numbers);
        return numbers.Auc[0];
    }

    /// <summary>All numbers of eight resamples.</summary>
    /// <param name="weights">Patients by eight: how often each is drawn.</param>
    /// <param name="into">Where the numbers go.</param>
    public void Walk(ReadOnlySpan<ushort> weights, ref ResampledNumbers into)
    {
        const int lanes = ResampledNumbers.Lanes;
        var (all, positive) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var i = 0; i < _patients.Length; i++)
        {
            var weight = Weights(weights, _patients[i]);
            all += weight;
            if (_present[i]) positive += weight;
        }
        Span<double> positives = stackalloc double[lanes], negatives = stackalloc double[lanes];
        for (var l = 0; l < lanes; l++) (positives[l], negatives[l]) = (positive[l], all[l] - positive[l]);

        Span<double> hits = stackalloc double[lanes], alarms = stackalloc double[lanes], lost = stackalloc double[lanes],
        area = stackalloc double[lanes];
        Span<double> best = stackalloc double[lanes], accuracy = stackalloc double[lanes];
        foreach (ref var b in best) b = double.NegativeInfinity;
        var from = 0;
        foreach (var end in _ends)
        {
            var (found, wrong) = (Vector256<int>.Zero, Vector256<int>.Zero);
            var any = false;
            for (; from < end; from++)
            {
                var weight = Weights(weights, _patients[from]);
                if (_present[from]) (found, any) = (found + weight, true);
                else wrong += weight;
            }
            for (var l = 0; l < lanes; l++)
            {
                double here = found[l], level = wrong[l];
                if (any && here > 0)
                {
                    // in halves: pairs whose negative is above the positive, or level with it; whole numbers below 2^53 are exact
                    lost[l] += here * (2 * alarms[l] + level);
                    hits[l] += here;
                    var precision = hits[l] / (hits[l] + alarms[l] + level);
                    area[l] += here / positives[l] * precision;
                    var recall = hits[l] / positives[l];
                    var f1 = 2 * precision * recall / (precision + recall + Epsilon);
                    // of equal ones the lowest threshold, as BestF1 takes it
                    if (f1 >= best[l])
                        (best[l], accuracy[l]) = (f1, (hits[l] + negatives[l] - alarms[l] - level) / (positives[l] + negatives[l]));
                }
                alarms[l] += level;
            }
        }
        for (var l = 0; l < lanes; l++)
        {
            var pairs = 2.0 * positives[l] * negatives[l];
            into.Auc[l] = pairs == 0 ? double.NaN : (pairs - lost[l]) / pairs;
            var none = positives[l] == 0;
            into.AveragePrecision[l] = none ? double.NaN : area[l];
            into.F1[l] = none ? double.NaN : best[l];
            into.Accuracy[l] = none ? double.NaN : accuracy[l];
        }
    }

    /// <summary>How often a patient is drawn in each of eight resamples.</summary>
    internal static Vector256<int> Weights(ReadOnlySpan<ushort> weights, int patient)
    {
        var eight = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(weights), (nuint)(patient * ResampledNumbers.Lanes));
        var (lower, upper) = Vector128.Widen(eight);
        return Vector256.Create(lower, upper).AsInt32();
    }
}
