using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RadZ.Cli.Arguments;
using RadZ.Experiments.Pointing;

namespace RadZ.Cli.Output;

/// <summary>What <c>radz localise</c> prints.</summary>
static class LocalizationTexts
{
    sealed record Written(string Model, string Hash, string Boxes, string Method,
        [property: JsonPropertyName("localisation")] IReadOnlyList<LocalizationFigures> Localization, int LeftOut);

    static readonly (string Header, Func<LocalizationFigures, Cell> Of)[] s_columns =
    [
        ("finding", f => f.Disease), ("images", f => Cell.Number($"{f.Images}")), ("pointing", f => Number(f.Pointing)),
        ("95 % interval", f => string.Create(CultureInfo.InvariantCulture, $"{f.Interval.Low:.000} to {f.Interval.High:.000}")),
        ("centre", f => Number(f.Centre)), ("chance", f => Number(f.Chance)), ("dice", f => Number(f.Dice)),
    ], s_faithfulness =
    [
        ("deletion", f => Number(f.Deletion)), ("of chance", f => Number(f.DeletionOfChance)),
        ("insertion", f => Number(f.Insertion)), ("of chance", f => Number(f.InsertionOfChance)),
    ];

    /// <summary>Prints it.</summary>
    public static void Show(LocalizationRequest request, LocalizationOutcome outcome, Format format)
    {
        var method = outcome.Method.ToString().ToLowerInvariant();
        if (format == Format.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new Written(outcome.Model, outcome.Hash, request.Boxes, method, outcome.Figures, outcome.LeftOut), JsonText.Options));
            Notices.ResearchUseOnError();
            return;
        }
        var page = Page.ForOutput();
        page.Heading($"{request.Boxes}: {method} maps of {outcome.Model}");
        page.Table([.. s_columns, .. request.Faithfulness ? s_faithfulness : []], outcome.Figures);
        if (outcome.LeftOut > 0) page.Line($"{outcome.LeftOut} boxes of diseases that are not asked for are left out.");
        page.Line(Notices.ResearchUse);
    }

    static Cell Number(double? value) => Cell.Number(value is { } v ? v.ToString(".000", CultureInfo.InvariantCulture) : "");
}
