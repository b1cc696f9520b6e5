using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Pointing;

/// <summary>How one map fits the place where the finding lies.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Disease">The finding.</param>
/// <param name="Hit">The pointing game (Zhang et al. 2016), without its tolerance of 15 pixels: the map's highest value lies inside; of
/// tied ones, any.</param>
/// <param name="CenterHit">The same of the picture's middle, a pointer that has seen nothing.</param>
/// <param name="Area">Part of the picture that is inside: the chance of a blind pointer.</param>
/// <param name="Dice">2 |A and B| / (|A| + |B|) of the place and of what the map marks.</param>
sealed record LocalizationRow(string Image, string Disease, bool Hit, bool CenterHit, double Area, double Dice)
{
    /// <summary>Whose picture it is; where nobody says, every picture is taken as a patient of its own.</summary>
    public string Patient { get; init; } = Image;

    /// <summary>Compares a map with the truth.</summary>
    /// <param name="image">For the row.</param>
    /// <param name="disease">For the row.</param>
    /// <param name="map">Higher is hotter, a value a pixel.</param>
    /// <param name="inside">Where the finding lies; at least one pixel.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="threshold">The map marks what is above this part of its highest value; nothing, where that is not above 0.</param>
    public static LocalizationRow Measure(string image, string disease, ReadOnlySpan<float> map, ReadOnlySpan<bool> inside, int width,
        double threshold = 0.5)
    {
        if (map.Length != inside.Length || width < 1 || map.Length % width != 0)
            throw new ArgumentException(
                $"A map of {map.Length} values, a place of {inside.Length} and rows of {width} do not belong together.", nameof(map));
        var (highest, hit, truth, marked, both) = (float.NegativeInfinity, false, 0, 0, 0);
        foreach (var value in map)
            highest = float.IsNaN(value) ? throw new ArgumentException("The map holds NaN.", nameof(map)) : Math.Max(highest, value);
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] == highest) hit |= inside[i];
            var hot = highest > 0 && map[i] > threshold * highest;
            if (inside[i]) truth++;
            if (hot) marked++;
            if (hot && inside[i]) both++;
        }
        if (truth == 0) throw new ArgumentException("The finding's place is empty.", nameof(inside));
        var height = map.Length / width;
        return new(image, disease, hit, inside[height / 2 * width + width / 2], (double)truth / map.Length, 2.0 * both / (truth + marked));
    }
}

/// <summary>Localization of one disease, or of all, over images.</summary>
sealed record LocalizationCard
{
    /// <summary>Its name; "all" for the sum.</summary>
    public required string Disease { get; init; }

    /// <summary>How many.</summary>
    public required int Images { get; init; }

    /// <summary>Of the pointing game.</summary>
    public required int Hits { get; init; }

    /// <summary>Wilson's, 95 %, by patient (<see cref="Wilson.ComputeClustered"/>).</summary>
    public required Interval Interval { get; init; }

    /// <summary>Of the picture's middle.</summary>
    public required int CenterHits { get; init; }

    /// <summary>Mean area.</summary>
    public required double Chance { get; init; }

    /// <summary>Mean.</summary>
    public required double Dice { get; init; }

    /// <summary>Part of hits.</summary>
    public double Pointing => (double)Hits / Images;

    /// <summary>A card for each disease in order of the alphabet, then one for all.</summary>
    public static IReadOnlyList<LocalizationCard> Summarize(IReadOnlyList<LocalizationRow> rows) =>
        [.. rows.GroupBy(r => r.Disease).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Card(g.Key, [.. g])),
            .. rows.Count == 0 ? [] : new[] { Card("all", rows) }];

    static LocalizationCard Card(string disease, IReadOnlyList<LocalizationRow> rows)
    {
        var hits = rows.Count(r => r.Hit);
        return new()
        {
            Disease = disease,
            Images = rows.Count,
            Hits = hits,
            Interval = Wilson.ComputeClustered([.. rows.GroupBy(r => r.Patient).Select(p => (p.Count(r => r.Hit), p.Count()))]),
            CenterHits = rows.Count(r => r.CenterHit),
            Chance = rows.Average(r => r.Area),
            Dice = rows.Average(r => r.Dice),
        };
    }
}
