namespace RadZ.Evaluation.Calibration;

/// <summary>
/// Temperature scaling (Guo et al. 2017): probability = sigmoid(logit / temperature). It never changes an order or a threshold of 0.5.
/// </summary>
/// <param name="Temperature">Above 0; above 1 where the model was too sure.</param>
public sealed record TemperatureScaling(double Temperature)
{
    /// <summary>
    /// The temperature of least mean log loss. Null where there is none above 0: the signs of the logits are all right
    /// (it would fall to 0), or the logits say no more than chance (it would grow without end).
    /// </summary>
    public static TemperatureScaling? Fit(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        Require.SameLength(logits, present);
        Require.Finite(logits);
        if (!HasWrongSign(logits, present) || Gradient(logits, present, 0) >= 0) return null;

        // the loss is convex in 1/T: its gradient rises through one zero, bracketed and then halved to the last bit
        var (low, high) = (0.0, 1.0);
        while (Gradient(logits, present, high) < 0) (low, high) = (high, high * 2);
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
            if (Gradient(logits, present, middle) < 0) low = middle;
            else high = middle;
        return new(1 / high);
    }

    /// <summary>The probability of a logit, in [0, 1].</summary>
    public double Apply(double logit) => LogitLoss.Sigmoid(logit / Temperature);

    static bool HasWrongSign(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present)
    {
        for (var i = 0; i < logits.Length; i++)
            if (present[i] ? logits[i] < 0 : logits[i] > 0)
                return true;
        return false;
    }

    static double Gradient(ReadOnlySpan<double> logits, ReadOnlySpan<bool> present, double inverse)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
            sum += (LogitLoss.Sigmoid(inverse * logits[i]) - (present[i] ? 1 : 0)) * logits[i];
        return sum;
    }
}
