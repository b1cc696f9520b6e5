using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RadZ.Evaluation.Projection;

/// <summary>How t-SNE runs.</summary>
sealed record TsneOptions
{
    /// <summary>Neighbours that each point tries to keep; lowered to (n - 1) / 3 where there are fewer points.</summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Steps; the first 250 with affinities times 12 (early exaggeration).</summary>
    public int Steps { get; init; } = 750;

    /// <summary>Of where it begins.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>A map of points: near ones stay near. Distances between far groups and sizes of groups mean nothing.</summary>
/// <param name="Points">A place a row.</param>
/// <param name="Perplexity">That was used.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the map from the affinities (nats) when exaggeration ended and every 100 steps
/// after; the last is the map's.</param>
sealed record TsneMap(IReadOnlyList<(double X, double Y)> Points, double Perplexity, IReadOnlyList<double> Divergence);

/// <summary>
/// t-distributed stochastic neighbour embedding in two dimensions, exact: every pair is looked at (eight at a time). It begins at the
/// points' principal plane. Rows are compared by their cosine, as the model compares them. Same rows and seed, same map, on any number of
/// threads.
/// </summary>
static class Tsne
{
    const int ExaggeratedSteps = 250, MostPoints = 20_000;
    const float Exaggeration = 12;

    /// <summary>Makes the map; 3,000 points take some ten seconds on two cores, the time grows with the square.</summary>
    /// <param name="rows">Features, at least four.</param>
    /// <param name="options">Perplexity, steps, seed.</param>
    /// <param name="step">Told of every step.</param>
    /// <param name="cancel">Stops between steps.</param>
    public static TsneMap Project(IReadOnlyList<float[]> rows, TsneOptions? options = null, Action? step = null,
        CancellationToken cancel = default)
    {
        options ??= new();
        var n = rows.Count;
        if (n is < 4 or > MostPoints) throw new ArgumentException($"{n} rows; t-SNE maps 4 to {MostPoints:N0}.", nameof(rows));
        if (!(options.Perplexity >= 1))
            throw new ArgumentException($"perplexity is {options.Perplexity}, expected at least 1.", nameof(options));
        var unit = UnitRows.Normalize(rows);
        var perplexity = Math.Min(options.Perplexity, (n - 1) / 3.0);
        var p = Affinities.Compute(unit, perplexity, cancel);
        var field = new Field(p, PrincipalPlane.Project(unit, options.Seed), options.Seed);
        var rate = (float)Math.Max(n / Exaggeration / 4.0, 50);
        List<double> divergence = [];
        for (var s = 0; s < options.Steps; s++)
        {
            cancel.ThrowIfCancellationRequested();
            var early = s < ExaggeratedSteps;
            field.Step(early ? Exaggeration : 1, rate, early ? 0.5f : 0.8f);
            if (s + 1 >= ExaggeratedSteps && ((s + 1 - ExaggeratedSteps) % 100 == 0 || s + 1 == options.Steps))
                divergence.Add(field.Divergence());
            step?.Invoke();
        }
        return new(field.Points(), perplexity, divergence);
    }

    /// <summary>The moving points.</summary>
    sealed class Field
    {
        readonly int _n;
        readonly float[] _p, _x, _y, _stepX, _stepY, _gainX, _gainY, _pullX, _pullY, _pushX, _pushY;
        readonly double[] _weight;

        public Field(float[] p, (double X, double Y)[] start, int seed)
        {
            (_p, _n) = (p, start.Length);
            var random = new Random(seed);                                              // equal points must be able to part
            _x = [.. start.Select(s => (float)(1e-4 * (s.X + 1e-3 * (random.NextDouble() - 0.5))))];
            _y = [.. start.Select(s => (float)(1e-4 * (s.Y + 1e-3 * (random.NextDouble() - 0.5))))];
            (_stepX, _stepY, _pullX, _pullY, _pushX, _pushY) =
                (new float[_n], new float[_n], new float[_n], new float[_n], new float[_n], new float[_n]);
            (_gainX, _gainY, _weight) = ([.. Enumerable.Repeat(1f, _n)], [.. Enumerable.Repeat(1f, _n)], new double[_n]);
        }

        public void Step(float exaggeration, float rate, float momentum)
        {
            Parallel.For(0, _n, Forces);
            var sum = 0.0;
            for (var i = 0; i < _n; i++) sum += _weight[i];
            var z = (float)sum;
            for (var i = 0; i < _n; i++)
            {
                Move(ref _x[i], ref _stepX[i], ref _gainX[i], 4 * (exaggeration * _pullX[i] - _pushX[i] / z));
                Move(ref _y[i], ref _stepY[i], ref _gainY[i], 4 * (exaggeration * _pullY[i] - _pushY[i] / z));
            }
            Center(_x);
            Center(_y);

            void Move(ref float at, ref float step, ref float gain, float gradient)
            {
                gain = Math.Max(0.01f, gradient > 0 == step > 0 ? gain * 0.8f : gain + 0.2f);
                step = momentum * step - rate * gain * gradient;
                at += step;
            }
        }

        /// <summary>What draws point i to its neighbours and drives it from all: q = 1 / (1 + d^2), p q d and q^2 d.</summary>
        void Forces(int i)
        {
            ReadOnlySpan<Vector256<float>> x = MemoryMarshal.Cast<float, Vector256<float>>(_x),
            y = MemoryMarshal.Cast<float, Vector256<float>>(_y), p = MemoryMarshal.Cast<float, Vector256<float>>(_p.AsSpan(i * _n, _n));
            var (one, ownX, ownY) = (Vector256<float>.One, Vector256.Create(_x[i]), Vector256.Create(_y[i]));
            var (weight, pullX, pullY, pushX, pushY) =
                (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (var j = 0; j < p.Length; j++)
            {
                var (dx, dy) = (ownX - x[j], ownY - y[j]);
                var q = one / (one + (dx * dx) + (dy * dy));
                var (pull, push) = (p[j] * q, q * q);
                weight += q;
                pullX += pull * dx;
                pullY += pull * dy;
                pushX += push * dx;
                pushY += push * dy;
            }
            var (w, ax, ay, rx, ry) =
                (UnitRows.Sum(weight), UnitRows.Sum(pullX), UnitRows.Sum(pullY), UnitRows.Sum(pushX), UnitRows.Sum(pushY));
            for (var j = p.Length * Vector256<float>.Count; j < _n; j++)
            {
                var (dx, dy) = (_x[i] - _x[j], _y[i] - _y[j]);
                var q = 1 / (1 + (dx * dx) + (dy * dy));
                var pull = _p[i * _n + j] * q;
                (w, ax, ay, rx, ry) = (w + q, ax + (pull * dx), ay + (pull * dy), rx + (q * q * dx), ry + (q * q * dy));
            }
            (_weight[i], _pullX[i], _pullY[i], _pushX[i], _pushY[i]) = (w - 1.0, ax, ay, rx, ry);      // less the point itself
        }

        static void Center(float[] values)
        {
            var mean = 0.0;
            foreach (var value in values) mean += value;
            mean /= values.Length;
            for (var i = 0; i < values.Length; i++) values[i] -= (float)mean;
        }

        /// <summary>sum p ln(p / q), in double.</summary>
        public double Divergence()
        {
            var (parts, weights) = (new double[_n], new double[_n]);
            Parallel.For(0, _n, i =>
            {
                for (var j = 0; j < _n; j++)
                {
                    if (j == i) continue;
                    double dx = _x[i] - _x[j], dy = _y[i] - _y[j], p = _p[i * _n + j];
                    var q = 1 / (1 + dx * dx + dy * dy);
                    weights[i] += q;
                    if (p > 0) parts[i] += p * Math.Log(p / q);
                }
            });
            return parts.Sum() + Math.Log(weights.Sum());
        }

        public (double X, double Y)[] Points() => [.. _x.Zip(_y, (x, y) => ((double)x, (double)y))];
    }
}
