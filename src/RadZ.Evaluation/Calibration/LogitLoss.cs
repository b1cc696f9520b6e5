namespace RadZ.Evaluation.Calibration;

/// <summary>Log loss of logits, without going through probabilities (which would round to 0 or 1).</summary>
public static class LogitLoss
{
    /// <summary>Mean log loss in nats, 0 best, no upper end; null without images.</summary>
    public static double? Compute(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        Require.SameLength(logits, present);
        Require.Finite(logits);
        return logits.Length == 0 ? null : Mean(logits, present, 1, 0);
    }

    internal static double Mean(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present, double slope, double intercept)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            var z = slope * logits[i] + intercept;
            var against = present[i] ? -z : z;
            sum += Math.Max(against, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
        }
        return sum / logits.Length;
    }

    internal static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
