namespace RadZ.Evaluation.Projection;

/// <summary>
/// Where points lie in the two directions of their greatest variance: where t-SNE begins, so that its picture keeps the large shape and
/// needs no luck.
/// </summary>
static class PrincipalPlane
{
    const int Rounds = 60;

    /// <summary>Coordinates, centred, of unit variance in the first direction.</summary>
    /// <param name="rows">The points.</param>
    /// <param name="seed">Of the directions that the power iteration begins with.</param>
    public static (double X, double Y)[] Project(IReadOnlyList<float[]> rows, int seed)
    {
        var mean = UnitRows.Mean(rows);
        var first = Coordinates(rows, mean, Direction(rows, mean, null, new Random(seed)), out var one);
        var second = Coordinates(rows, mean, Direction(rows, mean, one, new Random(unchecked(seed + 1))), out _);
        var deviation = Math.Sqrt(first.Sum(v => v * v) / rows.Count);
        return deviation > 0 ? [.. first.Zip(second, (x, y) => (x / deviation, y / deviation))] : [.. first.Select(_ => (0.0, 0.0))];
    }

    static double[] Direction(IReadOnlyList<float[]> rows, double[] mean, double[]? beside, Random random)
    {
        double[] direction = [.. mean.Select(_ => random.NextDouble() - 0.5)];
        for (var round = 0; round < Rounds; round++)
        {
            Orthogonal(direction, beside);
            var along = Coordinates(rows, mean, direction, out _);
            var next = new double[mean.Length];
            foreach (var (i, row) in rows.Index())
                for (var d = 0; d < next.Length; d++) next[d] += along[i] * (row[d] - mean[d]);
            if (!(next.Sum(v => v * v) > 1e-30)) break;                                // all points are one, or on one line
            direction = next;
        }
        Orthogonal(direction, beside);
        return direction;
    }

    static void Orthogonal(double[] direction, double[]? beside)
    {
        if (beside is not null)
        {
            var share = direction.Zip(beside, (a, b) => a * b).Sum();
            for (var d = 0; d < direction.Length; d++) direction[d] -= share * beside[d];
        }
        var length = Math.Sqrt(direction.Sum(v => v * v));
        for (var d = 0; d < direction.Length; d++) direction[d] /= Math.Max(length, 1e-30);
    }

    static double[] Coordinates(IReadOnlyList<float[]> rows, double[] mean, double[] direction, out double[] used)
    {
        used = direction;
        return [.. rows.Select(row =>
        {
            var sum = 0.0;
            for (var d = 0; d < mean.Length; d++) sum += (row[d] - mean[d]) * direction[d];
            return sum;
        })];
    }
}
