namespace RadZ.Evaluation.Binary;

/// <summary>How good probabilities are as probabilities. Each throws <see cref="ArgumentException"/> on a score outside [0, 1].</summary>
public static class ProbabilityScores
{
    static readonly double Epsilon = Math.ScaleB(1, -52);

    /// <summary>Brier score, in [0, 1], 0 best: mean squared distance of probability and truth. Null without images.</summary>
    public static double? Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> present) =>
        Mean(probabilities, present, static (p, there) => (p - (there ? 1 : 0)) * (p - (there ? 1 : 0)));

    /// <summary>
    /// Log loss in nats, 0 best. Probabilities are cut to [2^-52, 1 - 2^-52] as in scikit-learn: a certain wrong answer costs 36.04.
    /// Null without images.
    /// </summary>
    public static double? LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> present) =>
        Mean(probabilities, present, static (p, there) =>
        {
            var cut = Math.Clamp(p, Epsilon, 1 - Epsilon);
            return -Math.Log(there ? cut : 1 - cut);
        });

    /// <summary>
    /// Expected calibration error, in [0, 1], 0 best: over bins (b/n, (b+1)/n] of equal width (0 belongs to the first), the distance of
    /// mean probability and share of the diseased, weighted by the images in the bin. Null without images.
    /// </summary>
    public static double? ExpectedCalibrationError(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> present, int bins = 15) =>
        ReliabilityCurve.Compute(probabilities, present, bins).CalibrationError;

    static double? Mean(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> present, Func<double, bool, double> cost)
    {
        Require.SameLength(probabilities, present);
        Require.Probabilities(probabilities);
        if (probabilities.Length == 0) return null;
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length; i++) sum += cost(probabilities[i], present[i]);
        return sum / probabilities.Length;
    }
}
