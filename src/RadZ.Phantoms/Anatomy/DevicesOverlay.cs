using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>Tubes, lines and a pacemaker: adds their attenuation.</summary>
static class DevicesOverlay
{
    public static void Draw(float[] map, in Frame frame, PhantomPlan plan, ChestShape shape)
    {
        RandomStream chance = RandomStream.Create(plan.Seed, "devices");
        double h = shape.LungHeight, shift = shape.MediastinalShift;
        if (plan.Devices.HasFlag(Devices.EndotrachealTube))
        {
            double x = shift * 0.4 - 0.1, tip = 0.33 * h - 3.6 + 0.8 * chance.Bell();
            for (int s = -1; s <= 1; s += 2)
                Ribbon.Add(map, frame, [new(x + 0.3 + s * 0.42, -9, 0.10, 0.35), new(x + s * 0.42, 0, 0.10, 0.35),
                    new(x - 0.1 + s * 0.4, tip, 0.10, 0.35)], Profile.Rod);
            Ribbon.Add(map, frame, [new(x + 0.52, -9, 0.07, 0.8), new(x + 0.22, 0, 0.07, 0.8), new(x + 0.1, tip, 0.07, 0.8)], Profile.Rod);
        }
        if (plan.Devices.HasFlag(Devices.CentralLine))
        {
            double end = (0.44 + 0.06 * chance.Bell()) * h, x = shift * 0.6 - 1.75;
            RibbonPoint[] line = chance.Coin(0.6)
                ? [new(-4.6, -7, 0.11, 0.9), new(-3.6, -2.5, 0.11, 0.9), new(-2.4, 1.5, 0.11, 0.9), new(x, 0.22 * h, 0.11, 0.9),
                    new(x, 0.34 * h, 0.11, 0.9), new(x - 0.15, end, 0.11, 0.9)]
                : [new(-13, 5.5, 0.11, 0.9), new(-10, 3.6, 0.11, 0.9), new(-6.5, 2.4, 0.11, 0.9), new(-3.6, 2.8, 0.11, 0.9),
                    new(-2.1, 4.4, 0.11, 0.9), new(x, 0.33 * h, 0.11, 0.9), new(x - 0.1, end, 0.11, 0.9)];
            Ribbon.Add(map, frame, Ribbon.Rounded(line), Profile.Rod);
        }
        if (plan.Devices.HasFlag(Devices.Pacemaker))
        {
            double cx = 0.68 * shape.HalfWidth[1] + 0.4 * chance.Bell(), cy = 3.6 + 0.6 * chance.Bell();
            Box box = frame.BoxAround(cx - 2.4, cy - 2.2, cx + 2.4, cy + 2.2);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                for (int column = box.Left; column < box.Right; column++)
                {
                    double dx = Math.Abs(frame.X(column) - cx) / 2.3, dy = Math.Abs(frame.Y(row) - cy) / 2.05,
                    r = dx * dx * dx * dx + dy * dy * dy * dy;
                    if (r < 1)
                        map[row * frame.Size + column] += (float)(3.2 * PortableMath.Step(1, 0.8, r) * (frame.Y(row) < cy - 1 ? 0.45 : 1));
                }
            }
            (double left, double right) = shape.HeartHalves;
            RibbonPoint[] ventricle =
                [new(cx - 0.5, cy - 1.8, 0.09, 1.3), new(cx - 3.2, cy - 2.2, 0.09, 1.3), new(2.6, 2.6, 0.09, 1.3),
                    new(-0.6, 4.6, 0.09, 1.3), new(-1.7, 0.33 * h, 0.09, 1.3),
                 new(-1.9 + 0.4 * shift, 0.55 * h, 0.09, 1.3), new(-1.2 + shift, 0.78 * h, 0.09, 1.3),
                 new(0.30 * left + shift, 0.9 * h, 0.09, 1.4), new(0.62 * left + shift, 0.95 * h, 0.13, 1.8)];
            RibbonPoint[] atrium =
                [new(cx - 0.2, cy - 1.7, 0.09, 1.3), new(cx - 3.4, cy - 1.7, 0.09, 1.3), new(2.4, 3.1, 0.09, 1.3),
                    new(-0.4, 5.0, 0.09, 1.3), new(-1.5, 0.35 * h, 0.09, 1.3),
                 new(-1.9 + 0.4 * shift, 0.56 * h, 0.09, 1.3), new(-0.5 * right + shift, 0.68 * h, 0.09, 1.3),
                 new(-0.62 * right + shift, 0.61 * h, 0.12, 1.7)];
            Ribbon.Add(map, frame, Ribbon.Rounded(ventricle), Profile.Rod);
            Ribbon.Add(map, frame, Ribbon.Rounded(atrium), Profile.Rod);
        }
    }
}
