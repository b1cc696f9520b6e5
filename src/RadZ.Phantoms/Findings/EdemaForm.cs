using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Water in the lungs: wide upper vessels, Kerley B lines at the sides, then perihilar haze like a bat's wings.</summary>
sealed class EdemaForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        double h = shape.LungHeight, haze = PortableMath.Mix(0.28, 0.74, Amount), reach = PortableMath.Mix(5.0, 7.5, Amount);
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            uint key = chance.Key();
            (double hx, double hy) = shape.Hilum(side);
            Box box = canvas.Hemithorax(side, 0, h + 4);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row), dy = (y - hy - 0.8) / 1.15;
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column);
                    if (ChestShape.SideOf(x) != side)
                        continue;
                    int at = row * frame.Size + column;
                    double dx = x - hx, r = Math.Sqrt(dx * dx + dy * dy) / reach;
                    float cloud = NoiseField.Cloud(key, (float)(x * 0.8), (float)(y * 0.8));
                    double wing = 1 - PortableMath.Step(0.25, 1.25, r + 0.25 * cloud);
                    if (wing > 0)
                        canvas.Fill(at, haze * wing * (0.88 + 0.32 * NoiseField.Cloud(key + 4, (float)(x * 1.6), (float)(y * 1.6))));
                    if (y < 0.55 * h)
                        canvas.Vessels(at, 1 + 0.6 * PortableMath.Step(0.55 * h, 0.35 * h, y));
                }
            }
            // septal lines: short, horizontal, from the pleura inward
            int lines = 7 + (int)(7 * Amount);
            double outward = side == 0 ? -1 : 1;
            for (int i = 0; i < lines; i++)
            {
                double y = h * chance.Between(0.72, 1.08), wide = shape.WidthAt(side, y) - 0.15, length = 1.0 + 0.9 * chance.Unit();
                if (y > shape.DiaphragmAt(outward * (wide - 0.8)))
                    continue;
                canvas.Line([new(outward * wide, y, 0.06, 1.0), new(outward * (wide - length), y + 0.15 * chance.Bell(), 0.05, 0.8)]);
            }
        }
    }
}
