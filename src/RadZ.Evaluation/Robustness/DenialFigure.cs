namespace RadZ.Evaluation.Robustness;

/// <summary>Cosines of three reports with the vector of a disease: without a word of it, denying it, asserting it.</summary>
/// <param name="Neutral">Says nothing of any disease.</param>
/// <param name="Denied">Says that the disease is not there.</param>
/// <param name="Asserted">Says that it is.</param>
readonly record struct DenialCosines(double Neutral, double Denied, double Asserted);

/// <summary>What the text side makes of a denied disease.</summary>
sealed record DenialFigure
{
    /// <summary>The disease.</summary>
    public required string Disease { get; init; }

    /// <summary><c>sentence</c>, the category text; <c>description</c>, the vector that training anchors to.</summary>
    public required string Vector { get; init; }

    /// <summary>How many triples of reports.</summary>
    public required int Reports { get; init; }

    /// <summary>Mean cosine of the neutral reports.</summary>
    public required double Neutral { get; init; }

    /// <summary>Mean cosine of the denying ones.</summary>
    public required double Denied { get; init; }

    /// <summary>Mean cosine of the asserting ones.</summary>
    public required double Asserted { get; init; }

    /// <summary>Share of denying reports that lie nearer to the disease than their neutral one; 0 is right.</summary>
    public required double Nearer { get; init; }

    /// <summary>
    /// (denied - neutral) / (asserted - neutral), of the means: 0 the denial moves nothing, below 0 it moves away (right), 1 it is read as
    /// an assertion. Null where asserting does not bring a report nearer.
    /// </summary>
    public double? Confusion { get; init; }

    /// <summary>Of one disease and vector.</summary>
    public static DenialFigure Compute(string disease, string vector, IReadOnlyList<DenialCosines> reports)
    {
        if (reports.Count == 0) throw new ArgumentException($"{disease} has no denied report.", nameof(reports));
        var (neutral, denied, asserted) =
            (reports.Average(r => r.Neutral), reports.Average(r => r.Denied), reports.Average(r => r.Asserted));
        return FromMeans(disease, vector, reports.Count, neutral, denied, asserted,
            (double)reports.Count(r => r.Denied > r.Neutral) / reports.Count);
    }

    /// <summary>The same from means that are at hand.</summary>
    internal static DenialFigure FromMeans(string disease, string vector, int reports, double neutral, double denied, double asserted,
        double nearer) =>
        new()
        {
            Disease = disease,
            Vector = vector,
            Reports = reports,
            Neutral = neutral,
            Denied = denied,
            Asserted = asserted,
            Nearer = nearer,
            Confusion = asserted - neutral > 1e-6 ? (denied - neutral) / (asserted - neutral) : null,
        };
}
