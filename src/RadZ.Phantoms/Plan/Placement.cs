using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Plan;

/// <summary>
/// Where findings lie and how large they are. Two findings of the lung never claim the same third of the same lung (one would hide the
/// other, and its label would be untrue of the picture), unless one of them lies over the whole lung and leaves the other visible.
/// </summary>
static class Placement
{
    static readonly (Severity, double)[] s_severities = [(Severity.Mild, 0.30), (Severity.Moderate, 0.42), (Severity.Severe, 0.28)];

    static readonly Dictionary<string, ((Side, double)[] Sides, (Zone, double)[] Zones)> s_places = new()
    {
        ["atelectasis"] = ([(Side.Right, 0.42), (Side.Left, 0.46), (Side.Both, 0.12)],
            [(Zone.Lower, 0.68), (Zone.Middle, 0.12), (Zone.Upper, 0.20)]),
        ["cardiomegaly"] = ([(Side.Midline, 1)], [(Zone.Whole, 1)]),
        ["pleural effusion"] = ([(Side.Right, 0.38), (Side.Left, 0.36), (Side.Both, 0.26)], [(Zone.Lower, 1)]),
        ["infiltration"] = ([(Side.Right, 0.40), (Side.Left, 0.35), (Side.Both, 0.25)],
            [(Zone.Lower, 0.48), (Zone.Middle, 0.30), (Zone.Upper, 0.22)]),
        ["mass"] = ([(Side.Right, 0.55), (Side.Left, 0.45)], [(Zone.Upper, 0.42), (Zone.Middle, 0.30), (Zone.Lower, 0.28)]),
        ["nodule"] = ([(Side.Right, 0.54), (Side.Left, 0.46)], [(Zone.Upper, 0.42), (Zone.Middle, 0.30), (Zone.Lower, 0.28)]),
        ["pneumonia"] = ([(Side.Right, 0.44), (Side.Left, 0.36), (Side.Both, 0.20)],
            [(Zone.Lower, 0.52), (Zone.Middle, 0.28), (Zone.Upper, 0.20)]),
        ["pneumothorax"] = ([(Side.Right, 0.55), (Side.Left, 0.45)], [(Zone.Upper, 1)]),
        ["consolidation"] = ([(Side.Right, 0.48), (Side.Left, 0.42), (Side.Both, 0.10)],
            [(Zone.Lower, 0.50), (Zone.Middle, 0.25), (Zone.Upper, 0.25)]),
        ["edema"] = ([(Side.Both, 1)], [(Zone.Middle, 1)]),
        ["emphysema"] = ([(Side.Both, 1)], [(Zone.Whole, 1)]),
        ["fibrosis"] = ([(Side.Both, 0.70), (Side.Right, 0.16), (Side.Left, 0.14)], [(Zone.Lower, 0.75), (Zone.Upper, 0.25)]),
        ["pleural thickening"] =
            ([(Side.Right, 0.42), (Side.Left, 0.40), (Side.Both, 0.18)], [(Zone.Upper, 0.40), (Zone.Middle, 0.25), (Zone.Lower, 0.35)]),
        ["hernia"] = ([(Side.Midline, 1)], [(Zone.Lower, 1)]),
    };

    /// <summary>A place for a disease beside those already placed; null when none was found.</summary>
    public static FindingPlan? Draw(string disease, IReadOnlyList<FindingPlan> placed, RandomStream chance)
    {
        var (sides, zones) = s_places[disease];
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var (severity, side, zone) = (chance.Weighted(s_severities), chance.Weighted(sides), chance.Weighted(zones));
            var size = disease switch
            {
                "nodule" => severity switch
                {
                    Severity.Mild => chance.Between(1.2, 1.7),
                    Severity.Moderate => chance.Between(1.7, 2.3),
                    _ => chance.Between(2.3, 2.8),
                },
                "mass" => severity switch
                {
                    Severity.Mild => chance.Between(3.4, 4.4),
                    Severity.Moderate => chance.Between(4.4, 6.0),
                    _ => chance.Between(6.0, 8.0),
                },
                _ => 0,
            };
            var plan = new FindingPlan(disease, side, zone, severity, Rounded(size));
            if (placed.All(other => Fit(plan, other))) return plan;
        }
        return null;
    }

    /// <summary>Whole millimetres: what a report says is exactly what was drawn.</summary>
    static double Rounded(double centimeters) => (int)(centimeters * 10 + 0.5) / 10.0;

    static bool Fit(FindingPlan one, FindingPlan other)
    {
        if (!CoOccurrence.Allowed(one.Disease, other.Disease)) return false;
        if (Veils(one) || Veils(other)) return true;
        return !Claims(one).Intersect(Claims(other)).Any();
    }

    /// <summary>Lies over everything and hides nothing.</summary>
    static bool Veils(FindingPlan plan) => plan.Disease is "emphysema" or "cardiomegaly" or "hernia";

    /// <summary>The thirds that a finding takes for itself.</summary>
    static IEnumerable<(Side, Zone)> Claims(FindingPlan plan)
    {
        Side[] sides = plan.Side == Side.Both ? [Side.Right, Side.Left] : [plan.Side];
        Zone[] zones = plan.Disease switch
        {
            "pneumothorax" => [Zone.Upper, Zone.Middle, Zone.Lower],                         // the lung falls away from all of the wall
            "pleural effusion" when plan.Severity == Severity.Severe => [Zone.Middle, Zone.Lower],
            "edema" when plan.Severity == Severity.Severe => [Zone.Upper, Zone.Middle],
            _ when plan.Zone == Zone.Whole => [Zone.Upper, Zone.Middle, Zone.Lower],
            _ => [plan.Zone],
        };
        return sides.SelectMany(s => zones.Select(z => (s, z)));
    }
}
