using RadZ.Evaluation.Projection;
using RadZ.RunReports.Drawing;

namespace RadZ.RunReports.Figures;

/// <summary>From where a feature comes.</summary>
enum Modality
{
    /// <summary>An image; its label is a disease, or null where it has none or several.</summary>
    Image,

    /// <summary>A text; its label is the disease that it stands for.</summary>
    Text,
}

/// <summary>The features of one model as a map.</summary>
/// <param name="Title">The model, or the state it is in: "before alignment".</param>
/// <param name="Points">A place a feature, as <see cref="Tsne"/> gives it.</param>
/// <param name="Labels">What each belongs to.</param>
/// <param name="Modalities">From where each comes.</param>
sealed record FeatureMap(string Title, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<string?> Labels,
    IReadOnlyList<Modality> Modalities)
{
    /// <summary>What is told below the map; null: nothing.</summary>
    public FeatureSpace? Space { get; init; }

    /// <summary>A name for each feature in the table (an image's file); null: their places.</summary>
    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>The paper's picture: image and text features, before and after alignment.</summary>
static class FeatureFigure
{
    /// <summary>One map.</summary>
    public static RunFigure Draw(IReadOnlyList<(double X, double Y)> points, IReadOnlyList<string?> labels,
        IReadOnlyList<Modality> modalities) => Draw([new("features", points, labels, modalities)]);

    /// <summary>Several maps with one legend: the most frequent labels have markers of their own in all of them.</summary>
    public static RunFigure Draw(IReadOnlyList<FeatureMap> maps)
    {
        if (maps.Count == 0) throw new ArgumentException("there is no map to draw.", nameof(maps));
        foreach (var map in maps)
            if (map.Points.Count == 0 || map.Labels.Count != map.Points.Count || map.Modalities.Count != map.Points.Count)
                throw new ArgumentException($"map '{map.Title}' has {map.Points.Count} points, {map.Labels.Count} labels and " +
                    $"{map.Modalities.Count} modalities; each point needs both.", nameof(maps));
        string[] groups = [.. maps.SelectMany(m => m.Labels.Zip(m.Modalities)).Where(p => p is { First: not null, Second: Modality.Image })
            .GroupBy(p => p.First!).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(ScatterPanels.Groups)
            .Select(g => g.Key)];
        return new("features", "Image and text features",
            "t-SNE of the global features by their cosine: near points are alike; places, distances between groups and their sizes mean " +
            "nothing. The numbers are taken in the space itself.",
            ScatterPanels.Draw("Image and text features", [.. maps.Select(Panel)], groups, "category sentence"),
            RunFigure.Table(["map", "modality", "name", "label", "x", "y"], maps.SelectMany(m => m.Points.Select((p, i) =>
                (object?[])[m.Title, m.Modalities[i].ToString().ToLowerInvariant(), m.Names?[i] ?? $"{i + 1}", m.Labels[i], p.X, p.Y]))));
    }

    static ScatterPanel Panel(FeatureMap map)
    {
        int[] Of(Modality modality) => [.. Enumerable.Range(0, map.Points.Count).Where(i => map.Modalities[i] == modality)];
        return new(map.Title, map.Space is { } space ? Notes(space) : [],
            [.. Of(Modality.Image).Select(i => (map.Labels[i], map.Points[i].X, map.Points[i].Y))],
            [.. Of(Modality.Text).Select(i => new NamedPoint(map.Labels[i] ?? "", map.Points[i].X, map.Points[i].Y))]);
    }

    static string[] Notes(FeatureSpace space)
    {
        static string N(double? value) => ScatterPanels.Number(value);
        return
        [
            $"{space.Single} images of one label: silhouette {N(space.Silhouette)}; of the {space.Neighbours} nearest",
            $"of other patients {N(space.Agreement)} have the same label (chance {N(space.AgreementByChance)})",
            $"cosine with own sentences {N(space.OwnText)}, with others {N(space.OtherText)}; modality gap {N(space.ModalityGap)}",
        ];
    }
}
