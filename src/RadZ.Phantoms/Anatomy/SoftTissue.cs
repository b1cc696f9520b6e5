using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>Trunk, neck, shoulders, arms and breasts, filled as if they held no air: writes attenuation along every ray.</summary>
sealed class SoftTissue(PhantomPlan plan, ChestShape shape)
{
    public void Draw(float[] map, in Frame frame)
    {
        RandomStream chance = RandomStream.Create(plan.Seed, "soft tissue");
        Body body = plan.Body;
        double fat = body.BodyMassIndex - 24, outer = (shape.HalfWidth[0] + shape.HalfWidth[1]) / 2 + shape.Wall + 0.6;
        double thick = 2 * shape.HalfDepth + 4.6 + 0.30 * Math.Max(-6, fat), neck = 5.8 + 0.09 * fat;
        double shoulder = shape.HalfWidth[0] + 5.6 + 0.35 * shape.Wall, armRadius = 4.7 + 0.12 * fat;
        double armOut = body.View == View.PA ? 1.8 + 2.5 * chance.Unit() : 0.3 + 2.2 * chance.Unit();
        bool female = body.Sex == Sex.Female;
        double breast = female ? Math.Clamp(2.8 + 0.16 * fat + 0.6 * chance.Bell(), 1, 6) : Math.Max(0, 0.8 + 0.06 * fat);
        double breastY = (female ? 0.76 : 0.66) * shape.LungHeight + chance.Bell(), breastX = 8.6 + 0.3 * chance.Bell(),
        breastR = female ? 6.2 + 0.1 * fat : 7;
        int size = frame.Size;
        for (int row = 0; row < size; row++)
        {
            double y = frame.Y(row);
            // outline of the trunk: neck above, sloping to the shoulders, then the sides
            double slope = PortableMath.Step(-7.0, 1.2, y), half = y < 1.2
                ? PortableMath.Mix(neck, shoulder + 3.2, slope * slope)
                : PortableMath.Mix(shoulder + 3.2, outer, PortableMath.Step(1.2, 11, y));
            double deep = PortableMath.Mix(neck * 2.1, thick, PortableMath.Step(-5, 8, y));
            double armX = shoulder + armOut * PortableMath.Step(3, 28, y) * 1.6, armTop = PortableMath.Step(-1.2, 3.5, y),
            radius = armRadius * PortableMath.Mix(1.1, 0.92, PortableMath.Step(2, 20, y));
            for (int column = 0; column < size; column++)
            {
                double x = frame.X(column), u = x / half, t = 0;
                if (u * u < 1)
                {
                    double u4 = u * u * u * u;
                    t = deep * Math.Sqrt(1 - u4 * u4);
                }
                double a = (Math.Abs(x) - armX) / radius;
                if (armTop > 0 && a * a < 1)
                {
                    double arm = 2.1 * radius * armTop * Math.Sqrt(1 - a * a);
                    t = Math.Max(t, arm) + 0.35 * Math.Min(t, arm);
                }
                if (breast > 0)
                {
                    double bx = (Math.Abs(x) - breastX) / breastR, dy = y - breastY, by = dy / (dy > 0 ? breastR * 0.68 : breastR * 1.25),
                    b = bx * bx + by * by;
                    if (b < 1)
                    {
                        // the lower fold is sharp, the upper slope fades into the chest
                        double sharp = female ? PortableMath.Step(-1.5, 3.5, dy) : 0, root = Math.Sqrt(1 - b);
                        t += breast * PortableMath.Mix((1 - b) * (1 - b), root, 0.15 + 0.85 * sharp) * (1 - 0.5 * (1 - sharp));
                    }
                }
                map[row * size + column] = (float)(t * ChestShape.Mu);
            }
        }
        Airway(map, frame, chance);
        if (chance.Coin(body.View == View.PA ? 0.75 : 0.4))
            StomachBubble(map, frame, chance);
        Bowel(map, frame, chance);
    }

    void Airway(float[] map, in Frame frame, RandomStream chance)
    {
        double x = shape.MediastinalShift * 0.4, down = 0.33 * shape.LungHeight + 0.3, r = plan.Body.Sex == Sex.Male ? 0.95 : 0.8,
        w = -3.2 * r * ChestShape.Mu;
        (double rx, double ry) = shape.Hilum(0);
        (double lx, double ly) = shape.Hilum(1);
        double bow = 0.2 + 0.15 * chance.Bell();
        double fork = x - bow * 0.5;
        Ribbon.Add(map, frame, Ribbon.Rounded([new(x, -9, r, w), new(x, 0, r, w), new(x - bow, 0.7 * down, r, w),
            new(fork, down - 0.6, r * 1.05, w), new(fork, down + 0.7, r * 1.3, 0)]), Profile.Rod);
        Ribbon.Add(map, frame, Ribbon.Rounded([new(fork - 0.2, down - 0.5, r * 0.5, 0), new(fork - 0.9, down + 0.5, r * 0.75, w * 0.7),
            new(rx + 0.9, ry - 1.0, r * 0.6, w * 0.5), new(rx, ry + 0.6, r * 0.4, 0)]), Profile.Rod);
        Ribbon.Add(map, frame, Ribbon.Rounded([new(fork + 0.2, down - 0.5, r * 0.5, 0), new(fork + 1.1, down + 0.5, r * 0.7, w * 0.7),
            new(lx - 1.6, ly - 0.1, r * 0.6, w * 0.5), new(lx, ly + 1.0, r * 0.4, 0)]), Profile.Rod);
    }

    /// <summary>Gas in the colon under the diaphragms, more on the left.</summary>
    void Bowel(float[] map, in Frame frame, RandomStream chance)
    {
        int loops = chance.Coin(0.6) ? 1 + chance.Below(5) : 0;
        for (int i = 0; i < loops; i++)
        {
            int side = chance.Coin(0.7) ? 1 : 0;
            double x = (side == 0 ? -1 : 1) * shape.HalfWidth[side] * chance.Between(0.25, 0.85),
            y = shape.DiaphragmAt(x) + chance.Between(side == 0 ? 5 : 3, 8);
            double w = chance.Between(0.8, 1.9), h = chance.Between(0.7, 1.4), gas = chance.Between(0.8, 2.6);
            uint key = chance.Key();
            Box box = frame.BoxAround(x - w, y - h, x + w, y + h);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                for (int column = box.Left; column < box.Right; column++)
                {
                    double dx = (frame.X(column) - x) / w, dy = (frame.Y(row) - y) / h, inside = 1 - dx * dx - dy * dy;
                    inside -= 0.35 * (0.5 + 0.5 * NoiseField.Smooth(key, (float)(dx * 2), (float)(dy * 2)));
                    if (inside > 0)
                        map[row * frame.Size + column] -= (float)(gas * Math.Sqrt(inside) * ChestShape.Mu);
                }
            }
        }
    }

    void StomachBubble(float[] map, in Frame frame, RandomStream chance)
    {
        double x = 0.48 * shape.HalfWidth[1] + 0.6 * chance.Bell(), y = shape.Dome[1] + 1.6, w = 2.2 + 1.2 * chance.Unit(),
        h = 1.2 + 0.9 * chance.Unit(), level = y + h * (0.5 + 0.6 * chance.Unit());
        Box box = frame.BoxAround(x - w, y - h, x + w, level);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            for (int column = box.Left; column < box.Right; column++)
            {
                double dx = (frame.X(column) - x) / w, dy = (frame.Y(row) - y) / (frame.Y(row) > y ? 1.4 * h : h),
                inside = 1 - dx * dx - dy * dy;
                if (inside > 0 && frame.Y(row) < level)
                    map[row * frame.Size + column] -= (float)(6.0 * Math.Sqrt(inside) * ChestShape.Mu);
            }
        }
    }
}
