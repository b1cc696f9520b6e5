using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Hazy, streaky, without a border, thinner than airspace filling: the vessels stay visible through it.</summary>
sealed class InfiltrationForm(FindingPlan plan, ulong seed) : AirspaceForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            (double top, double bottom) = ZoneSpan;
            double dense = PortableMath.Mix(0.22, 0.38, Amount);
            (double cx, double cy) = LungPlace(shape, side, (top + bottom) / 2, 0.42 + 0.1 * chance.Bell());
            double rx = PortableMath.Mix(4.2, 6.0, Amount),
            ry = Plan.Zone == Zone.Whole ? 0.42 * shape.LungHeight : PortableMath.Mix(4.0, 5.6, Amount);
            if (Plan.Size > 0)
                (rx, ry) = (Plan.Size / 2, Plan.Size / 2);
            (double hx, double hy) = shape.Hilum(side);
            uint key = chance.Key();
            Box box = frame.BoxAround(cx - rx * 2, cy - ry * 2, cx + rx * 2, cy + ry * 2);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row);
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column);
                    if (ChestShape.SideOf(x) != side)
                        continue;
                    double part = Patch(x - cx, y - cy, rx, ry, 0.3, 0.75, key, 2.5);
                    if (part <= 0)
                        continue;
                    // streaks run outward from the hilum
                    double ox = x - hx, oy = y - hy, out2 = Math.Sqrt(ox * ox + oy * oy) + 0.5;
                    float streak = NoiseField.Ridge(key + 3, (float)(oy / out2 * 14), (float)(out2 * 0.45), 0.35f);
                    double cloud = 0.8 + 0.7 * NoiseField.Cloud(key + 7, (float)(x * 0.7), (float)(y * 0.7));
                    canvas.Fill(row * frame.Size + column, part * (dense * Math.Max(0.15, cloud) + 0.12 * (0.7 + 0.3 * Amount) * streak));
                }
            }
        }
    }
}
