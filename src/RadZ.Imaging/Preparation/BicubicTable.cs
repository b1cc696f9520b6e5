using System.Collections.Concurrent;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// The weights of one bicubic pass, as Pillow's <c>Resample.c</c> makes them: a = -0.5, the kernel widened by the scale when
/// shrinking, weights of a pixel normalised to 1 and rounded to 22-bit fixed point.
/// </summary>
sealed class BicubicTable
{
    /// <summary>Bits after the point.</summary>
    public const int Precision = 22;

    /// <summary>A data set has few sizes; one that has thousands must not fill the memory with tables.</summary>
    const int MaxCached = 256;

    static readonly ConcurrentDictionary<(int Inputs, int Outputs), BicubicTable> Cache = new();

    readonly int[] _weights;
    readonly (int First, int Count)[] _spans;
    readonly int _stride;

    BicubicTable(int inputs, int outputs)
    {
        var scale = (double)inputs / outputs;
        var width = Math.Max(scale, 1.0);
        var support = 2.0 * width;
        _stride = (int)Math.Ceiling(support) * 2 + 1;
        _weights = new int[outputs * _stride];
        _spans = new (int, int)[outputs];
        Span<double> exact = new double[_stride];
        for (var output = 0; output < outputs; output++)
        {
            var center = (output + 0.5) * scale;
            var first = Math.Max(0, (int)(center - support + 0.5));
            var count = Math.Min(inputs, (int)(center + support + 0.5)) - first;
            _spans[output] = (first, count);
            var total = 0.0;
            for (var i = 0; i < count; i++)
                total += exact[i] = Kernel((i + first - center + 0.5) * (1.0 / width));
            for (var i = 0; i < count; i++)
            {
                var weight = (total != 0.0 ? exact[i] / total : exact[i]) * (1 << Precision);
                _weights[output * _stride + i] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }
    }

    /// <summary>The table of a pair of sizes; made once.</summary>
    public static BicubicTable Create(int inputs, int outputs)
    {
        if (Cache.TryGetValue((inputs, outputs), out var table))
            return table;
        if (Cache.Count >= MaxCached)
            Cache.Clear();
        return Cache.GetOrAdd((inputs, outputs), static size => new(size.Inputs, size.Outputs));
    }

    /// <summary>The first input an output is made of.</summary>
    public int First(int output) => _spans[output].First;

    /// <summary>The weights of the inputs from <see cref="First"/> on.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * _stride, _spans[output].Count);

    static double Kernel(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1.0 ? ((a + 2.0) * x - (a + 3.0)) * x * x + 1
            : x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a
            : 0.0;
    }
}
