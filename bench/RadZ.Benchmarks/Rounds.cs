using System.Diagnostics;

namespace RadZ.Benchmarks;

/// <summary>
/// Times candidates in turns: one call of each a round, so that whatever else the machine does hits all alike. What counts is the
/// ratio of two medians of the same rounds.
/// </summary>
static class Rounds
{
    public static double[][] Time(int rounds, int warmups, params Action[] candidates)
    {
        for (var i = 0; i < warmups; i++)
            foreach (var candidate in candidates) candidate();
        var times = candidates.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
            for (var c = 0; c < candidates.Length; c++)
            {
                var start = Stopwatch.GetTimestamp();
                candidates[c]();
                times[c][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        return times;
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
