using RadZ.Files;

namespace RadZ.Imaging.Gate;

/// <summary>
/// How much doubt is too much, as <c>radz gate train</c> found it on patients of neither fitting nor measuring (models/gate/gate.json): of
/// their films, by source, at most <see cref="Allowed"/> lie above.
/// </summary>
/// <param name="Threshold">Of 1 - P(chest), 0.5..1.</param>
/// <param name="Allowed">The share of true films that may be doubted.</param>
/// <param name="Seed">Of the weights.</param>
/// <param name="Steps">Of the training.</param>
/// <param name="Films">Upright frontal films, by source, that set the threshold.</param>
sealed record GateThreshold(double Threshold, double Allowed, int Seed, int Steps, IReadOnlyDictionary<string, int> Films)
{
    /// <summary>The shipped one.</summary>
    public static double Shipped => s_shipped.Value.Threshold;

    static readonly Lazy<GateThreshold> s_shipped = new(() =>
    {
        using var stream = typeof(GateThreshold).Assembly.GetManifestResourceStream("gate.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return StrictJson.Read<GateThreshold>("gate.json", bytes);
    });

    /// <summary>The least threshold of at least 0.5 at which no source has more than the allowed share above.</summary>
    /// <param name="doubts">1 - P(chest) of true films, by source.</param>
    /// <param name="allowed">The share.</param>
    public static double Fit(IReadOnlyDictionary<string, IReadOnlyList<double>> doubts, double allowed)
    {
        ArgumentNullException.ThrowIfNull(doubts);
        return doubts.Values.Where(d => d.Count > 0)
            .Select(d => d.OrderDescending().ElementAt(Math.Min(d.Count - 1, (int)(d.Count * allowed)))).Append(0.5).Max();
    }
}
