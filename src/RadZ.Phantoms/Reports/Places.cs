using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms.Reports;

/// <summary>How a place is told: "in the right lower zone", "right lower zone".</summary>
static class Places
{
    /// <summary>With its preposition; empty in the midline.</summary>
    public static string Phrase(FindingPlan plan) => (plan.Disease, plan.Side) switch
    {
        (_, Side.Midline) => "",
        ("pleural effusion" or "pneumothorax", Side.Both) => "on both sides",
        ("pleural effusion" or "pneumothorax", _) => $"on the {Word(plan.Side)}",
        ("pleural thickening", Side.Both) =>
            plan.Zone switch { Zone.Upper => "at both apices", Zone.Lower => "at both bases", _ => "along both lateral chest walls" },
        ("pleural thickening", _) => plan.Zone switch
        {
            Zone.Upper => $"at the {Word(plan.Side)} apex",
            Zone.Lower => $"at the {Word(plan.Side)} base",
            _ => $"along the {Word(plan.Side)} lateral chest wall",
        },
        ("edema" or "emphysema", _) => "in both lungs",
        (_, Side.Both) => plan.Zone == Zone.Whole ? "in both lungs" : $"in both {Word(plan.Zone)} zones",
        _ => plan.Zone == Zone.Whole ? $"in the {Word(plan.Side)} lung" : $"in the {Word(plan.Side)} {Word(plan.Zone)} zone",
    };

    /// <summary>Before a noun, or as a heading; empty in the midline.</summary>
    public static string Attribute(FindingPlan plan)
    {
        var side = plan.Side == Side.Both ? "bilateral" : Word(plan.Side);
        return (plan.Disease, plan.Side) switch
        {
            (_, Side.Midline) => "",
            ("pleural effusion" or "pneumothorax" or "edema" or "emphysema", _) => side,
            ("pleural thickening", _) => $"{side} {plan.Zone switch { Zone.Upper => "apical", Zone.Lower => "basal", _ => "lateral" }}",
            _ => plan.Zone == Zone.Whole ? side : $"{side} {Word(plan.Zone)} zone",
        };
    }

    static string Word(Side side) => side == Side.Right ? "right" : "left";

    static string Word(Zone zone) => zone switch { Zone.Upper => "upper", Zone.Middle => "middle", _ => "lower" };
}
