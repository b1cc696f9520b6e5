namespace RadZ.Evaluation.Intervals;

/// <summary>Student's t distribution.</summary>
public static class StudentT
{
    /// <summary>The share above <paramref name="t"/>, in [0, 1].</summary>
    /// <param name="t">Any number.</param>
    /// <param name="freedom">Degrees of freedom, above 0; infinity is the normal distribution.</param>
    public static double Above(double t, double freedom)
    {
        if (!(freedom > 0)) throw new ArgumentOutOfRangeException(nameof(freedom), freedom, "must be above 0.");
        if (freedom > 1e7) return Normal.Above(t);
        var tail = IncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
        return t >= 0 ? tail : 1 - tail;
    }

    /// <summary>The chance of a value at least as far from 0 either way.</summary>
    public static double TwoSided(double t, double freedom) => 2 * Above(Math.Abs(t), freedom);

    /// <summary>The t below which a share <paramref name="p"/> lies; p in (0, 1).</summary>
    public static double Quantile(double p, double freedom)
    {
        if (!(p is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "a share lies between 0 and 1.");
        if (p < 0.5) return -Quantile(1 - p, freedom);
        if (freedom > 1e7) return Normal.Quantile(p);
        var (low, high) = (0.0, 1.0);
        while (Above(high, freedom) > 1 - p) (low, high) = (high, 2 * high);
        for (var i = 0; i < 200 && high - low > 1e-14 * high; i++)
        {
            var middle = (low + high) / 2;
            if (Above(middle, freedom) > 1 - p) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    // the regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8), evaluated by Lentz's method
    static double IncompleteBeta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - IncompleteBeta(1 - x, b, a);
        const double tiny = 1e-300;
        double c = 1, d = 1 - (a + b) * x / (a + 1);
        d = 1 / (Math.Abs(d) < tiny ? tiny : d);
        var value = d;
        for (var m = 1; m < 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            var step = 1.0;
            foreach (var term in (ReadOnlySpan<double>)[even, odd])
            {
                d = 1 + term * d;
                d = 1 / (Math.Abs(d) < tiny ? tiny : d);
                c = 1 + term / c;
                if (Math.Abs(c) < tiny) c = tiny;
                value *= step = d * c;
            }
            if (Math.Abs(step - 1) < 1e-16) break;
        }
        return Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x)) / a * value;
    }

    // Stirling's series, from 10 on; below by the recurrence
    static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 10; x++) shift += Math.Log(x);
        var square = 1 / (x * x);
        return (x - 0.5) * Math.Log(x) - x + Math.Log(2 * Math.PI) / 2 - shift
            + (1.0 / 12
                - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * 691 / 360360))))) / x;
    }
}
