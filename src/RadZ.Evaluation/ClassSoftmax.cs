namespace RadZ.Evaluation;

/// <summary>
/// The paper's probabilities: softmax over the diseases of cosine / temperature. They are coupled: adding a disease changes all others,
/// and two diseases in one image take from each other.
/// </summary>
public static class ClassSoftmax
{
    /// <summary>LLaVA-RadZ's temperature at test time.</summary>
    public const double PaperTemperature = 0.05;

    /// <summary>Rows that sum to 1.</summary>
    /// <param name="cosines">Images by diseases, each in [-1, 1].</param>
    /// <param name="temperature">Above 0.</param>
    public static double[,] Apply(double[,] cosines, double temperature = PaperTemperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        var (rows, columns) = (cosines.GetLength(0), cosines.GetLength(1));
        var result = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            var (top, sum) = (double.NegativeInfinity, 0.0);
            for (var c = 0; c < columns; c++) top = Math.Max(top, cosines[row, c] / temperature);
            for (var c = 0; c < columns; c++) sum += result[row, c] = Math.Exp(cosines[row, c] / temperature - top);
            for (var c = 0; c < columns; c++) result[row, c] /= sum;
        }
        return result;
    }
}
