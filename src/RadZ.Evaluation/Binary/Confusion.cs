namespace RadZ.Evaluation.Binary;

/// <summary>How guesses and truth meet at one threshold.</summary>
/// <param name="TruePositives">There, and found.</param>
/// <param name="FalsePositives">Not there, but found.</param>
/// <param name="FalseNegatives">There, but missed.</param>
/// <param name="TrueNegatives">Not there, and not found.</param>
public readonly record struct Confusion(int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    /// <summary>All images counted.</summary>
    public int Total => TruePositives + FalsePositives + FalseNegatives + TrueNegatives;

    /// <summary>The share of right guesses, in [0, 1]; null without images.</summary>
    public double? Accuracy => Ratio(TruePositives + TrueNegatives, Total);

    /// <summary>The share of the diseased that was found, in [0, 1]; null without diseased.</summary>
    public double? Sensitivity => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The share of the healthy that was not found, in [0, 1]; null without healthy.</summary>
    public double? Specificity => Ratio(TrueNegatives, TrueNegatives + FalsePositives);

    /// <summary>
    /// Matthews' correlation of guess and truth, in [-1, 1]; 0 where guess or truth is all of one kind (scikit-learn's convention).
    /// </summary>
    public double Matthews
    {
        get
        {
            double tp = TruePositives, fp = FalsePositives, fn = FalseNegatives, tn = TrueNegatives;
            var bottom = Math.Sqrt(tp + fp) * Math.Sqrt(tp + fn) * Math.Sqrt(tn + fp) * Math.Sqrt(tn + fn);
            return bottom == 0 ? 0 : (tp * tn - fp * fn) / bottom;
        }
    }

    static double? Ratio(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
