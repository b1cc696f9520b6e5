namespace RadZ.Evaluation.Calibration;

/// <summary>
/// Platt's scaling: probability = sigmoid(slope * logit + intercept), fitted to plain labels by least mean log loss, no penalty.
/// </summary>
/// <param name="Slope">Below 0 where higher logits mean less disease.</param>
/// <param name="Intercept">The log-odds at logit 0.</param>
public sealed record PlattScaling(double Slope, double Intercept)
{
    /// <summary>
    /// Newton's method with halved steps. Null where no best fit exists: one kind only, or a threshold that parts the two kinds
    /// (the slope would grow without end).
    /// </summary>
    public static PlattScaling? Fit(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        Require.SameLength(logits, present);
        Require.Finite(logits);
        if (!Overlap(logits, present)) return null;

        // fitted on standardised logits, where the start is good and the system well conditioned
        var (mean, scale) = MeanAndScale(logits);
        var standard = new double[logits.Length];
        for (var i = 0; i < standard.Length; i++) standard[i] = (logits[i] - mean) / scale;

        var (slope, intercept) = (0.0, 0.0);
        var loss = LogitLoss.Mean(standard, present, slope, intercept);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var (stepSlope, stepIntercept, gradient) = NewtonStep(standard, present, slope, intercept);
            if (gradient < 1e-15) break;
            var share = 1.0;
            var next = LogitLoss.Mean(standard, present, slope - stepSlope, intercept - stepIntercept);
            for (; next > loss + 1e-15
                && share > 1e-10; next = LogitLoss.Mean(standard, present, slope - share * stepSlope, intercept - share * stepIntercept))
                share /= 2;
            (slope, intercept, loss) = (slope - share * stepSlope, intercept - share * stepIntercept, next);
        }
        return new(slope / scale, intercept - slope * mean / scale);
    }

    /// <summary>The probability of a logit, in [0, 1].</summary>
    public double Apply(double logit) => LogitLoss.Sigmoid(Slope * logit + Intercept);

    // a best fit is finite exactly if the two kinds overlap on the line
    static bool Overlap(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        var (lowPositive, highPositive) = (double.PositiveInfinity, double.NegativeInfinity);
        var (lowNegative, highNegative) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < logits.Length; i++)
            if (present[i]) (lowPositive, highPositive) = (Math.Min(lowPositive, logits[i]), Math.Max(highPositive, logits[i]));
            else (lowNegative, highNegative) = (Math.Min(lowNegative, logits[i]), Math.Max(highNegative, logits[i]));
        return lowPositive < highNegative && lowNegative < highPositive;
    }

    static (double Mean, double Scale) MeanAndScale(ReadOnlySpan<double> values)
    {
        double mean = 0, square = 0;
        foreach (var v in values) mean += v / values.Length;
        foreach (var v in values) square += (v - mean) * (v - mean) / values.Length;
        return (mean, Math.Sqrt(square));
    }

    static (double Slope, double Intercept, double Gradient) NewtonStep(ReadOnlySpan<double> z, ReadOnlySpan<bool> present, double slope,
        double intercept)
    {
        double gradientSlope = 0, gradientIntercept = 0, ss = 0, si = 0, ii = 0;
        for (var i = 0; i < z.Length; i++)
        {
            var p = LogitLoss.Sigmoid(slope * z[i] + intercept);
            var (miss, weight) = (p - (present[i] ? 1 : 0), p * (1 - p));
            gradientSlope += miss * z[i];
            gradientIntercept += miss;
            ss += weight * z[i] * z[i];
            si += weight * z[i];
            ii += weight;
        }
        var determinant = ss * ii - si * si;
        return ((ii * gradientSlope - si * gradientIntercept) / determinant, (ss * gradientIntercept - si * gradientSlope) / determinant,
            Math.Max(Math.Abs(gradientSlope), Math.Abs(gradientIntercept)) / z.Length);
    }
}
