namespace RadZ.Recognition.Results;

/// <summary>Probabilities from scores, in double: large scores saturate early in float32, and ties would cost AUC.</summary>
static class Probabilities
{
    /// <summary>
    /// The paper's: softmax over the listed diseases, so a value depends on which others are listed; a single one takes a sigmoid.
    /// </summary>
    public static double[] Paper(ReadOnlySpan<double> scores)
    {
        if (scores.Length == 1) return [Sigmoid(scores[0])];
        var highest = double.NegativeInfinity;
        foreach (var score in scores) highest = Math.Max(highest, score);
        var result = new double[scores.Length];
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++) sum += result[i] = Math.Exp(scores[i] - highest);
        for (var i = 0; i < scores.Length; i++) result[i] /= sum;
        return result;
    }

    /// <summary>Stands alone: the disease's sentence against its negation, whatever else is listed.</summary>
    public static double Standalone(double present, double absent) => Sigmoid(present - absent);

    /// <summary>1 / (1 + e^-x) without overflow.</summary>
    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
