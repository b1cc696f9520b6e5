using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>A solid round thing in the lung: what nodule and mass share.</summary>
abstract class RoundForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    /// <summary>A solid body with lobes and spicules; optionally a cavity with a fluid level.</summary>
    protected static void Body(FindingCanvas canvas, double cx, double cy, double diameter, double lobes, double spicules, double cavity,
        double density, uint key)
    {
        Frame frame = canvas.Frame;
        double radius = diameter / 2, outer = radius * (1 + 0.5 * spicules);
        double hole = radius * cavity, level = cy + 0.35 * hole;
        Box box = frame.BoxAround(cx - outer, cy - outer, cx + outer, cy + outer);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            for (int column = box.Left; column < box.Right; column++)
            {
                double dx = frame.X(column) - cx, dy = frame.Y(row) - cy, r = Math.Sqrt(dx * dx + dy * dy);
                if (r >= outer)
                    continue;
                double ux = r > 1e-9 ? dx / r : 1, uy = r > 1e-9 ? dy / r : 0;
                double edge = radius * (1 - lobes * (0.5 + 0.5 * NoiseField.Smooth(key, (float)(2 + 1.7 * ux), (float)(2 + 1.7 * uy))));
                double inside = 1 - r * r / (edge * edge), thick = inside > 0 ? 2 * edge * Math.Sqrt(inside) * 0.85 : 0;
                if (spicules > 0 && r > 0.8 * edge)
                {
                    float spike = NoiseField.Ridge(key + 2, (float)(9 * ux), (float)(9 * uy), 0.3f);
                    thick += 0.5 * spike * PortableMath.Step(outer, edge * 0.9, r);
                }
                if (hole > 0 && r < hole)
                    thick -= (dy + cy < level ? 1.75 : 0) * Math.Sqrt(hole * hole - r * r);
                canvas.Solid(row * frame.Size + column, thick * density);
            }
        }
    }

    /// <summary>A place in the zone with lung enough round it to be seen.</summary>
    protected (double X, double Y) SeenPlace(ChestShape shape, int side, double diameter, RandomStream chance)
    {
        (double top, double bottom) = ZoneSpan;
        double v = chance.Between(top + 0.02, Math.Min(bottom, 0.9));
        double y = v * shape.LungHeight, outer = shape.WidthAt(side, y),
        inner = Math.Max(1, side == 0 ? -shape.RightBorder(y) : shape.LeftBorder(y));
        double margin = Math.Min(0.42, (0.5 * diameter + 0.6) / Math.Max(1, outer - inner));
        (double x, _) = LungPlace(shape, side, v, chance.Between(margin, 1 - margin));
        // above the diaphragm
        double floor = shape.DiaphragmAt(x) - 0.45 * diameter - 0.3;
        return (x, Math.Min(y, floor));
    }
}
