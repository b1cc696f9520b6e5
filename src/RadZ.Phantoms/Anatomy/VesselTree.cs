using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>The lungs' arteries and veins: trees from the hila, ever thinner toward the pleura. Adds centimetres of blood.</summary>
static class VesselTree
{
    public static void Draw(float[] map, in Frame frame, PhantomPlan plan, ChestShape shape)
    {
        for (int side = 0; side < 2; side++)
        {
            RandomStream chance = RandomStream.Create(plan.Seed, side == 0 ? "vessels right" : "vessels left");
            double outward = side == 0 ? -1 : 1;
            (double hx, double hy) = shape.Hilum(side);
            // the hilum itself: the pulmonary artery bending downward (right: interlobar artery; left: over the bronchus)
            RibbonPoint[] artery = side == 0
                ? [new(hx + 1.9, hy - 1.5, 0.95, 1.2), new(hx + 0.5, hy - 1.2, 1.0, 2.3), new(hx - 0.1, hy + 0.5, 0.85, 2.3),
                    new(hx - 0.1, hy + 2.6, 0.66, 1.8), new(hx + 0.1, hy + 4.8, 0.45, 1.3), new(hx + 0.3, hy + 6.6, 0.3, 0.6)]
                : [new(hx - 1.8, hy - 0.9, 1.0, 1.2), new(hx - 0.2, hy - 1.4, 1.05, 2.3), new(hx + 0.5, hy + 0.1, 0.85, 2.2),
                    new(hx + 0.5, hy + 2.2, 0.62, 1.6), new(hx + 0.5, hy + 4.4, 0.42, 1.1), new(hx + 0.4, hy + 6.4, 0.28, 0.5)];
            Ribbon.Add(map, frame, Ribbon.Rounded(artery), Profile.Rod);
            if (side == 0 && chance.Coin(0.55))
            {
                // the minor fissure, a hair line where the beam runs along it
                double far = shape.WidthAt(0, hy) - 0.3, tilt = 0.6 * chance.Bell();
                Ribbon.Add(map, frame, Ribbon.Rounded([new(hx - 0.8, hy + 0.2, 0.05, 0.1),
                    new((hx - far) / 2, hy + 0.3 * tilt - 0.3, 0.05, 0.5), new(-far, hy + tilt, 0.05, 0.3)]), Profile.Rod);
            }
            const int Stems = 17;
            for (int i = 0; i < Stems; i++)
            {
                // fan from straight up to straight down and a little inward
                double below = (i + chance.Unit()) / Stems, angle = -1.45 + 3.1 * below + 0.12 * chance.Bell();
                double x = hx + outward * (-0.2 + 0.6 * chance.Unit()), y = hy - 1.6 + 5.6 * below * below + 0.5 * chance.Bell();
                double radius = (0.25 + 0.17 * below) * (1 + 0.22 * chance.Bell());
                Grow(map, frame, chance, shape, side, x, y, angle, radius, 2.3 + 1.1 * chance.Unit(), 0);
            }
        }
    }

    static void Grow(float[] map, in Frame frame, RandomStream chance, ChestShape shape, int side, double x, double y, double angle,
        double radius, double length, int depth)
    {
        double outward = side == 0 ? -1 : 1;
        const int Steps = 3;
        Span<RibbonPoint> line = stackalloc RibbonPoint[Steps + 1];
        double bend = 0.30 * chance.Bell(), end = radius * 0.86;
        for (int i = 0; i <= Steps; i++)
        {
            double r = PortableMath.Mix(radius, end, i / (double)Steps);
            // a stem comes out of the hilum without an edge; where branches part, they share the thickness
            line[i] = new RibbonPoint(x, y, r, 3.1 * r * (depth == 0 ? Math.Min(1, 0.6 * i) : i == 0 ? 0.55 : 1));
            if (i == Steps)
                break;
            x += outward * PortableMath.Cos(angle) * length / Steps;
            y += PortableMath.Sin(angle) * length / Steps;
            angle += bend / Steps;
        }
        Ribbon.Add(map, frame, line, Profile.Rod);
        double wide = shape.WidthAt(side, y);
        if (depth >= 7 || end < 0.03 || Math.Abs(x) > wide - 0.4 || y < 0.4 || y > shape.DiaphragmAt(x) + 3 || x * outward < 0.5)
            return;
        double spread = 0.36 + 0.22 * chance.Unit(), lean = 0.14 * chance.Bell();
        double next = length * (0.74 + 0.1 * chance.Unit());
        Grow(map, frame, chance, shape, side, x, y, angle + lean + spread * 0.6, end * 0.86, next, depth + 1);
        Grow(map, frame, chance, shape, side, x, y, angle + lean - spread, end * (0.66 + 0.1 * chance.Unit()), next * 0.9, depth + 1);
    }
}
