namespace RadZ.Evaluation.Calibration;

/// <summary>How scores are made into probabilities.</summary>
public enum CalibrationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>One number: <see cref="TemperatureScaling"/>.</summary>
    Temperature,

    /// <summary>Two numbers: <see cref="PlattScaling"/>.</summary>
    Platt,

    /// <summary>Rising steps: <see cref="IsotonicCalibration"/>.</summary>
    Isotonic,
}

/// <summary>
/// The calibration of one disease's score, fitted on validation. Scores that were all in [0, 1] there count as probabilities, and their
/// log-odds are taken (cut at 2^-52); others are logits as they are.
/// </summary>
public sealed record ScoreCalibration
{
    static readonly double Epsilon = Math.ScaleB(1, -52);

    /// <summary>Which; one of the three below is set.</summary>
    public required CalibrationKind Kind { get; init; }

    /// <summary>True: scores are probabilities.</summary>
    public required bool Probabilities { get; init; }

    /// <summary>Of kind temperature.</summary>
    public TemperatureScaling? Temperature { get; init; }

    /// <summary>Of kind platt.</summary>
    public PlattScaling? Platt { get; init; }

    /// <summary>Of kind isotonic.</summary>
    public IsotonicCalibration? Isotonic { get; init; }

    /// <summary>
    /// The images n it was fitted on. Steps give no probability beyond 1 / (n + 2) and 1 - 1 / (n + 2): so many images show no more. Null
    /// in files of before.
    /// </summary>
    public int? Images { get; init; }

    /// <summary>
    /// Fits one; null where no best fit exists (one kind of image only; both wholly apart; for temperature: no better than chance), and of
    /// kind none.
    /// </summary>
    /// <param name="kind">Which.</param>
    /// <param name="scores">Of the validation images whose label is known.</param>
    /// <param name="present">Their truth.</param>
    public static ScoreCalibration? Fit(CalibrationKind kind, ReadOnlySpan<double> scores, ReadOnlySpan<bool> present)
    {
        Require.SameLength(scores, present);
        if (!present.Contains(true) || !present.Contains(false)) return null;
        var probabilities = scores.IndexOfAnyExceptInRange(0.0, 1.0) < 0;
        var logits = new double[scores.Length];
        for (var i = 0; i < scores.Length; i++) logits[i] = Logit(scores[i], probabilities);
        var fitted = new ScoreCalibration
        {
            Kind = kind,
            Probabilities = probabilities,
            Images = scores.Length,
            Temperature = kind == CalibrationKind.Temperature ? TemperatureScaling.Fit(logits, present) : null,
            Platt = kind == CalibrationKind.Platt ? PlattScaling.Fit(logits, present) : null,
            Isotonic = kind == CalibrationKind.Isotonic ? IsotonicCalibration.Fit(logits, present) : null,
        };
        return fitted is { Temperature: null, Platt: null, Isotonic: null } ? null : fitted;
    }

    /// <summary>The calibrated probability of the disease, in [0, 1].</summary>
    public double Apply(double score)
    {
        var logit = Logit(score, Probabilities);
        return Platt?.Apply(logit) ?? Temperature?.Apply(logit) ?? Steps(logit)
            ?? throw new InvalidOperationException($"A calibration of kind {Kind} holds nothing fitted.");
    }

    double? Steps(double logit)
    {
        if (Isotonic is null) return null;
        var least = Images is { } n ? 1.0 / (n + 2) : 0;
        return Math.Clamp(Isotonic.Apply(logit), least, 1 - least);
    }

    static double Logit(double score, bool probability)
    {
        if (!probability) return score;
        var p = Math.Clamp(score, Epsilon, 1 - Epsilon);
        return Math.Log(p / (1 - p));
    }
}
