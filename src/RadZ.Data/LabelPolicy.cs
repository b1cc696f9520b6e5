using RadZ.Text.Knowledge;

namespace RadZ.Data;

/// <summary>What an uncertain label is taken for.</summary>
enum UncertainLabels
{
    /// <summary>Left out, disease by disease.</summary>
    Ignore,

    /// <summary>Present (U-ones).</summary>
    Ones,

    /// <summary>Absent (U-zeros).</summary>
    Zeros,

    /// <summary>
    /// GLoRIA's and MGCA's: atelectasis, edema and pleural effusion present, cardiomegaly and consolidation absent, the others left out.
    /// </summary>
    Gloria,
}

/// <summary>What a label that is not mentioned is taken for.</summary>
enum UnmentionedLabels
{
    /// <summary>Left out, disease by disease.</summary>
    Ignore,

    /// <summary>Absent: what papers do that read blanks as 0.</summary>
    Absent,
}

/// <summary>
/// How labels that say neither present nor absent are used. Leaving them out is the standard; anything else is said with the results.
/// </summary>
/// <param name="Uncertain">Of uncertain labels.</param>
/// <param name="Unmentioned">Of labels that are not mentioned.</param>
sealed record LabelPolicy(UncertainLabels Uncertain = UncertainLabels.Ignore,
    UnmentionedLabels Unmentioned = UnmentionedLabels.Ignore)
{
    static readonly string[] s_gloriaOnes = ["atelectasis", "edema", "pleural effusion"], s_gloriaZeros = ["cardiomegaly", "consolidation"];

    /// <summary>The label that counts: present, absent, or neither as it was.</summary>
    /// <param name="disease">The knowledge base's name.</param>
    /// <param name="label">What the source says.</param>
    public Label Apply(string disease, Label label) => label switch
    {
        Label.Unknown when Unmentioned == UnmentionedLabels.Absent => Label.Absent,
        Label.Uncertain when Uncertain == UncertainLabels.Ones || (Uncertain == UncertainLabels.Gloria && Named(s_gloriaOnes, disease)) =>
            Label.Present,
        Label.Uncertain when Uncertain == UncertainLabels.Zeros || (Uncertain == UncertainLabels.Gloria && Named(s_gloriaZeros, disease)) =>
            Label.Absent,
        _ => label,
    };

    /// <summary>One sentence for the results.</summary>
    public override string ToString() =>
        $"Uncertain labels: {UncertainText}; labels not mentioned: " +
        (Unmentioned == UnmentionedLabels.Absent ? "taken as ABSENT, which the source does not say." : "left out.");

    string UncertainText => Uncertain switch
    {
        UncertainLabels.Ones => "taken as present (U-ones)",
        UncertainLabels.Zeros => "taken as absent (U-zeros)",
        UncertainLabels.Gloria => "atelectasis, edema, pleural effusion taken as present, cardiomegaly, consolidation as absent, others " +
            "left out (GLoRIA, MGCA)",
        _ => "left out",
    };

    static bool Named(string[] names, string disease) =>
        names.Contains(KnowledgeBase.Embedded.TryFind(disease, out var found) ? found.Name : disease, StringComparer.Ordinal);
}
