using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>A band of soft tissue along the inner chest wall or a cap over the apex, its inner border wavy.</summary>
sealed class PleuralThickeningForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Shape;
        double h = shape.LungHeight;
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            uint key = chance.Key();
            double thick = PortableMath.Mix(0.7, 1.9, Amount) * (1 + 0.1 * chance.Bell());
            (double from, double to) = Plan.Zone switch
            {
                Zone.Upper => (-0.1, 0.22),
                Zone.Middle => (0.3, 0.72),
                Zone.Lower => (0.62, 1.3),
                _ => (-0.1, 1.3),
            };
            Box box = canvas.Hemithorax(side, 0, shape.Dome[side] + shape.Sulcus[side] + 1);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row), v = y / h,
                band = PortableMath.Step(from - 0.1, from + 0.16, v) * (1 - PortableMath.Step(to - 0.18, to + 0.1, v));
                if (band <= 0.02)
                    continue;
                double wide = shape.WidthAt(side, y);
                double depth = thick * band * (1 + 0.45 * NoiseField.Cloud(key, (float)(y * 0.55), 0.3f));
                // the inner border is the outline moved inward and down: an even rind over the apex, too
                double inner = shape.WidthAt(side, y - 0.45 * thick * PortableMath.Step(0.3, 0.05, v))
                    - depth * (1 - 0.4 * PortableMath.Step(0.25, 0.05, v)), tilt = Math.Max(0.3, (wide - inner) / depth);
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column), inward = (wide - Math.Abs(x)) / tilt;
                    if (inward < 0 || ChestShape.SideOf(x) != side)
                        continue;
                    double part = 1 - PortableMath.Step(depth - 0.15, depth + 0.25, inward);
                    canvas.Fill(row * frame.Size + column, 0.92 * part);
                }
            }
        }
    }
}
