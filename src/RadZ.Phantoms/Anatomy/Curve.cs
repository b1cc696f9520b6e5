namespace RadZ.Phantoms.Anatomy;

/// <summary>A smooth curve through given points (x rising): cubic pieces that do not overshoot.</summary>
static class Curve
{
    /// <summary>The value at x; beyond the ends the end's value.</summary>
    public static double At(ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, double x)
    {
        int last = xs.Length - 1;
        if (x <= xs[0])
            return ys[0];
        if (x >= xs[last])
            return ys[last];
        int i = 0;
        while (x > xs[i + 1])
            i++;
        double h = xs[i + 1] - xs[i], t = (x - xs[i]) / h;
        double m0 = Slope(xs, ys, i) * h, m1 = Slope(xs, ys, i + 1) * h;
        double t2 = t * t, t3 = t2 * t;
        return ys[i] * (2 * t3 - 3 * t2 + 1) + m0 * (t3 - 2 * t2 + t) + ys[i + 1] * (3 * t2 - 2 * t3) + m1 * (t3 - t2);
    }

    static double Slope(ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, int i)
    {
        if (i == 0 || i == xs.Length - 1)
            return 0;
        double before = (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]), after = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]);
        return before * after <= 0 ? 0 : 2 * before * after / (before + after);
    }
}
