using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Fluid in the pleural space: blunts the costophrenic angle, hides the diaphragm, climbs the wall as a meniscus.</summary>
sealed class EffusionForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Reshape(ChestShape shape)
    {
        if (Plan.Severity == Severity.Severe && Plan.Side is Side.Left or Side.Right)
            shape.MediastinalShift += Plan.Side == Side.Right ? 1.0 : -1.0;
    }

    public override void Paint(FindingCanvas canvas)
    {
        ChestShape shape = canvas.Shape;
        Frame frame = canvas.Frame;
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            double half = shape.HalfWidth[side], angle = shape.Dome[side] + shape.Sulcus[side];
            // level: the fluid's height at the wall above the costophrenic angle
            double climb = Plan.Size > 0 ? Plan.Size
                : PortableMath.Mix(4.2, 14.5, Amount) + PortableMath.Mix(0.6, 1.6, Amount) * chance.Bell();
            double rise = PortableMath.Mix(3.0, 5.5, Amount), wall = angle - climb, floor = wall + rise;
            uint key = chance.Key();
            Box box = canvas.Hemithorax(side, wall - 4, angle + 3);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row), wide = Math.Max(1, shape.WidthAt(side, y));
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column), u = Math.Abs(x) / wide;
                    if (u >= 1 || ChestShape.SideOf(x) != side)
                        continue;
                    double up = u * u * u, surface = floor - rise * up * Math.Sqrt(u) + 0.12 * NoiseField.Smooth(key, (float)x, 3f);
                    double below = y - surface;
                    // the rim of fluid round the lung thins out upward
                    double part = below > 0 ? 0.86 + 0.14 * Math.Min(1, below / 1.5) : 0.86 * PortableMath.Step(-0.9 - 1.6 * up, 0, below);
                    canvas.Fill(row * frame.Size + column, part);
                }
            }
        }
    }
}
