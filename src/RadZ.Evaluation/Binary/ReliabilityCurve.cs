namespace RadZ.Evaluation.Binary;

/// <summary>The images whose probability falls into one bin.</summary>
/// <param name="From">Lower end, outside (but for 0).</param>
/// <param name="To">Upper end, inside.</param>
/// <param name="Images">How many.</param>
/// <param name="Positives">With the disease.</param>
/// <param name="MeanProbability">What was promised.</param>
public readonly record struct ReliabilityBin(double From, double To, int Images, int Positives, double MeanProbability)
{
    /// <summary>What came true.</summary>
    public double Share => (double)Positives / Images;
}

/// <summary>
/// What probabilities promise against what comes true, in the bins of <see cref="ProbabilityScores.ExpectedCalibrationError"/>; bins
/// without images are left out.
/// </summary>
/// <param name="Bins">Rising.</param>
public sealed record ReliabilityCurve(IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>The curve.</summary>
    /// <param name="probabilities">In [0, 1].</param>
    /// <param name="present">The truth of each.</param>
    /// <param name="bins">Bins of equal width (b/n, (b+1)/n]; 0 belongs to the first.</param>
    public static ReliabilityCurve Compute(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> present, int bins = 15)
    {
        Require.SameLength(probabilities, present);
        Require.Probabilities(probabilities);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (count, sum, positives) = (new int[bins], new double[bins], new int[bins]);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var bin = 0;
            while (bin < bins - 1 && probabilities[i] > (double)(bin + 1) / bins) bin++;
            count[bin]++;
            sum[bin] += probabilities[i];
            if (present[i]) positives[bin]++;
        }
        return new([.. Enumerable.Range(0, bins).Where(b => count[b] > 0)
            .Select(b => new ReliabilityBin((double)b / bins, (double)(b + 1) / bins, count[b], positives[b], sum[b] / count[b]))]);
    }

    /// <summary>The distance of promise and truth, weighted by images; null without images.</summary>
    public double? CalibrationError
    {
        get
        {
            double images = Bins.Sum(b => b.Images);
            return images == 0 ? null : Bins.Sum(b => Math.Abs(b.Share - b.MeanProbability) * b.Images / images);
        }
    }
}
