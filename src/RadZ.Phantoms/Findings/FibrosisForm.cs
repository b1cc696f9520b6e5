using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Scarred lung: a net of fine lines, densest at the base and under the pleura, honeycombs, less volume.</summary>
sealed class FibrosisForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Reshape(ChestShape shape)
    {
        foreach (int side in Sides)
            shape.Dome[side] -= PortableMath.Mix(0.3, 1.6, Amount);
    }

    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        double h = shape.LungHeight, net = PortableMath.Mix(1.8, 2.8, Amount), haze = PortableMath.Mix(0.09, 0.24, Amount);
        (double from, double to) = Plan.Zone switch
        {
            Zone.Upper => (-0.3, 0.42),
            Zone.Middle => (0.35, 0.68),
            Zone.Whole => (-0.3, 1.4),
            _ => (PortableMath.Mix(0.62, 0.48, Amount), 1.4),
        };
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            uint key = chance.Key();
            Box box = canvas.Hemithorax(side, Math.Max(0, (from - 0.2) * h), Math.Min(h + 5, (to + 0.2) * h));
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row), v = y / h;
                double wide = Math.Max(1, shape.WidthAt(side, y));
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column), u = Math.Abs(x) / wide;
                    int at = row * frame.Size + column;
                    if (u >= 1 || ChestShape.SideOf(x) != side || canvas.HealthyAir(at) <= 0)
                        continue;
                    double edge = 0.09 * NoiseField.Cloud(key + 13, (float)(x * 0.4), 0.7f), wander = v + edge;
                    double band = PortableMath.Step(from - 0.12, from + 0.14, wander)
                        * (1 - PortableMath.Step(to - 0.14, to + 0.12, wander));
                    double weight = band * (0.35 + 0.65 * PortableMath.Step(0.35, 0.85, u))
                        * (0.8 + 0.5 * NoiseField.Cloud(key + 11, (float)(x * 0.35), (float)(y * 0.35)));
                    if (weight <= 0)
                        continue;
                    float lines = NoiseField.Ridge(key, (float)(x * 1.5), (float)(y * 1.5), 0.32f)
                        + 0.8f * NoiseField.Ridge(key + 5, (float)(x * 2.5), (float)(y * 2.5), 0.3f);
                    canvas.Fill(at, haze * weight);
                    canvas.Solid(at, net * weight * lines
                        * (0.75 + 0.75 * NoiseField.Smooth(key + 17, (float)(x * 1.1), (float)(y * 1.1))));
                }
            }
        }
    }
}
