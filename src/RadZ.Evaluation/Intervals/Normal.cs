using MathNet.Numerics;

namespace RadZ.Evaluation.Intervals;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The z below which a share <paramref name="p"/> of the normal distribution lies; p in (0, 1).</summary>
    public static double Quantile(double p)
    {
        if (!(p is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "a share lies between 0 and 1.");
        return -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * p);
    }

    /// <summary>The share of the distribution above <paramref name="z"/>, in [0, 1]; far tails keep their digits.</summary>
    public static double Above(double z) => SpecialFunctions.Erfc(z / Constants.Sqrt2) / 2;
}
