using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>Ribs, clavicles, scapulae, spine, upper arms: adds attenuation of bone to a map.</summary>
sealed class Skeleton(PhantomPlan plan, ChestShape shape, Beam beam)
{
    readonly double _strength = 1.05 - 0.0045 * Math.Max(0, plan.Body.Age - 45) + (plan.Body.Sex == Sex.Male ? 0.06 : -0.04);

    static readonly double[] s_ribWidth = [0.44, 0.66, 0.82, 0.91, 0.965, 1.0, 1.015, 1.01, 0.985, 0.94, 0.85, 0.7];

    public void Draw(float[] map, in Frame frame)
    {
        RandomStream chance = RandomStream.Create(plan.Seed, "bones");
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

    void Ribs(float[] map, in Frame frame, int side, double outward, RandomStream chance)
    {
        double spacing = 0.104 * shape.LungHeight / (0.80 + 0.23 * plan.Body.Inspiration), first = -0.3 + 0.15 * chance.Bell();
        double tilt = 4.1 * (1.08 - 0.28 * plan.Body.Inspiration) * (1 + 0.06 * chance.Bell());
        double half = shape.HalfWidth[side] + 0.35, deep = shape.HalfDepth + 0.5;
        const int Steps = 36;
        Span<RibbonPoint> line = stackalloc RibbonPoint[Steps + 1];
        for (int rib = 0; rib < 12; rib++)
        {
            double wide = half * s_ribWidth[rib], depth = deep * Math.Min(1, 0.45 + 0.16 * rib);
            double start = first + spacing * rib * (1 - 0.004 * rib), thick = (rib == 0 ? 0.78 : 0.66) + 0.03 * chance.Bell();
            double stop = rib == 0 ? 2.6 : rib < 7 ? 2.5 - 0.03 * rib : rib < 10 ? 2.25 - 0.1 * (rib - 7) : rib == 10 ? 1.35 : 0.75;
            double drop = tilt * (rib == 0 ? 0.75 : 1 + 0.05 * Math.Min(rib, 6)), hump = 0.45 + 0.1 * chance.Bell();
            double px = 0, py = 0, pz = 0;
            for (int i = 0; i <= Steps; i++)
            {
                double t = i / (double)Steps, phi = 0.12 + (stop - 0.12) * t;
                double sine = PortableMath.Sin(phi), cosine = PortableMath.Cos(phi);
                double x = outward * wide * PortableMath.Pow(sine, 0.8), z = depth * cosine;
                double y = start + drop * (1 - cosine) - hump * PortableMath.Sin(Math.Min(Math.PI, 4 * (phi - 0.12)));
                // bone along the ray grows where the rib runs with it (the side of the chest)
                double dx = x - px, dy = y - py, dz = z - pz;
                double flat = Math.Sqrt(dx * dx + dy * dy), along = i == 0 ? 1 : Math.Sqrt(flat * flat + dz * dz) / Math.Max(flat, 1e-9);
                (px, py, pz) = (x, y, z);
                // in front the rib is thinner and ends in cartilage, which hardly shows
                double fade = (1 - 0.4 * PortableMath.Step(1.6, 2.3, phi)) * (1 - PortableMath.Step(0.84, 1, t));
                line[i] = beam.Point(new Place(x, y, z), thick * (1 - 0.1 * t),
                    (rib == 0 ? 0.2 : 0.27) * _strength * Math.Min(along, 2.0) * fade);
            }
            line[0] = line[0] with { Weight = 0.3 * line[1].Weight };
            Ribbon.Add(map, frame, line, Profile.Shell);
        }
    }

    void Clavicle(float[] map, in Frame frame, double outward, RandomStream chance)
    {
        double high = plan.Body.View == View.AP ? -1.0 : 0.3, reach = shape.HalfWidth[0] / 13.7;
        high += 0.5 * chance.Bell();
        Place[] line =
        [
            new(outward * 1.3, high + 3.9, -6.0), new(outward * 2.6, high + 3.5, -6.5), new(outward * 5.5, high + 3.0, -6),
            new(outward * 8.5 * reach, high + 1.9, -3.5), new(outward * 11.5 * reach, high + 0.6, -0.5),
            new(outward * 14.0 * reach, high + 0.4, 1), new(outward * 16.2 * reach, high + 0.9, 1.5),
        ];
        Bone(map, frame, line, [1.0, 0.85, 0.62, 0.58, 0.62, 0.75, 0.85], [0.3, 0.5, 0.52, 0.52, 0.5, 0.42, 0.1], Profile.Shell);
    }

    void Scapula(float[] map, in Frame frame, double outward, RandomStream chance)
    {
        double apart = shape.HalfWidth[0] * (plan.Body.View == View.AP ? 0.76 : 0.97) + 0.5 * chance.Bell(), z = shape.HalfDepth + 1,
        turn = plan.Body.View == View.AP ? 0.4 : 2.2;
        // upper inner corner, lower tip, socket of the shoulder
        (double X, double Y) inner = (apart - 1.0, 1.6), tip = (apart + turn, 15.4 + 0.6 * chance.Bell()), socket = (apart + 5.0, 3.4);
        const int Bands = 10;
        Place[] blade = new Place[Bands + 1];
        double[] widths = new double[Bands + 1], weights = new double[Bands + 1];
        for (int i = 0; i <= Bands; i++)
        {
            double t = i / (double)Bands, left = PortableMath.Mix(inner.X, tip.X, t * t),
            right = PortableMath.Mix(socket.X, tip.X + 0.6, t);
            blade[i] = new Place(outward * (left + right) / 2, PortableMath.Mix(inner.Y, tip.Y, t), z);
            widths[i] = (right - left) / 2 + 0.3;
            weights[i] = 0.085 * (1 - 0.2 * t);
        }
        Bone(map, frame, blade, widths, weights, Profile.Band);
        Bone(map, frame, [new(outward * inner.X, inner.Y, z), new(outward * (inner.X - 0.1), 5.5, z),
            new(outward * PortableMath.Mix(inner.X, tip.X, 0.45), 11, z), new(outward * tip.X, tip.Y, z)],
            [0.2, 0.25, 0.25, 0.4], [0.05, 0.12, 0.12, 0.10], Profile.Rod);
        Bone(map, frame, [new(outward * socket.X, socket.Y + 0.8, z), new(outward * (socket.X - 1.0), 6.4, z),
            new(outward * PortableMath.Mix(socket.X, tip.X, 0.62), 10.8, z), new(outward * tip.X, tip.Y, z)],
            [0.8, 0.55, 0.45, 0.45], [0.16, 0.24, 0.2, 0.10], Profile.Rod);
        // spine of the blade, running out into the acromion above the arm's head
        Bone(map, frame, [new(outward * inner.X, 3.9, z + 1), new(outward * (inner.X + 2.2), 2.9, z + 1),
            new(outward * (socket.X - 0.4), 1.0, z + 1), new(outward * (socket.X + 2.0), 0.3, z)],
            [0.3, 0.5, 0.6, 0.9], [0.06, 0.16, 0.22, 0.2], Profile.Shell);
        Bone(map, frame, [new(outward * (socket.X - 1.6), 2.2, 0), new(outward * (socket.X - 0.9), 2.6, -2),
            new(outward * (socket.X - 0.3), 3.4, -3)], [0.6, 0.55, 0.5], [0.22, 0.2, 0.1], Profile.Rod);
    }

    void Arm(float[] map, in Frame frame, double outward)
    {
        double x = outward * (shape.HalfWidth[0] + 4.4 + 0.35 * shape.Wall);
        Bone(map, frame, [new(x - outward * 0.2, 1.4, 0), new(x, 2.1, 0), new(x + outward * 0.2, 3.3, 0), new(x + outward * 0.5, 4.9, 0),
            new(x + outward * 1.0, 7.5, 0), new(x + outward * 2.0, 14, 0), new(x + outward * 3.2, 27, 0)],
            [1.3, 2.1, 2.5, 2.1, 1.4, 1.2, 1.2], [0.2, 0.4, 0.48, 0.55, 0.62, 0.62, 0.62], Profile.Shell);
    }

    void Spine(float[] map, in Frame frame, RandomStream chance)
    {
        double lean = 0.4 * chance.Bell(), z = shape.HalfDepth - 1.5, scale = shape.LungHeight / 21;
        double Bend(double y) => lean * PortableMath.Sin((y - 4) * 0.16);
        Place[] column = new Place[24];
        double[] half = new double[24], weights = new double[24];
        for (int i = 0; i < 24; i++)
        {
            double y = -10 + i * 2.0;
            (column[i], half[i], weights[i]) = (new Place(Bend(y), y, z), 1.45 + 0.022 * (y + 10), 0.46);
        }
        Bone(map, frame, column, half, weights, Profile.Shell);
        for (int v = -5; v < 15; v++)
        {
            double y0 = (-0.9 + v * 2.05 + 0.028 * v * v) * scale, tall = (1.72 + 0.05 * v) * scale, y1 = y0 + tall, x = Bend(y0),
            wide = 1.40 + 0.022 * (y0 + 10);
            foreach (double y in (ReadOnlySpan<double>)[y0, y1])
                Bone(map, frame, [new(x - wide, y, z), new(x - 0.5 * wide, y + 0.05, z), new(x + 0.5 * wide, y + 0.05, z),
                    new(x + wide, y, z)], [0.16, 0.13, 0.13, 0.16], [0.16, 0.16, 0.16, 0.16], Profile.Rod);
            for (int s = -1; s <= 1; s += 2)
                Bone(map, frame, [new(x + s * wide * 0.66, y0 + 0.3, z), new(x + s * wide * 0.68, y0 + 1.0, z)], [0.27, 0.27], [0.16, 0.16],
                    Profile.Shell);
            Bone(map, frame, [new(x, y0 + 0.9, z + 3), new(x, y1 + 0.1, z + 4), new(x, y1 + 0.6, z + 4)], [0.2, 0.28, 0.35],
                [0.1, 0.26, 0.12], Profile.Rod);
            // transverse processes
            for (int s = -1; s <= 1; s += 2)
                Bone(map, frame, [new(x + s * wide * 0.8, y0 + 0.5, z + 1.5), new(x + s * (wide + 1.5), y0 + 0.2, z + 2.5)], [0.35, 0.42],
                    [0.13, 0.02], Profile.Rod);
        }
    }

    void Bone(float[] map, in Frame frame, Place[] places, double[] halfWidths, double[] weights, Profile profile)
    {
        RibbonPoint[] line = new RibbonPoint[places.Length];
        for (int i = 0; i < places.Length; i++)
            line[i] = beam.Point(places[i], halfWidths[i], weights[i] * _strength);
        Ribbon.Add(map, frame, Ribbon.Rounded(line), profile);
    }
}
