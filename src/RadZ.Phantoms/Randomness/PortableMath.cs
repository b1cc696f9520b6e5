namespace RadZ.Phantoms.Randomness;

/// <summary>
/// Elementary functions from +, -, *, / and square root alone, so that every machine gets the same bits: the C library's differ between
/// systems in the last place.
/// </summary>
static class PortableMath
{
    const double Ln2High = 6.93147180369123816490e-01;
    const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e to the x, relative error below 1e-13; 0 below -700, capped above 700.</summary>
    public static double Exp(double x)
    {
        if (x < -700)
            return 0;
        x = Math.Min(x, 700);
        double k = Math.Floor(x * 1.4426950408889634 + 0.5);
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 1 + r / 12;
        for (int n = 11; n >= 1; n--)
            sum = 1 + sum * r / n;
        return sum * BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
    }

    /// <summary>Natural logarithm of a positive normal number.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }
        double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
        for (int n = 21; n >= 1; n -= 2)
            sum = sum * s2 + 1.0 / n;
        return exponent * Ln2High + (2 * s * sum + exponent * Ln2Low);
    }

    /// <summary>x to the p for x at least 0.</summary>
    public static double Pow(double x, double p) => x <= 0 ? 0 : Exp(p * Log(x));

    /// <summary>Sine of an angle in radians, moderate in size.</summary>
    public static double Sin(double x)
    {
        double turns = Math.Floor(x / Math.PI + 0.5);
        double r = x - turns * 3.141592653589793116 - turns * 1.2246467991473532e-16, r2 = r * r, sum = 1;
        for (int n = 18; n >= 2; n -= 2)
            sum = 1 - sum * r2 / (n * (n + 1));
        double sine = r * sum;
        return ((long)turns & 1) == 0 ? sine : -sine;
    }

    /// <summary>Cosine of an angle in radians, moderate in size.</summary>
    public static double Cos(double x) => Sin(x + Math.PI / 2);

    /// <summary>e to the x in single precision (relative error below 1e-6) for the picture's pixels; x from -80 to 80.</summary>
    public static float Exp(float x)
    {
        x = Math.Min(80f, Math.Max(-80f, x));
        float k = MathF.Floor(x * 1.44269504f + 0.5f);
        float r = x - k * 0.693359375f + k * 2.12194440e-4f;
        float sum = 1f + r * (1f + r * (0.5f + r * (0.16666667f + r * (0.041666667f + r * (0.0083333333f + r * 0.0013888889f)))));
        return sum * BitConverter.Int32BitsToSingle(((int)k + 127) << 23);
    }

    /// <summary>Natural logarithm in single precision (error below 1e-6) of a positive normal number.</summary>
    public static float Log(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        int exponent = (bits >> 23) - 127;
        float m = BitConverter.Int32BitsToSingle((bits & 0x7FFFFF) | 0x3F800000);
        if (m > 1.41421356f)
        {
            m *= 0.5f;
            exponent++;
        }
        float s = (m - 1f) / (m + 1f), s2 = s * s;
        return exponent * 0.69314718f + 2f * s * (1f + s2 * (0.33333333f + s2 * (0.2f + s2 * (0.14285714f + s2 * 0.11111111f))));
    }

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, an S between.</summary>
    public static double Step(double from, double to, double x)
    {
        double t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    /// <summary>From a at t = 0 to b at t = 1.</summary>
    public static double Mix(double a, double b, double t) => a + (b - a) * t;
}
