namespace RadZ.Evaluation.Intervals;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>
    /// The z below which a share <paramref name="p"/> of the normal distribution lies; p in (0, 1). Good to about 1e-15 relative
    /// (Wichura's algorithm AS 241, Applied Statistics 37, 1988).
    /// </summary>
    public static double Quantile(double p)
    {
        if (!(p is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "a share lies between 0 and 1.");
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - q * q;
            return q * Ratio(r, Middle, MiddleBelow);
        }
        var tail = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p));
        var z = tail <= 5 ? Ratio(tail - 1.6, Tail, TailBelow) : Ratio(tail - 5, FarTail, FarTailBelow);
        return q < 0 ? -z : z;
    }

    /// <summary>
    /// The share of the distribution above <paramref name="z"/>, in [0, 1]: half of erfc(z / sqrt 2); absolute error below 1e-15.
    /// </summary>
    public static double Above(double z)
    {
        var x = Math.Abs(z);
        var above = x < 3.5 ? 0.5 - Density(x) * Series(x) : Density(x) * Fraction(x);
        return z < 0 ? 1 - above : above;
    }

    static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    // x + x^3/3 + x^5/(3*5) + ...: all terms have one sign (Abramowitz and Stegun 26.2.11)
    static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 3; term > sum * 1e-17; n += 2) sum += term *= x * x / n;
        return sum;
    }

    // 1/(x + 1/(x + 2/(x + 3/(x + ...)))), from within outwards (26.2.14)
    static double Fraction(double x)
    {
        var inner = x;
        for (var k = 120; k >= 1; k--) inner = x + k / inner;
        return 1 / inner;
    }

    static double Ratio(double x, double[] above, double[] below) => Polynomial(x, above) / Polynomial(x, below);

    // highest power first
    static double Polynomial(double x, double[] coefficients)
    {
        var value = 0.0;
        foreach (var c in coefficients) value = value * x + c;
        return value;
    }

    static readonly double[] Middle =
    [
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080,
    ];

    static readonly double[] MiddleBelow =
    [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1,
    ];

    static readonly double[] Tail =
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    static readonly double[] TailBelow =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    static readonly double[] FarTail =
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
    ];

    static readonly double[] FarTailBelow =
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ];
}
