namespace RadZ.Evaluation.Robustness;

/// <summary>Cosines of three reports with the vector of a disease: without a word of it, denying it, asserting it.</summary>
/// <param name="Neutral">Says nothing of any disease.</param>
/// <param name="Denied">Says that the disease is not there.</param>
/// <param name="Asserted">Says that it is.</param>
readonly record struct DenialCosines(double Neutral, double Denied, double Asserted);

/// <summary>What the text side makes of a denied disease.</summary>
/// <param name="Disease">The disease.</param>
/// <param name="Vector"><c>sentence</c>, the category text; <c>description</c>, the vector that training anchors to.</param>
/// <param name="Reports">How many triples of reports.</param>
/// <param name="Neutral">Mean cosine of the neutral reports.</param>
/// <param name="Denied">Mean cosine of the denying ones.</param>
/// <param name="Asserted">Mean cosine of the asserting ones.</param>
/// <param name="Nearer">Share of denying reports that lie nearer to the disease than their neutral one; 0 is right.</param>
/// <param name="Confusion">
/// (denied - neutral) / (asserted - neutral), of the means: 0 the denial moves nothing, below 0 it moves away (right), 1 it is read as an
/// assertion. Null where asserting does not bring a report nearer.
/// </param>
sealed record DenialFigure(string Disease, string Vector, int Reports, double Neutral, double Denied, double Asserted, double Nearer,
    double? Confusion)
{
    /// <summary>Of one disease and vector.</summary>
    public static DenialFigure Of(string disease, string vector, IReadOnlyList<DenialCosines> reports)
    {
        if (reports.Count == 0) throw new ArgumentException($"{disease} has no denied report.", nameof(reports));
        var (neutral, denied, asserted) =
            (reports.Average(r => r.Neutral), reports.Average(r => r.Denied), reports.Average(r => r.Asserted));
        return OfMeans(disease, vector, reports.Count, neutral, denied, asserted,
            (double)reports.Count(r => r.Denied > r.Neutral) / reports.Count);
    }

    /// <summary>The same from means that are at hand.</summary>
    internal static DenialFigure OfMeans(string disease, string vector, int reports, double neutral, double denied, double asserted,
        double nearer) =>
        new(disease, vector, reports, neutral, denied, asserted, nearer,
            asserted - neutral > 1e-6 ? (denied - neutral) / (asserted - neutral) : null);
}
