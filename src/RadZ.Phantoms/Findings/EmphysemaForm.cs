using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Destroyed lung: too black, few vessels, flat low diaphragms, a narrow heart, bullae with hair-thin walls.</summary>
sealed class EmphysemaForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Reshape(ChestShape shape)
    {
        foreach (int side in Sides)
        {
            shape.Dome[side] += PortableMath.Mix(1.2, 2.6, Amount);
            shape.Sulcus[side] *= PortableMath.Mix(0.6, 0.3, Amount);
        }
        if (Plan.Side is not (Side.Left or Side.Right))
            shape.CardiothoracicRatio = Math.Max(0.33, shape.CardiothoracicRatio - PortableMath.Mix(0.02, 0.06, Amount));
    }

    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Shape;
        double thin = PortableMath.Mix(0.68, 0.34, Amount), few = PortableMath.Mix(0.65, 0.35, Amount);
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            uint key = chance.Key();
            Box box = canvas.Hemithorax(side, 0, shape.Dome[side] + 4);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row);
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column);
                    if (ChestShape.SideOf(x) != side)
                        continue;
                    int at = row * frame.Size + column;
                    double patchy = Math.Clamp(0.85 + 0.5 * NoiseField.Cloud(key, (float)(x * 0.3), (float)(y * 0.3)), 0.4, 1.1);
                    canvas.Density(at, 1 - (1 - thin) * patchy);
                    canvas.Vessels(at, 1 - (1 - few) * patchy);
                }
            }
            int bullae = (int)PortableMath.Mix(1, 5, Amount) + chance.Below(2);
            for (int i = 0; i < bullae; i++)
            {
                (double x, double y) = LungPlace(canvas.Healthy, side, chance.Between(0.12, 0.9), chance.Between(0.45, 0.9));
                Bulla(canvas, x, y, 0.9 + 1.6 * chance.Unit() * (0.5 + 0.5 * Amount));
            }
        }
    }

    static void Bulla(FindingCanvas canvas, double cx, double cy, double radius)
    {
        Frame frame = canvas.Frame;
        double wall = Math.Max(0.07, 0.6 * frame.Pitch);
        Box box = frame.BoxAround(cx - radius - wall, cy - radius - wall, cx + radius + wall, cy + radius + wall);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            for (int column = box.Left; column < box.Right; column++)
            {
                double dx = frame.X(column) - cx, dy = frame.Y(row) - cy, r = Math.Sqrt(dx * dx + dy * dy);
                int at = row * frame.Size + column;
                if (r < radius)
                {
                    canvas.Density(at, 0.45);
                    canvas.Vessels(at, 0.25);
                }
                double rim = 1 - Math.Abs(r - radius) / wall;
                if (rim > 0)
                    canvas.Solid(at, 0.42 * rim * (0.07 / wall));
            }
        }
    }
}
