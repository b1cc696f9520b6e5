using System.Globalization;
using RadZ.Experiments.FeatureMaps;
using RadZ.RunReports.Figures;

namespace RadZ.Cli.Output;

/// <summary>What <c>radz features --figure</c> prints.</summary>
static class FeatureMapTexts
{
    static readonly (string Header, Func<FeatureMap, Cell> Of)[] s_columns =
    [
        ("map", m => m.Title), ("images", m => Number(m.Space!.Images, "0")), ("of one label", m => Number(m.Space!.Single, "0")),
        ("silhouette", m => Number(m.Space!.Silhouette)), ("neighbours agree", m => Number(m.Space!.Agreement)),
        ("by chance", m => Number(m.Space!.AgreementByChance)), ("own sentence", m => Number(m.Space!.OwnText)),
        ("others", m => Number(m.Space!.OtherText)), ("modality gap", m => Number(m.Space!.ModalityGap)),
    ];

    /// <summary>Prints it.</summary>
    public static void Show(FeatureMapRequest request, FeatureMapOutcome outcome)
    {
        var page = Page.ForOutput();
        foreach (var notice in outcome.Notices) page.Line($"!! {notice}");
        page.Table(s_columns, outcome.Maps);
        page.Line($"{outcome.Name}.svg, .csv, .json: t-SNE of cosines, seed {request.Seed}.");
        page.Line(Notices.ResearchUse);
    }

    static Cell Number(double? value, string form = "0.000") =>
        Cell.Number(value is { } v ? v.ToString(form, CultureInfo.InvariantCulture) : "-");
}
