using RadZ.Data;

namespace RadZ.Evaluation.Projection;

/// <summary>Numbers of a space of features, taken in the space itself and not on a map of it.</summary>
sealed record FeatureSpace
{
    /// <summary>Images.</summary>
    public required int Images { get; init; }

    /// <summary>Those with exactly one label that is present: silhouette and neighbours go by these.</summary>
    public required int Single { get; init; }

    /// <summary>
    /// Mean over them of (b - a) / max(a, b): a the mean cosine distance to images of the own label, b the least mean distance to those of
    /// another. -1 to 1; null with fewer than two labels of two images.
    /// </summary>
    public double? Silhouette { get; init; }

    /// <summary>How many nearest images of other patients were asked.</summary>
    public required int Neighbours { get; init; }

    /// <summary>Share of them with the own label, mean over images.</summary>
    public double? Agreement { get; init; }

    /// <summary>The share that any images of other patients would have.</summary>
    public double? AgreementByChance { get; init; }

    /// <summary>Mean cosine of images with the texts of diseases that are present.</summary>
    public double? OwnText { get; init; }

    /// <summary>Mean cosine of images with the texts of diseases known to be absent.</summary>
    public double? OtherText { get; init; }

    /// <summary>Distance between the mean unit image and the mean unit text (Liang et al. 2022); 0 to 2.</summary>
    public required double ModalityGap { get; init; }

    /// <summary>Measures a space.</summary>
    /// <param name="images">Features of images.</param>
    /// <param name="labels">Images by diseases.</param>
    /// <param name="patients">The patient of each image: a patient's own images are no neighbours.</param>
    /// <param name="texts">Features of the diseases' category texts.</param>
    /// <param name="neighbors">How many are asked.</param>
    public static FeatureSpace Measure(IReadOnlyList<float[]> images, Label[,] labels, IReadOnlyList<string> patients,
        IReadOnlyList<float[]> texts, int neighbors = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        if (images.Count == 0 || texts.Count == 0 || labels.GetLength(0) != images.Count || labels.GetLength(1) != texts.Count
            || patients.Count != images.Count)
            throw new ArgumentException($"{images.Count} images of {patients.Count} patients and {texts.Count} texts do not fit labels " +
                $"of {labels.GetLength(0)} x {labels.GetLength(1)}.");
        var (image, text) = (UnitRows.Normalize(images), UnitRows.Normalize(texts));
        var single = SingleLabels(labels);
        int[] asked = [.. Enumerable.Range(0, images.Count).Where(i => single[i] is not null)];
        var groups = asked.GroupBy(i => single[i]!.Value).ToDictionary(g => g.Key, g => g.ToArray());
        var (agreement, chance) = NeighborAgreement(image, asked, single, patients, neighbors);
        var (own, other) = (new List<double>(), new List<double>());
        for (var i = 0; i < images.Count; i++)
            for (var c = 0; c < texts.Count; c++)
                if (labels[i, c].IsKnown()) (labels[i, c] == Label.Present ? own : other).Add(UnitRows.Dot(image[i], text[c]));
        var gap = Math.Sqrt(UnitRows.Mean(image).Zip(UnitRows.Mean(text), (a, b) => (a - b) * (a - b)).Sum());
        return new()
        {
            Images = images.Count,
            Single = asked.Length,
            Silhouette = MeanSilhouette(image, groups),
            Neighbours = neighbors,
            Agreement = agreement,
            AgreementByChance = chance,
            OwnText = own.Count == 0 ? null : own.Average(),
            OtherText = other.Count == 0 ? null : other.Average(),
            ModalityGap = gap,
        };
    }

    /// <summary>The one disease that is present in an image; null where there is none or several.</summary>
    public static int?[] SingleLabels(Label[,] labels) => [.. Enumerable.Range(0, labels.GetLength(0)).Select(i =>
    {
        int[] present = [.. Enumerable.Range(0, labels.GetLength(1)).Where(c => labels[i, c] == Label.Present)];
        return present.Length == 1 ? present[0] : (int?)null;
    })];

    static double? MeanSilhouette(float[][] image, Dictionary<int, int[]> groups)
    {
        var large = groups.Where(g => g.Value.Length > 1).ToList();
        if (large.Count < 2) return null;
        // the mean distance to a group follows from the sum of its unit rows
        var sums = large.ToDictionary(g => g.Key, g => UnitRows.Mean([.. g.Value.Select(i => image[i])]));
        double Distance(int i, int group, bool own)
        {
            var count = groups[group].Length;
            var cosines = sums[group].Select((v, d) => v * image[i][d]).Sum() * count;
            return own ? 1 - (cosines - UnitRows.Dot(image[i], image[i])) / (count - 1) : 1 - cosines / count;
        }
        return large.SelectMany(g => g.Value.Select(i =>
        {
            var (a, b) = (Distance(i, g.Key, own: true), large.Where(o => o.Key != g.Key).Min(o => Distance(i, o.Key, own: false)));
            return Math.Max(a, b) > 0 ? (b - a) / Math.Max(a, b) : 0;
        })).Average();
    }

    static (double?, double?) NeighborAgreement(float[][] image, int[] asked, int?[] single, IReadOnlyList<string> patients, int neighbors)
    {
        var shares = new (double Near, double Any)?[asked.Length];
        Parallel.For(0, asked.Length, a =>
        {
            var i = asked[a];
            int[] others = [.. asked.Where(j => patients[j] != patients[i])];
            if (others.Length == 0) return;
            var near = others.OrderByDescending(j => UnitRows.Dot(image[i], image[j])).ThenBy(j => j).Take(neighbors);
            shares[a] = (near.Average(j => single[j] == single[i] ? 1.0 : 0), others.Average(j => single[j] == single[i] ? 1.0 : 0));
        });
        return (shares.Average(s => s?.Near), shares.Average(s => s?.Any));
    }
}
