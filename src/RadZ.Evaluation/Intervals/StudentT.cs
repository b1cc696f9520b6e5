using MathNet.Numerics;

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
        var tail = SpecialFunctions.BetaRegularized(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
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
        // by halving, since the library's own inverse looks no farther than 800 and stops at 1e-12
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
}
