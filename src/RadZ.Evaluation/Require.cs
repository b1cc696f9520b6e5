using RadZ.Data;

namespace RadZ.Evaluation;

/// <summary>Checks of arguments; a message names what was found and where.</summary>
static class Require
{
    public static void SameLength(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
    {
        if (scores.Length != present.Length)
            throw new ArgumentException($"{scores.Length} scores but {present.Length} truths; each score needs one.");
    }

    public static void SameShape(double[,] scores, Label[,] labels)
    {
        var (rows, columns) = (scores.GetLength(0), scores.GetLength(1));
        if (rows != labels.GetLength(0) || columns != labels.GetLength(1))
            throw new ArgumentException($"scores are {rows} x {columns} but labels {labels.GetLength(0)} x " +
                $"{labels.GetLength(1)}; they must match.");
    }

    public static void Finite(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"score {i} is {values[i]}; scores must be finite (leave failed images out).");
    }

    public static void Probabilities(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (!(values[i] is >= 0 and <= 1))
                throw new ArgumentException($"score {i} is {values[i]}, not in [0, 1]; calibrate the scores first.");
    }

    public static void Level(double level)
    {
        if (!(level is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "the level of an interval lies between 0 and 1, as 0.95.");
    }
}
