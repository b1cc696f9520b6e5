using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Stomach through the diaphragm: a round mass behind the heart with air over a flat fluid level.</summary>
sealed class HerniaForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        RandomStream chance = ChanceOf("form");
        double radius = (Plan.Size > 0 ? Plan.Size / 2 : PortableMath.Mix(3.2, 5.2, Amount)) * (1 + 0.05 * chance.Bell());
        double cx = (Plan.Side switch { Side.Right => -2.2, Side.Left => 2.6, _ => chance.Coin(0.75) ? 1.7 : -0.6 }) + 0.5 * chance.Bell();
        double cy = shape.Dome[1] - radius * 0.7, rx = radius * 1.1, wall = 0.35;
        double level = cy + radius * (0.05 + 0.15 * chance.Bell());
        uint key = chance.Key();
        Box box = frame.BoxAround(cx - rx, cy - radius, cx + rx, cy + radius);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            double y = frame.Y(row);
            for (int column = box.Left; column < box.Right; column++)
            {
                double dx = (frame.X(column) - cx) / rx, dy = (y - cy) / radius, inside = 1 - dx * dx - dy * dy;
                if (inside <= 0)
                    continue;
                int at = row * frame.Size + column;
                canvas.Solid(at, 1.9 * radius * Math.Sqrt(inside));
                double inner = 1 - wall / radius;
                double hollow = inner * inner - dx * dx - dy * dy;
                if (hollow > 0 && y < level)
                    canvas.Extra(at, -(1.55 + 0.1 * NoiseField.Smooth(key, (float)dx * 3, (float)dy * 3)) * radius * Math.Sqrt(hollow)
                        * Math.Min(1, 0.25 + (level - y) / 0.25));
            }
        }
    }
}
