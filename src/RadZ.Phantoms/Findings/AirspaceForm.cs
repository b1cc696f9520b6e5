using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>What consolidation, pneumonia and infiltration share: lung filled in patches, with bronchi left open.</summary>
abstract class AirspaceForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    /// <summary>
    /// A patch: an ellipse whose border wanders by <paramref name="ragged"/> and fades over <paramref name="fade"/> (parts of the radius).
    /// </summary>
    protected static double Patch(double dx, double dy, double rx, double ry, double ragged, double fade, uint key, double grain)
    {
        double r = Math.Sqrt(dx * dx / (rx * rx) + dy * dy / (ry * ry));
        if (r > 1 + ragged + fade)
            return 0;
        double edge = 1 + ragged * NoiseField.Cloud(key, (float)(dx / grain), (float)(dy / grain));
        return 1 - PortableMath.Step(edge - fade, edge + fade * 0.6, r);
    }

    /// <summary>Open bronchi fanning out from the hilum through a filled region: 0 to 1 per pixel into a map.</summary>
    protected static void Bronchi(float[] map, in Frame frame, ChestShape shape, int side, double toX, double toY, RandomStream chance)
    {
        (double hx, double hy) = shape.Hilum(side);
        double dx = toX - hx, dy = toY - hy, length = Math.Sqrt(dx * dx + dy * dy) + 1e-6;
        Branch(map, frame, chance, hx + 0.2 * dx, hy + 0.2 * dy, dx / length, dy / length, Math.Min(3, 0.4 * length + 0.6), 0.17, 0);
    }

    static void Branch(float[] map, in Frame frame, RandomStream chance, double x, double y, double dx, double dy, double length,
        double radius,
        int depth)
    {
        Span<RibbonPoint> line = stackalloc RibbonPoint[2];
        double bend = 0.12 * chance.Bell(), nx = dx - bend * dy, ny = dy + bend * dx;
        double ex = x + nx * length, ey = y + ny * length;
        line[0] = new RibbonPoint(x, y, radius, 0.75);
        line[1] = new RibbonPoint(ex, ey, radius * 0.85, 0.7);
        Ribbon.Add(map, frame, line, Profile.Rod);
        if (depth >= 4)
            return;
        for (int s = -1; s <= 1; s += 2)
        {
            double turn = s * (0.28 + 0.3 * chance.Unit()), c = PortableMath.Cos(turn), n = PortableMath.Sin(turn);
            Branch(map, frame, chance, ex, ey, nx * c - ny * n, nx * n + ny * c, length * (0.6 + 0.2 * chance.Unit()), radius * 0.82,
                depth + 1);
        }
    }
}
