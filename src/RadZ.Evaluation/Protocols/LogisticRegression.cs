using System.Numerics;
using System.Runtime.InteropServices;
using RadZ.Evaluation.Calibration;

namespace RadZ.Evaluation.Protocols;

/// <summary>Rows of float32 features, one an image.</summary>
/// <param name="Values">Row after row.</param>
/// <param name="Width">Features a row.</param>
sealed record FeatureTable(float[] Values, int Width)
{
    /// <summary>How many.</summary>
    public int Rows => Values.Length / Width;

    /// <summary>One.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Mean and standard deviation of each feature; a feature that never changes has a deviation of 1.</summary>
    internal (double[] Mean, double[] Scale) Standard()
    {
        var (mean, scale) = (new double[Width], new double[Width]);
        for (var row = 0; row < Rows; row++)
            for (var d = 0; d < Width; d++) mean[d] += Row(row)[d];
        for (var d = 0; d < Width; d++) mean[d] /= Math.Max(1, Rows);
        for (var row = 0; row < Rows; row++)
            for (var d = 0; d < Width; d++) scale[d] += (Row(row)[d] - mean[d]) * (Row(row)[d] - mean[d]);
        for (var d = 0; d < Width; d++) scale[d] = Math.Sqrt(scale[d] / Math.Max(1, Rows)) is > 1e-9 and var s ? s : 1;
        return (mean, scale);
    }
}

/// <summary>
/// Logistic regression: least mean log loss + penalty / 2 |w|^2 over standardised features, the intercept free. Found by L-BFGS (Nocedal
/// 1980) from 0 or a given start, all sums in double and in one order: the same data give the same bits on any number of threads.
/// </summary>
sealed class LogisticRegression(FeatureTable features, int[] rows, bool[] present, double[] mean, double[] scale)
{
    const int Kept = 10, MostSteps = 2000;
    const double SmallGradient = 1e-8;
    readonly int _width = features.Width;
    readonly double[] _raw = new double[features.Width];

    /// <summary>Weights of the standardised features, then the intercept.</summary>
    /// <param name="penalty">Above 0.</param>
    /// <param name="start">Where to begin; as long as the answer.</param>
    public double[] Fit(double penalty, double[]? start = null)
    {
        var x = start is null ? new double[_width + 1] : [.. start];
        var gradient = new double[x.Length];
        var loss = Loss(x, penalty, gradient);
        List<(double[] Step, double[] Change, double Inner)> memory = [];
        for (var step = 0; step < MostSteps && gradient.Max(Math.Abs) > SmallGradient; step++)
        {
            var direction = Direction(gradient, memory);
            var slope = Inner(direction, gradient);
            if (slope >= 0)                                             // what was remembered misleads: steepest descent
            {
                memory.Clear();
                direction = [.. gradient.Select(g => -g)];
                slope = -Inner(gradient, gradient);
            }
            var length = memory.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1;
            double[] next, nextGradient = new double[x.Length];
            double nextLoss;
            for (; ; length /= 2)
            {
                next = [.. x.Select((v, i) => v + length * direction[i])];
                nextLoss = Loss(next, penalty, nextGradient);
                if (nextLoss <= loss + 1e-4 * length * slope || length < 1e-12) break;
            }
            if (length < 1e-12) break;                                  // at the end of double precision
            double[] moved = [.. next.Select((v, i) => v - x[i])], changed = [.. nextGradient.Select((v, i) => v - gradient[i])];
            if (Inner(moved, changed) is > 1e-300 and var inner) memory.Add((moved, changed, inner));
            if (memory.Count > Kept) memory.RemoveAt(0);
            (x, gradient, loss) = (next, nextGradient, nextLoss);
        }
        return x;
    }

    /// <summary>The log-odds of a row under an answer of <see cref="Fit"/>.</summary>
    public static double LogOdds(ReadOnlySpan<float> row, ReadOnlySpan<double> weights, double[] mean, double[] scale)
    {
        var sum = weights[^1];
        for (var d = 0; d < row.Length; d++) sum += weights[d] * (row[d] - mean[d]) / scale[d];
        return sum;
    }

    double Loss(double[] x, double penalty, double[] gradient)
    {
        // standardising is folded into the weights, so that the features stay as they are
        var shift = x[_width];
        for (var d = 0; d < _width; d++)
        {
            _raw[d] = x[d] / scale[d];
            shift -= _raw[d] * mean[d];
        }
        Array.Clear(gradient);
        var (loss, residuals) = (0.0, 0.0);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = features.Row(rows[i]);
            var z = Dot(row, _raw) + shift;
            var against = present[i] ? -z : z;
            loss += Math.Max(against, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
            var residual = LogitLoss.Sigmoid(z) - (present[i] ? 1 : 0);
            residuals += residual;
            Add(row, residual, gradient);
        }
        loss /= rows.Length;
        for (var d = 0; d < _width; d++)
        {
            gradient[d] = (gradient[d] - mean[d] * residuals) / scale[d] / rows.Length + penalty * x[d];
            loss += penalty / 2 * x[d] * x[d];
        }
        gradient[_width] = residuals / rows.Length;
        return loss;
    }

    static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Inner)> memory)
    {
        double[] q = [.. gradient];
        var shares = new double[memory.Count];
        for (var m = memory.Count - 1; m >= 0; m--)
        {
            shares[m] = Inner(memory[m].Step, q) / memory[m].Inner;
            for (var i = 0; i < q.Length; i++) q[i] -= shares[m] * memory[m].Change[i];
        }
        if (memory.Count > 0)
        {
            var size = memory[^1].Inner / Inner(memory[^1].Change, memory[^1].Change);
            for (var i = 0; i < q.Length; i++) q[i] *= size;
        }
        for (var m = 0; m < memory.Count; m++)
        {
            var back = Inner(memory[m].Change, q) / memory[m].Inner;
            for (var i = 0; i < q.Length; i++) q[i] += (shares[m] - back) * memory[m].Step[i];
        }
        for (var i = 0; i < q.Length; i++) q[i] = -q[i];
        return q;
    }

    static double Inner(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    static double Dot(ReadOnlySpan<float> row, double[] weights)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(row);
        var w = MemoryMarshal.Cast<double, Vector<double>>(weights.AsSpan());
        Vector<double> low = default, high = default;
        for (var v = 0; v < x.Length; v++)
        {
            Vector.Widen(x[v], out var one, out var two);
            low += one * w[2 * v];
            high += two * w[2 * v + 1];
        }
        var sum = Vector.Sum(low + high);
        for (var d = x.Length * Vector<float>.Count; d < row.Length; d++) sum += row[d] * weights[d];
        return sum;
    }

    static void Add(ReadOnlySpan<float> row, double share, double[] to)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(row);
        var t = MemoryMarshal.Cast<double, Vector<double>>(to.AsSpan());
        var factor = new Vector<double>(share);
        for (var v = 0; v < x.Length; v++)
        {
            Vector.Widen(x[v], out var one, out var two);
            t[2 * v] += one * factor;
            t[2 * v + 1] += two * factor;
        }
        for (var d = x.Length * Vector<float>.Count; d < row.Length; d++) to[d] += row[d] * share;
    }
}
