using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>A round spot below 3 cm in aerated lung; sometimes calcified.</summary>
sealed class NoduleForm(FindingPlan plan, ulong seed) : RoundForm(plan, seed)
{
    const double Largest = 2.8;
    const double Smallest = 0.8;

    public override double Diameter =>
        Math.Clamp(Plan.Size > 0 ? Plan.Size : PortableMath.Mix(1.35, 2.5, Amount) + 0.12 * ChanceOf("size").Bell(), Smallest, Largest);

    public override void Paint(FindingCanvas canvas)
    {
        RandomStream chance = ChanceOf("form");
        int first = Plan.Side switch { Side.Right => 0, Side.Left => 1, _ => chance.Below(2) };
        foreach (int side in Plan.Side == Side.Both ? [0, 1] : new[] { first })
        {
            (double x, double y) = SeenPlace(canvas.Healthy, side, Diameter, chance);
            double density = chance.Coin(0.25) ? 2.2 : 1.5;
            Body(canvas, x, y, Diameter, 0.05 + 0.06 * chance.Unit(), 0, 0, density, chance.Key());
        }
    }
}
