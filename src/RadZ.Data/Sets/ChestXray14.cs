using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>The label set of ChestX-ray14, in the knowledge base's names.</summary>
static class ChestXray14
{
    /// <summary>The 14 findings; "no finding" is not one of them.</summary>
    public static IReadOnlyList<string> Findings { get; } =
    [
        "atelectasis", "cardiomegaly", "pleural effusion", "infiltration", "mass", "nodule", "pneumonia", "pneumothorax",
        "consolidation", "edema", "emphysema", "fibrosis", "pleural thickening", "hernia",
    ];

    /// <summary>
    /// Kinds of pneumonia that no source of these findings tells apart; absent where pneumonia is excluded with the rest.
    /// </summary>
    internal static readonly string[] PneumoniaKinds = ["bacterial pneumonia", "viral pneumonia"];

    /// <summary>Films of 2018 and before are older than this disease: it is absent in them, whatever else they show.</summary>
    internal const string Later = "COVID-19";

    /// <summary>A normal film has none of the 14, nor a kind of pneumonia.</summary>
    internal static Labels Normal { get; } = new(Findings.Concat(PneumoniaKinds).Append(Later).ToDictionary(d => d, _ => Label.Absent)
        .Append(new(Disease.NoFinding, Label.Present)).ToDictionary());
}
