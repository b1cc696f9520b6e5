using RadZ.Data;

namespace RadZ.Evaluation.Binary;

/// <summary>
/// One disease's scores and truth, sorted once: everything that depends only on the order of the scores is read from here.
/// Equal scores are one threshold (-0 equals 0).
/// </summary>
public sealed class Ranking
{
    readonly double[] _thresholds;
    readonly int[] _truePositives;
    readonly int[] _falsePositives;

    Ranking(double[] thresholds, int[] truePositives, int[] falsePositives)
    {
        _thresholds = thresholds;
        _truePositives = truePositives;
        _falsePositives = falsePositives;
    }

    /// <summary>The distinct scores, falling.</summary>
    public IReadOnlyList<double> Thresholds => _thresholds;

    /// <summary>How many images with the disease score at or above each threshold; the last is all of them.</summary>
    public IReadOnlyList<int> TruePositives => _truePositives;

    /// <summary>How many images without the disease score at or above each threshold; the last is all of them.</summary>
    public IReadOnlyList<int> FalsePositives => _falsePositives;

    /// <summary>Images with the disease.</summary>
    public int Positives => _truePositives.Length == 0 ? 0 : _truePositives[^1];

    /// <summary>Images without the disease.</summary>
    public int Negatives => _falsePositives.Length == 0 ? 0 : _falsePositives[^1];

    /// <summary>True when both kinds are there: without both, nothing can be told apart.</summary>
    public bool HasBoth => Positives > 0 && Negatives > 0;

    /// <summary>Sorts one problem.</summary>
    /// <param name="scores">Any finite numbers, higher for more likely.</param>
    /// <param name="present">The truth of each; as long as <paramref name="scores"/>.</param>
    public static Ranking Create(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
    {
        Require.SameLength(scores, present);
        Require.Finite(scores);
        return Sorted(scores.ToArray(), present.ToArray());
    }

    /// <summary>Both are the callee's.</summary>
    static Ranking Sorted(double[] keys, bool[] truth)
    {
        Array.Sort(keys, truth);
        var distinct = 0;
        for (var i = 0; i < keys.Length; i++)
            if (i == 0 || keys[i - 1] != keys[i]) distinct++;
        var (thresholds, truePositives, falsePositives) = (new double[distinct], new int[distinct], new int[distinct]);
        var (hits, alarms, at) = (0, 0, 0);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (truth[i]) hits++;
            else alarms++;
            if (i > 0 && keys[i - 1] == keys[i]) continue;
            (thresholds[at], truePositives[at], falsePositives[at]) = (keys[i], hits, alarms);
            at++;
        }
        return new(thresholds, truePositives, falsePositives);
    }

    /// <summary>Sorts one column of a table; rows whose label is unknown are left out.</summary>
    public static Ranking FromKnown(double[,] scores, Label[,] labels, int column)
    {
        Require.SameShape(scores, labels);
        var (rows, count) = (scores.GetLength(0), 0);
        for (var row = 0; row < rows; row++)
            if (labels[row, column].IsKnown()) count++;
        var (known, present, at) = (new double[count], new bool[count], 0);
        for (var row = 0; row < rows; row++)
        {
            if (!labels[row, column].IsKnown()) continue;
            (known[at], present[at]) = (scores[row, column], labels[row, column] == Label.Present);
            at++;
        }
        Require.Finite(known);
        return Sorted(known, present);
    }

    /// <summary>The four counts when score &gt;= threshold is a finding (LLaVA-RadZ).</summary>
    public Confusion AtOrAbove(double threshold) => ConfusionAt(_thresholds.Count(t => t >= threshold));

    /// <summary>The four counts when score &gt; threshold is a finding (MedKLIP, MAVL).</summary>
    public Confusion Above(double threshold) => ConfusionAt(_thresholds.Count(t => t > threshold));

    Confusion ConfusionAt(int reached)
    {
        var (hits, alarms) = reached == 0 ? (0, 0) : (_truePositives[reached - 1], _falsePositives[reached - 1]);
        return new(hits, alarms, Positives - hits, Negatives - alarms);
    }
}
