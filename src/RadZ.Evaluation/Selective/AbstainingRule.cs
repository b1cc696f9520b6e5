namespace RadZ.Evaluation;

/// <summary>
/// Chow's rule for one disease (IEEE Trans. Inf. Theory 1970): scores become probabilities by Platt's scaling, the likelier answer is given, and the
/// probability of that answer is the confidence. All of it is fitted on validation; nothing is taken from the images it is measured on.
/// </summary>
public sealed class AbstainingRule
{
    static readonly double Epsilon = Math.ScaleB(1, -52);
    readonly PlattScaling _scaling;
    readonly bool _probabilities;
    readonly double[] _confidences;                                     // of validation, falling

    AbstainingRule(PlattScaling scaling, bool probabilities, ReadOnlySpan<double> scores)
    {
        (_scaling, _probabilities, _confidences) = (scaling, probabilities, new double[scores.Length]);
        for (var i = 0; i < scores.Length; i++) _confidences[i] = Confidence(scores[i]);
        Array.Sort(_confidences);
        Array.Reverse(_confidences);
    }

    /// <summary>Fits it; null where Platt's scaling has no best fit (one kind only, or both kinds wholly apart).</summary>
    /// <param name="scores">Of the validation images whose label is known.</param>
    /// <param name="present">Their truth.</param>
    public static AbstainingRule? Fit(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
    {
        var probabilities = scores.IndexOfAnyExceptInRange(0.0, 1.0) < 0;
        var logits = new double[scores.Length];
        for (var i = 0; i < scores.Length; i++) logits[i] = Logit(scores[i], probabilities);
        return PlattScaling.Fit(logits, present) is { } scaling ? new(scaling, probabilities, scores) : null;
    }

    /// <summary>The calibrated probability of the disease, in [0, 1].</summary>
    public double Probability(double score) => _scaling.Apply(Logit(score, _probabilities));

    /// <summary>True: the answer is "present".</summary>
    public bool Answer(double score) => Probability(score) >= 0.5;

    /// <summary>The probability that the answer is right, in [0.5, 1].</summary>
    public double Confidence(double score) => Probability(score) is var p && p >= 0.5 ? p : 1 - p;

    /// <summary>The highest confidence that at least a share of the validation images reaches: below it, abstain.</summary>
    /// <param name="coverage">In (0, 1].</param>
    public double LeastConfidence(double coverage)
    {
        if (!(coverage is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "coverage lies above 0 and at most at 1.");
        // 1e-9: 0.9 x 10 is 9 images, whatever the last binary digit says
        return _confidences[Math.Clamp((int)Math.Ceiling(coverage * _confidences.Length - 1e-9), 1, _confidences.Length) - 1];
    }

    static double Logit(double score, bool probability)
    {
        if (!probability) return score;
        var p = Math.Clamp(score, Epsilon, 1 - Epsilon);
        return Math.Log(p / (1 - p));
    }
}
