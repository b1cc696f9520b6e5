namespace RadZ.Phantoms;

/// <summary>Ribs, clavicles, scapulae, spine, upper arms: adds attenuation of bone to a map.</summary>
sealed class Skeleton(PhantomPlan plan, ChestShape shape, Beam beam)
{
    readonly double strength = 1.05 - 0.0045 * Math.Max(0, plan.Body.Age - 45) + (plan.Body.Sex == Sex.Male ? 0.06 : -0.04);

    static readonly double[] RibWidth = [0.44, 0.66, 0.82, 0.91, 0.965, 1.0, 1.015, 1.01, 0.985, 0.94, 0.85, 0.7];

    public void Draw(float[] map, in Frame frame)
    {
        Chance chance = Chance.Of(plan.Seed, "bones");
        for (int side = 0; side < 2; side++)
        {
            double outward = side == 0 ? -1 : 1;
            Ribs(map, frame, side, outward, chance);
            Clavicle(map, frame, outward, chance);
            Scapula(map, frame, outward, chance);
            Arm(map, frame, outward);
        }
        Spine(map, frame, chance);
    }

    void Ribs(float[] map, in Frame frame, int side, double outward, Chance chance)
    {
        double spacing = 0.106 * shape.LungHeight / (0.80 + 0.23 * plan.Body.Inspiration), first = -0.2 + 0.15 * chance.Bell();
        double tilt = 3.9 * (1.05 - 0.25 * plan.Body.Inspiration) * (1 + 0.06 * chance.Bell());
        double half = shape.HalfWidth[side] + 0.35, deep = shape.HalfDepth + 0.5;
        const int Steps = 30;
        Span<RibbonPoint> line = stackalloc RibbonPoint[Steps + 1];
        for (int rib = 0; rib < 12; rib++)
        {
            double wide = half * RibWidth[rib], depth = deep * Math.Min(1, 0.45 + 0.16 * rib);
            double start = first + spacing * rib * (1 - 0.004 * rib), thick = (rib == 0 ? 0.75 : 0.62) + 0.03 * chance.Bell();
            double stop = rib == 0 ? 2.5 : rib < 7 ? 2.45 - 0.03 * rib : rib < 10 ? 2.2 - 0.08 * (rib - 7) : rib == 10 ? 1.7 : 1.1;
            double drop = tilt * (rib == 0 ? 0.75 : 1 + 0.05 * Math.Min(rib, 6)), hump = 0.5 + 0.1 * chance.Bell();
            double px = 0, py = 0, pz = 0;
            for (int i = 0; i <= Steps; i++)
            {
                double t = i / (double)Steps, phi = 0.2 + (stop - 0.2) * t;
                double sine = PortableMath.Sin(phi), cosine = PortableMath.Cos(phi);
                double x = outward * wide * Math.Sqrt(sine) * (1 - 0.04 * cosine), z = depth * cosine;
                double y = start + drop * (1 - cosine) - hump * PortableMath.Sin(Math.Min(Math.PI, 4 * (phi - 0.2)));
                // bone along the ray grows where the rib runs with it (the side of the chest)
                double dx = x - px, dy = y - py, dz = z - pz;
                double flat = Math.Sqrt(dx * dx + dy * dy), along = i == 0 ? 1 : Math.Sqrt(flat * flat + dz * dz) / Math.Max(flat, 1e-9);
                (px, py, pz) = (x, y, z);
                double fade = 1 - 0.35 * PortableMath.Step(1.6, 2.3, phi);
                if (i >= Steps - 2)
                    fade *= (Steps - i) * 0.5;
                line[i] = beam.Point(new Place(x, y, z), thick * (1 - 0.12 * t), 0.30 * strength * Math.Min(along, 2.2) * fade);
            }
            if (Steps > 1)
                line[0] = line[0] with { Weight = line[1].Weight };
            Ribbon.Add(map, frame, line, Profile.Shell);
        }
    }

    void Clavicle(float[] map, in Frame frame, double outward, Chance chance)
    {
        double high = -0.6 + (plan.Body.View == View.AP ? -0.6 : 0.5) + 0.5 * chance.Bell(), reach = shape.HalfWidth[0] / 13.7;
        Place[] line =
        [
            new(outward * 1.5, high + 3.6, -6.5), new(outward * 3.0, high + 3.2, -7), new(outward * 6.0, high + 2.4, -6),
            new(outward * 9.0 * reach, high + 1.1, -3.5), new(outward * 12.0 * reach, high + 0.3, -0.5), new(outward * 15.2 * reach, high + 0.5, 1.5),
        ];
        Bone(map, frame, line, [0.95, 0.75, 0.62, 0.6, 0.65, 0.75], 0.5, Profile.Shell);
    }

    void Scapula(float[] map, in Frame frame, double outward, Chance chance)
    {
        double apart = shape.HalfWidth[0] * (plan.Body.View == View.AP ? 0.80 : 1.0) + 0.4 * chance.Bell(), z = shape.HalfDepth + 1;
        Place inner = new(outward * (apart - 1.2), 2.0, z), tip = new(outward * (apart + 0.6), 15.2, z), outer = new(outward * (apart + 4.2), 4.2, z);
        // blade: bands from inner border to outer border
        Place[] blade = new Place[9];
        double[] widths = new double[9];
        for (int i = 0; i < 9; i++)
        {
            double t = i / 8.0, y = PortableMath.Mix(inner.Y, tip.Y, t);
            double left = PortableMath.Mix(inner.X, tip.X, t * t), right = PortableMath.Mix(outer.X, tip.X + outward * 0.5, t);
            blade[i] = new Place((left + right) / 2, y, z);
            widths[i] = Math.Abs(right - left) / 2 + 0.2;
        }
        Bone(map, frame, blade, widths, 0.11, Profile.Band);
        Bone(map, frame, [outer with { Y = 5 }, new((outer.X + tip.X) / 2 + outward * 0.3, 10, z), tip], [0.5, 0.45, 0.5], 0.22, Profile.Rod);
        Bone(map, frame, [new(inner.X, 3.2, z), new((inner.X + outer.X) / 2, 2.0, z + 1), new(outer.X + outward * 0.6, 0.4, z)], [0.4, 0.5, 0.8], 0.22, Profile.Rod);
    }

    void Arm(float[] map, in Frame frame, double outward)
    {
        double x = outward * (shape.HalfWidth[0] + 3.9 + 0.3 * shape.Wall);
        Bone(map, frame, [new(x, 0.9, 0), new(x + outward * 0.2, 2.2, 0), new(x + outward * 0.4, 3.8, 0), new(x + outward * 1.0, 6.5, 0), new(x + outward * 2.2, 14, 0), new(x + outward * 3.4, 25, 0)],
            [1.5, 2.3, 2.2, 1.4, 1.2, 1.2], 0.75, Profile.Shell);
    }

    void Spine(float[] map, in Frame frame, Chance chance)
    {
        double lean = 0.4 * chance.Bell(), z = shape.HalfDepth - 1.5;
        for (int v = -4; v < 16; v++)
        {
            double tall = 2.05 + 0.06 * v, top = -0.6 + v * 2.05 + 0.03 * v * v, half = 1.35 + 0.045 * (v + 4);
            double y0 = top + 0.22, y1 = top + tall - 0.08, x = lean * PortableMath.Sin((top - 4) * 0.16);
            Bone(map, frame, [new(x, y0, z), new(x, y1, z)], [half, half], 0.62, Profile.Shell);
            Bone(map, frame, [new(x - half, y0 + 0.08, z), new(x + half, y0 + 0.08, z)], [0.16, 0.16], 0.22, Profile.Rod);
            Bone(map, frame, [new(x - half, y1 - 0.08, z), new(x + half, y1 - 0.08, z)], [0.16, 0.16], 0.22, Profile.Rod);
            for (int s = -1; s <= 1; s += 2)
                Bone(map, frame, [new(x + s * half * 0.72, y0 + 0.25, z), new(x + s * half * 0.72, y0 + 1.05, z)], [0.3, 0.3], 0.32, Profile.Shell);
            Bone(map, frame, [new(x, y0 + 0.8, z + 4), new(x, y1 + 0.3, z + 4)], [0.28, 0.4], 0.42, Profile.Rod);
        }
    }

    void Bone(float[] map, in Frame frame, Place[] places, double[] halfWidths, double weight, Profile profile)
    {
        Span<RibbonPoint> line = stackalloc RibbonPoint[places.Length];
        for (int i = 0; i < places.Length; i++)
            line[i] = beam.Point(places[i], halfWidths[i], weight * strength);
        Ribbon.Add(map, frame, line, profile);
    }
}
