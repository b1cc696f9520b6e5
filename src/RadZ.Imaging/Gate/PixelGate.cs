namespace RadZ.Imaging.Gate;

/// <summary>What the pixels alone say, whatever the file is.</summary>
/// <param name="network">Tells chests from other pictures.</param>
/// <param name="threshold">The picture is doubted where 1 - P(chest) reaches this; see <see cref="GateThreshold"/>.</param>
sealed class PixelGate(GateNetwork network, double threshold)
{
    /// <summary>A pixel has a colour where its samples are this far apart.</summary>
    const int Chroma = 28;

    /// <summary>Share of coloured pixels that makes a colour picture: a coloured marker or a tint of the film does not.</summary>
    const double ColorShare = 0.05;

    /// <summary>Share of pixels within 3 levels of one another that makes an almost empty picture.</summary>
    const double EmptyShare = 0.97;

    /// <summary>Share of the area, below which what is not frame is a small field.</summary>
    const double FieldShare = 0.4;

    /// <summary>The shipped weights and threshold.</summary>
    public static PixelGate Shipped { get; } = new(GateNetwork.Shipped, GateThreshold.Shipped);

    /// <summary>The reasons, strongest first; empty where the picture may be an upright frontal chest radiograph.</summary>
    /// <param name="raster">The picture as a person would see it.</param>
    public IReadOnlyList<GateReason> Check(Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var reasons = new List<GateReason>();
        if (ColoredShare(raster) is >= ColorShare and var colored)
            reasons.Add(Reason(GateReasons.Color, Math.Min(1, 0.5 + colored), $"{colored:0 %} of the pixels have a colour"));
        var field = Field.Content(raster);
        if (MostlyOneLevel(raster, field) is >= EmptyShare and var flat)
            return [.. reasons, Reason(GateReasons.AlmostEmpty, flat, $"{flat:0.0 %} of the pixels are within 3 levels of one another")];
        if (Share(field, raster) is < FieldShare and var share)
            reasons.Add(Reason(GateReasons.Cropped, 1 - share, $"the picture fills {share:0 %} of its frame"));
        if (Named(network.Classify(Thumbnail.Standardize(Thumbnail.ToGray(raster, field)))) is { } named) reasons.Add(named);
        return [.. reasons.OrderByDescending(r => r.Score)];
    }

    /// <summary>1 - P(chest) of a picture: what <see cref="GateThreshold"/> is a bound of.</summary>
    public double Doubt(Raster raster) => 1 - network.Classify(Thumbnail.Standardize(Thumbnail.ToGray(raster, Field.Content(raster))))[0];

    GateReason? Named(double[] probabilities)
    {
        var doubt = 1 - probabilities[0];
        if (doubt < threshold) return null;
        var (reason, detail) = GateNetwork.Classes[probabilities.AsSpan(1).IndexOf(probabilities.Skip(1).Max()) + 1] switch
        {
            "inverted" => (GateReasons.Inverted, "air is bright and bone dark"),
            "turned-90" => (GateReasons.Rotated, "turned by 90 degrees clockwise"),
            "turned-180" => (GateReasons.Rotated, "turned by 180 degrees"),
            "turned-270" => (GateReasons.Rotated, "turned by 90 degrees counter-clockwise"),
            "cropped" => (GateReasons.Cropped, "only a part of a chest is shown"),
            "lateral" => (GateReasons.Lateral, "looks like a lateral view"),
            "photograph" => (GateReasons.Photograph, "looks like a photograph"),
            "slice" => (GateReasons.CtOrMr, "looks like a slice through the body"),
            _ => (GateReasons.NotAChest, "resembles no chest radiograph"),
        };
        return Reason(reason, doubt, detail);
    }

    static GateReason Reason(string reason, double score, string detail) => new(reason, score, GateReason.Pixels, detail);

    static double Share(Field field, Raster raster) => (double)field.Width * field.Height / ((double)raster.Width * raster.Height);

    static double ColoredShare(Raster raster)
    {
        if (raster.Channels == 1) return 0;
        long colored = 0;
        for (var i = 0; i < raster.Levels.Length; i += 3)
        {
            var (r, g, b) = (raster.Levels[i], raster.Levels[i + 1], raster.Levels[i + 2]);
            if (Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b)) > Chroma) colored++;
        }
        return 3.0 * colored / raster.Levels.Length;
    }

    /// <summary>
    /// The largest share of pixels that lies within 3 levels to either side of one level; of the whole, a frame included.
    /// </summary>
    static double MostlyOneLevel(Raster raster, Field field)
    {
        if (field.Width < 3 || field.Height < 3) return 1;
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        for (var i = 0; i < raster.Levels.Length; i += raster.Channels) histogram[(int)Thumbnail.Luma(raster, i)]++;
        var (inside, most) = (0, 0);
        for (var level = 0; level < 256; level++)
        {
            inside += histogram[level];
            if (level > 6) inside -= histogram[level - 7];
            most = Math.Max(most, inside);
        }
        return (double)most * raster.Channels / raster.Levels.Length;
    }
}
