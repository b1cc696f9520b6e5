namespace RadZ.Phantoms;

/// <summary>The lungs' arteries and veins: trees from the hila, ever thinner toward the pleura. Adds centimetres of blood.</summary>
static class VesselTree
{
    public static void Draw(float[] map, in Frame frame, PhantomPlan plan, ChestShape shape)
    {
        for (int side = 0; side < 2; side++)
        {
            Chance chance = Chance.Of(plan.Seed, side == 0 ? "vessels right" : "vessels left");
            double outward = side == 0 ? -1 : 1;
            (double hx, double hy) = shape.Hilum(side);
            // the hilum itself: the pulmonary artery bending downward (right: interlobar artery; left: over the bronchus)
            RibbonPoint[] artery = side == 0
                ? [new(hx + 1.6, hy - 1.6, 0.9, 1.2), new(hx + 0.1, hy - 1.0, 0.95, 1.8), new(hx - 0.35, hy + 0.6, 0.8, 1.6), new(hx - 0.25, hy + 2.6, 0.62, 1.2), new(hx - 0.5, hy + 4.6, 0.42, 0.7)]
                : [new(hx - 1.5, hy - 1.0, 0.95, 1.2), new(hx + 0.0, hy - 1.3, 1.0, 1.8), new(hx + 0.6, hy + 0.2, 0.8, 1.5), new(hx + 0.5, hy + 2.2, 0.6, 1.1), new(hx + 0.8, hy + 4.2, 0.4, 0.6)];
            Ribbon.Add(map, frame, artery, Profile.Rod);
            const int Stems = 13;
            for (int i = 0; i < Stems; i++)
            {
                // fan from straight up-and-out to straight down-and-in
                double angle = -1.25 + 2.65 * (i + 0.5) / Stems + 0.1 * chance.Bell();
                double below = (i + 0.5) / Stems;
                double x = hx + outward * (0.1 + 0.3 * chance.Unit()), y = hy - 1.2 + 4.2 * below;
                double radius = (0.24 + 0.12 * below) * (1 + 0.15 * chance.Bell());
                Grow(map, frame, chance, shape, side, x, y, angle, radius, 2.6 + 0.8 * chance.Unit(), 0);
            }
        }
    }

    static void Grow(float[] map, in Frame frame, Chance chance, ChestShape shape, int side, double x, double y, double angle, double radius, double length, int depth)
    {
        double outward = side == 0 ? -1 : 1;
        const int Steps = 3;
        Span<RibbonPoint> line = stackalloc RibbonPoint[Steps + 1];
        double bend = 0.16 * chance.Bell(), end = radius * 0.86;
        for (int i = 0; i <= Steps; i++)
        {
            double r = PortableMath.Mix(radius, end, i / (double)Steps);
            line[i] = new RibbonPoint(x, y, r, 2 * r);
            if (i == Steps)
                break;
            x += outward * PortableMath.Cos(angle) * length / Steps;
            y += PortableMath.Sin(angle) * length / Steps;
            angle += bend / Steps;
        }
        Ribbon.Add(map, frame, line, Profile.Rod);
        double wide = shape.WidthAt(side, y);
        if (depth >= 6 || end < 0.035 || Math.Abs(x) > wide - 0.4 || y < 0.4 || y > shape.DiaphragmAt(x) + 3 || x * outward < 0.5)
            return;
        double spread = 0.34 + 0.14 * chance.Unit(), lean = 0.1 * chance.Bell();
        double next = length * (0.74 + 0.1 * chance.Unit());
        Grow(map, frame, chance, shape, side, x, y, angle + lean + spread * 0.6, end * 0.86, next, depth + 1);
        Grow(map, frame, chance, shape, side, x, y, angle + lean - spread, end * (0.66 + 0.1 * chance.Unit()), next * 0.9, depth + 1);
    }
}
