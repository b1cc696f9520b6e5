using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>A dense rounded lesion above 3 cm: lobulated or spiculated, sometimes with a cavity.</summary>
sealed class MassForm(FindingPlan plan, ulong seed) : RoundForm(plan, seed)
{
    const double Smallest = 3.4;
    const double Largest = 12;

    public override double Diameter =>
        Math.Clamp(Plan.Size > 0 ? Plan.Size : PortableMath.Mix(4.0, 7.8, Amount) + 0.25 * ChanceOf("size").Bell(), Smallest, Largest);

    public override void Paint(FindingCanvas canvas)
    {
        RandomStream chance = ChanceOf("form");
        int first = Plan.Side switch { Side.Right => 0, Side.Left => 1, _ => chance.Below(2) };
        foreach (int side in Plan.Side == Side.Both ? [0, 1] : new[] { first })
        {
            (double x, double y) = SeenPlace(canvas.Healthy, side, Diameter, chance);
            double cavity = chance.Coin(0.22) ? 0.5 + 0.15 * chance.Unit() : 0, spicules = chance.Coin(0.5) ? 0.7 : 0;
            Body(canvas, x, y, Diameter, 0.06 + 0.14 * chance.Unit(), spicules, cavity, 1.5, chance.Key());
        }
    }
}
