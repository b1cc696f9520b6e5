using RadZ.Imaging;
using RadZ.Model.Features;
using RadZ.Recognition.Scoring;

namespace RadZ.Recognition.Evidence;

// B pictures, S side in pixels

/// <summary>
/// Whether a map shows what moves the score: the picture is taken away from its hottest cell on (deletion), or brought back from nothing
/// (insertion), and the disease's probability against its absence is followed. A faithful map makes deletion fall and insertion rise at
/// once.
/// </summary>
/// <param name="Deletion">Area under the probability while cells go, 0..1; low is faithful.</param>
/// <param name="Insertion">Area under the probability while cells come, 0..1; high is faithful.</param>
sealed record Faithfulness(double Deletion, double Insertion)
{
    const int Steps = 16;

    /// <summary>Of one map of one disease in one image.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="scorer">Its diseases.</param>
    /// <param name="pixels">[3, S, S], prepared.</param>
    /// <param name="disease">Its place in the list.</param>
    /// <param name="map">What is tested.</param>
    public static Faithfulness Measure(RadiologyEncoder encoder, ImageScorer scorer, float[] pixels, int disease, HeatMap map)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var side = encoder.Folder.Preparation.Size;
        var pixels_3SS = tensor(pixels, [3, side, side], device: encoder.Device);
        var blank_3SS = pixels_3SS.mean([1, 2], keepdim: true).expand(3, side, side);
        int[] order = [.. Enumerable.Range(0, map.Values.Length).OrderByDescending(i => map.Values[i]).ThenBy(i => i)];
        var pictures = new List<Tensor>();
        foreach (var (from, into) in new[] { (pixels_3SS, blank_3SS), (blank_3SS, pixels_3SS) })
            for (var step = 0; step <= Steps; step++)
                pictures.Add(where(Mask(order.AsSpan(0, order.Length * step / Steps), map, side, encoder.Device), into, from));
        var probabilities = scorer.Findings(encoder.Images(stack(pictures), globalOnly: true).Global_BD)
            .Select(f => f[disease].Standalone).ToArray();
        return new(Area(probabilities.AsSpan(0, Steps + 1)), Area(probabilities.AsSpan(Steps + 1)));
    }

    static Tensor Mask(ReadOnlySpan<int> cells, HeatMap map, int side, Device device)
    {
        var mask = new bool[side * side];
        foreach (var cell in cells)
        {
            var (row, column) = (cell / map.Columns, cell % map.Columns);
            for (var y = row * side / map.Rows; y < (row + 1) * side / map.Rows; y++)
                mask.AsSpan(y * side + column * side / map.Columns, (column + 1) * side / map.Columns - column * side / map.Columns)
                    .Fill(true);
        }
        return tensor(mask, [1, side, side], device: device);
    }

    /// <summary>Trapezoid over steps of equal width.</summary>
    static double Area(ReadOnlySpan<double> curve)
    {
        var sum = (curve[0] + curve[^1]) / 2;
        foreach (var p in curve[1..^1]) sum += p;
        return sum / (curve.Length - 1);
    }
}
