using RadZ.Evaluation.Calibration;

namespace RadZ.Evaluation.Abstention;

/// <summary>
/// Chow's rule for one disease (IEEE Trans. Inf. Theory 1970): scores become probabilities by a calibration (Platt's scaling where no other
/// is asked for), the likelier answer is given, and the probability of that answer is the confidence. All of it is fitted on validation;
/// nothing is taken from the images it is measured on.
/// </summary>
sealed class AbstainingRule
{
    readonly double[] _confidences;                                     // of validation, falling

    AbstainingRule(ScoreCalibration calibration, ReadOnlySpan<double> scores)
    {
        (Calibration, _confidences) = (calibration, new double[scores.Length]);
        for (var i = 0; i < scores.Length; i++) _confidences[i] = Confidence(scores[i]);
        Array.Sort(_confidences);
        Array.Reverse(_confidences);
    }

    /// <summary>What makes probabilities of scores.</summary>
    public ScoreCalibration Calibration { get; }

    /// <summary>Fits it; null where the calibration has no best fit (one kind only, or both kinds wholly apart).</summary>
    /// <param name="scores">Of the validation images whose label is known.</param>
    /// <param name="present">Their truth.</param>
    /// <param name="kind">The calibration.</param>
    public static AbstainingRule? Fit(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present,
        CalibrationKind kind = CalibrationKind.Platt) =>
        ScoreCalibration.Fit(kind, scores, present) is { } calibration ? new(calibration, scores) : null;

    /// <summary>The calibrated probability of the disease, in [0, 1].</summary>
    public double Probability(double score) => Calibration.Apply(score);

    /// <summary>True: the answer is "present".</summary>
    public bool Answer(double score) => Probability(score) >= 0.5;

    /// <summary>The probability that the answer is right, in [0.5, 1].</summary>
    public double Confidence(double score) => Probability(score) is var p && p >= 0.5 ? p : 1 - p;

    /// <summary>The highest confidence that at least a share of the validation images reaches: below it, abstain.</summary>
    /// <param name="coverage">In (0, 1].</param>
    public double LeastConfidence(double coverage)
    {
        if (!(coverage is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "coverage lies above 0 and at most at 1.");
        // 1e-9: 0.9 x 10 is 9 images, whatever the last binary digit says
        return _confidences[Math.Clamp((int)Math.Ceiling(coverage * _confidences.Length - 1e-9), 1, _confidences.Length) - 1];
    }
}
