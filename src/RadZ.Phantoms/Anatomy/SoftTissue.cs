namespace RadZ.Phantoms;

/// <summary>Trunk, neck, shoulders, arms and breasts, filled as if they held no air: writes attenuation along every ray.</summary>
sealed class SoftTissue(PhantomPlan plan, ChestShape shape, Beam beam)
{
    public void Draw(float[] map, in Frame frame)
    {
        Chance chance = Chance.Of(plan.Seed, "soft tissue");
        Body body = plan.Body;
        double fat = body.BodyMassIndex - 24, outer = shape.HalfWidth[0] * 0.5 + shape.HalfWidth[1] * 0.5 + shape.Wall + 0.6;
        double thick = 2 * shape.HalfDepth + 2.6 + 0.28 * Math.Max(-6, fat), neck = 5.6 + 0.09 * fat;
        double shoulder = shape.HalfWidth[0] + 5.4 + 0.3 * shape.Wall, armRadius = 4.3 + 0.11 * fat, armOut = 1.5 + 2.2 * chance.Unit();
        bool female = body.Sex == Sex.Female;
        double breast = female ? Math.Clamp(2.6 + 0.16 * fat + 0.6 * chance.Bell(), 1, 6) : Math.Max(0, 0.6 + 0.05 * fat);
        double breastY = 0.80 * shape.LungHeight + chance.Bell(), breastX = 8.4 + 0.3 * chance.Bell(), breastR = female ? 6.2 + 0.1 * fat : 6.5;
        int size = frame.Size;
        for (int row = 0; row < size; row++)
        {
            double y = frame.Y(row);
            // outline of trunk: neck above, sloping to the shoulders, then the sides
            double slope = PortableMath.Step(-7.5, 0.8, y), half = y < 0.8
                ? PortableMath.Mix(neck, shoulder + 2.5, slope * slope)
                : PortableMath.Mix(shoulder + 2.5, outer, PortableMath.Step(0.8, 9, y));
            double deep = PortableMath.Mix(neck * 1.9, thick, PortableMath.Step(-4, 9, y));
            double armX = shoulder + armOut * PortableMath.Step(3, 26, y) * 1.6;
            double armTop = PortableMath.Step(-1.4, 2.5, y);
            for (int column = 0; column < size; column++)
            {
                double x = frame.X(column), u = x / half, t = 0;
                if (u * u < 1)
                    t = deep * Math.Sqrt(Math.Sqrt(1 - u * u) * (1 - u * u * u * u));
                double a = (Math.Abs(x) - armX) / armRadius;
                if (armTop > 0 && a * a < 1)
                    t = Math.Max(t, 1.7 * armRadius * armTop * Math.Sqrt(1 - a * a));
                if (breast > 0)
                {
                    double bx = (Math.Abs(x) - breastX) / breastR, by = (y - breastY) / (y > breastY ? breastR * 0.62 : breastR * 1.2), b = bx * bx + by * by;
                    if (b < 1)
                        t += breast * (female && y > breastY ? Math.Sqrt(1 - b) : (1 - b) * PortableMath.Mix(1, Math.Sqrt(1 - b), 0.5));
                }
                map[row * size + column] = (float)(t * ChestShape.Mu);
            }
        }
        Airway(map, frame, chance);
        if (chance.Coin(body.View == View.PA ? 0.75 : 0.4))
            StomachBubble(map, frame, chance);
    }

    void Airway(float[] map, in Frame frame, Chance chance)
    {
        double x = shape.MediastinalShift * 0.4, down = 0.33 * shape.LungHeight + 0.3, r = plan.Body.Sex == Sex.Male ? 0.95 : 0.8, w = -1.9 * r * ChestShape.Mu;
        (double rx, double ry) = shape.Hilum(0);
        (double lx, double ly) = shape.Hilum(1);
        double bow = 0.2 + 0.15 * chance.Bell();
        Ribbon.Add(map, frame, [new(x, -8, r, w), new(x, 0, r, w), new(x - bow, 0.7 * down, r, w), new(x - bow * 0.5, down, r * 1.05, w)], Profile.Rod);
        Ribbon.Add(map, frame, [new(x - bow * 0.5, down - 0.2, r * 0.8, w * 0.8), new(rx + 0.9, ry - 1.0, r * 0.6, w * 0.55), new(rx, ry + 0.6, r * 0.4, w * 0.3)], Profile.Rod);
        Ribbon.Add(map, frame, [new(x - bow * 0.5, down - 0.2, r * 0.8, w * 0.8), new(lx - 1.6, ly - 0.1, r * 0.6, w * 0.6), new(lx, ly + 1.0, r * 0.4, w * 0.3)], Profile.Rod);
    }

    void StomachBubble(float[] map, in Frame frame, Chance chance)
    {
        double x = 0.42 * shape.HalfWidth[1] + 0.6 * chance.Bell(), y = shape.Dome[1] + 1.6, w = 2.2 + 1.2 * chance.Unit(), h = 1.3 + 1.0 * chance.Unit(), level = y + h * 1.1;
        Box box = frame.Around(x - w, y - h, x + w, level);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            for (int column = box.Left; column < box.Right; column++)
            {
                double dx = (frame.X(column) - x) / w, dy = (frame.Y(row) - y) / (frame.Y(row) > y ? 2 * h : h), inside = 1 - dx * dx - dy * dy;
                if (inside > 0 && frame.Y(row) < level)
                    map[row * frame.Size + column] -= (float)(4.5 * Math.Sqrt(inside) * ChestShape.Mu);
            }
        }
        _ = beam;
    }
}
