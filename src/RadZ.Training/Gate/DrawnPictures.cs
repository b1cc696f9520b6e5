using RadZ.Imaging.Gate;

namespace RadZ.Training.Gate;

/// <summary>
/// Pictures that are no frontal chest radiograph, drawn by rules, so that the gate can be trained without anybody's photographs: dead
/// leaves and 1/f noise have the statistics of natural pictures; slices, limbs, sectors, pages and lateral views are made of ellipses and
/// bands. 64 x 64 greys, 0..1.
/// </summary>
static class DrawnPictures
{
    const int Side = Thumbnail.Side;

    /// <summary>Dead leaves of a power law of sizes, or 1/f noise, or both, lit from one side.</summary>
    public static float[] Photograph(Random random)
    {
        var gray = random.Next(4) == 0 ? Clouds(random, 0.3 + 0.9 * random.NextDouble()) : Leaves(random);
        var texture = Clouds(random, 0.8);
        var (amount, lit, angle) = (0.3 * random.NextDouble(), 0.8 * random.NextDouble(), 2 * Math.PI * random.NextDouble());
        var horizon = random.Next(3) == 0 ? random.NextDouble() : 2;
        for (var i = 0; i < gray.Length; i++)
        {
            var (u, v) = (i % Side / 32.0 - 1, i / Side / 32.0 - 1);
            var light = 1 + lit * (Math.Cos(angle) * u + Math.Sin(angle) * v) * 0.7;
            gray[i] = (float)(v / 2 + 0.5 > horizon ? 0.8 * gray[i] * light : v / 2 + 0.5 < horizon && horizon < 1 ? 0.75 + 0.2 * texture[i]
                : gray[i] * light + amount * (texture[i] - 0.5));
        }
        return gray;
    }

    static float[] Leaves(Random random)
    {
        var gray = new float[Side * Side];
        var (left, kind) = (gray.Length, random.Next(3));
        var open = new bool[gray.Length];
        for (var leaf = 0; left > 0 && leaf < 4000; leaf++)                         // from front to back: a pixel keeps its first leaf
        {
            var r = 2.5 / Math.Sqrt(random.NextDouble() + 0.004);
            var (x, y, level, slant, angle) = (random.NextDouble() * Side, random.NextDouble() * Side, random.NextDouble(),
                0.3 * (random.NextDouble() - 0.5), Math.PI * random.NextDouble());
            var (sin, cos) = Math.SinCos(angle);
            var flat = 0.3 + 0.7 * random.NextDouble();
            for (var py = Math.Max(0, (int)(y - r)); py < Math.Min(Side, y + r + 1); py++)
                for (var px = Math.Max(0, (int)(x - r)); px < Math.Min(Side, x + r + 1); px++)
                {
                    var (dx, dy) = (cos * (px - x) + sin * (py - y), (cos * (py - y) - sin * (px - x)) / flat);
                    var inside = kind == 0 ? Math.Max(Math.Abs(dx), Math.Abs(dy)) < 0.7 * r : dx * dx + dy * dy < r * r;
                    var at = py * Side + px;
                    if (!inside || open[at]) continue;
                    (open[at], gray[at]) = (true, (float)(level + slant * dx / r));
                    left--;
                }
        }
        return gray;
    }

    /// <summary>Noise of octaves whose weight falls by <paramref name="slope"/>, 0..1.</summary>
    public static float[] Clouds(Random random, double slope)
    {
        var gray = new float[Side * Side];
        var weight = 1.0;
        for (var cells = 2; cells <= Side; cells *= 2, weight *= Math.Pow(2, -slope))
        {
            var lattice = new double[(cells + 1) * (cells + 1)];
            for (var i = 0; i < lattice.Length; i++) lattice[i] = random.NextDouble() - 0.5;
            for (var i = 0; i < gray.Length; i++)
            {
                var (x, y) = (i % Side * (double)cells / Side, i / Side * (double)cells / Side);
                var (c, r) = ((int)x, (int)y);
                var (fx, fy) = (Smooth(x - c), Smooth(y - r));
                var at = r * (cells + 1) + c;
                gray[i] += (float)(weight
                    * ((lattice[at] * (1 - fx) + lattice[at + 1] * fx) * (1 - fy)
                        + (lattice[at + cells + 1] * (1 - fx) + lattice[at + cells + 2] * fx) * fy));
            }
        }
        var (low, high) = (gray.Min(), gray.Max());
        for (var i = 0; i < gray.Length; i++) gray[i] = (gray[i] - low) / (high - low);
        return gray;
    }

    static double Smooth(double t) => t * t * (3 - 2 * t);

    /// <summary>A slice: an ellipse on air with a rim and some organs.</summary>
    public static float[] Slice(Random random)
    {
        var gray = new float[Side * Side];
        var (w, h, body) = (18 + 13 * random.NextDouble(), 18 + 13 * random.NextDouble(), 0.3 + 0.4 * random.NextDouble());
        var air = random.Next(4) == 0 ? 0.1 : 0;
        Array.Fill(gray, (float)air);
        var rim = random.Next(3) > 0 ? 0.5 * random.NextDouble() + 0.4 : body;
        Ellipse(gray, 32, 32, w, h, 0, rim, 0.06);
        Ellipse(gray, 32, 32, w * (0.8 + 0.17 * random.NextDouble()), h * (0.8 + 0.17 * random.NextDouble()), 0, body, 0.06);
        var lungs = random.Next(2) == 0;
        if (lungs)
            foreach (var side in (int[])[-1, 1])
                Ellipse(gray, 32 + side * w * 0.45, 32 - h * 0.05, w * 0.33, h * (0.5 + 0.2 * random.NextDouble()), 0.2 * side,
                    0.05 + 0.1 * random.NextDouble(), 0.1);
        Ellipse(gray, 32, 32 + h * 0.6, w * 0.13, h * 0.15, 0, 0.95, 0.2);
        for (var organ = random.Next(2, 8); organ > 0; organ--)
            Ellipse(gray, 32 + w * (random.NextDouble() - 0.5), 32 + h * (random.NextDouble() - 0.5),
                w * (0.05 + 0.25 * random.NextDouble()), h * (0.05 + 0.25 * random.NextDouble()),
                Math.PI * random.NextDouble(), random.NextDouble(), 0.15);
        var texture = Clouds(random, 0.2);
        for (var i = 0; i < gray.Length; i++) gray[i] += (float)((0.02 + 0.1 * random.NextDouble() * gray[i]) * texture[i]);
        return gray;
    }

    /// <summary>Something else: a limb with bones, a sector of ultrasound, a page, stripes, noise, a gradient.</summary>
    public static float[] Other(Random random) => random.Next(6) switch
    {
        0 or 1 => Limb(random),
        2 => Sector(random),
        3 => Page(random),
        4 => Pattern(random),
        _ => Clouds(random, 2.5 * random.NextDouble() - 0.5),
    };

    static float[] Limb(Random random)
    {
        var gray = new float[Side * Side];
        var angle = random.Next(3) == 0 ? Math.PI * random.NextDouble() : 0.3 * (random.NextDouble() - 0.5);
        var bones = random.Next(1, 6);
        var spread = 8 + 6 * random.NextDouble();
        for (var b = 0; b < bones; b++)
            Ellipse(gray, 32 + (b - (bones - 1) / 2.0) * spread * Math.Cos(angle), 32 + (b - (bones - 1) / 2.0) * spread * Math.Sin(angle),
                spread * 0.75, 50, angle, 0.3 + 0.1 * random.NextDouble(), 0.3);
        for (var b = 0; b < bones; b++)
        {
            var (x, y) = (32 + (b - (bones - 1) / 2.0) * spread * Math.Cos(angle), 32 + (b - (bones - 1) / 2.0) * spread * Math.Sin(angle));
            Ellipse(gray, x, y, spread * 0.32, 45, angle, 0.85, 0.4);
            if (random.Next(2) == 0) Ellipse(gray, x, y, spread * 0.15, 42, angle, 0.6, 0.4);
        }
        for (var joint = random.Next(3); joint > 0; joint--)
            Ellipse(gray, 32, 64 * random.NextDouble(), spread, 4, angle, 0.75 + 0.2 * random.NextDouble(), 0.3);
        return gray;
    }

    static float[] Sector(Random random)
    {
        var gray = new float[Side * Side];
        var (speckle, depth, wide) = (Clouds(random, 0), Clouds(random, 1), 0.5 + 0.4 * random.NextDouble());
        for (var i = 0; i < gray.Length; i++)
        {
            var (dx, dy) = (i % Side - 32.0, i / Side + 4.0);
            var r = Math.Sqrt(dx * dx + dy * dy);
            if (r is > 8 and < 62 && Math.Abs(Math.Atan2(dx, dy)) < wide) gray[i] = 0.15f + 0.6f * speckle[i] * depth[i];
        }
        return gray;
    }

    static float[] Page(Random random)
    {
        var gray = new float[Side * Side];
        Array.Fill(gray, 0.95f);
        for (var y = random.Next(3, 8); y < 60; y += random.Next(3, 6))
            for (var x = random.Next(3, 8); x < random.Next(30, 62); x++)
                if (random.Next(4) > 0) gray[y * Side + x] = (float)(0.5 * random.NextDouble());
        if (random.Next(2) == 0) for (var i = 0; i < gray.Length; i++) gray[i] = 1 - gray[i];
        return gray;
    }

    static float[] Pattern(Random random)
    {
        var gray = new float[Side * Side];
        var (fx, fy, squares) = (0.02 + 0.5 * random.NextDouble(), 0.02 + 0.5 * random.NextDouble(), random.Next(2) == 0);
        var (turned, angle) = (random.Next(2) == 0, Math.PI * random.NextDouble());
        for (var i = 0; i < gray.Length; i++)
        {
            var (x, y) = ((double)(i % Side), (double)(i / Side));
            if (turned) (x, y) = (x * Math.Cos(angle) + y * Math.Sin(angle), y * Math.Cos(angle) - x * Math.Sin(angle));
            var wave = Math.Sin(fx * x) * (squares ? Math.Sin(fy * y) : 1);
            gray[i] = (float)(0.5 + 0.5 * (squares ? Math.Sign(wave) : wave));
        }
        return gray;
    }

    /// <summary>
    /// A lateral chest as far as ellipses go: spine at the back, heart low in front, bright shoulders above, lucent triangles before and
    /// behind the heart, domes below. No real lateral film was at hand: this is a stand-in, and the figures say so.
    /// </summary>
    public static float[] Lateral(Random random)
    {
        var gray = new float[Side * Side];
        double Near(double value, double by) => value * (1 + by * (2 * random.NextDouble() - 1));
        var back = random.Next(2) == 0 ? 1 : -1;
        double X(double x) => 32 + back * x;
        Ellipse(gray, X(0), 34, Near(27, 0.12), Near(40, 0.1), 0, 0.55, 0.2);
        Ellipse(gray, X(Near(2, 1)), Near(30, 0.1), Near(20, 0.12), Near(27, 0.1), back * -0.1, Near(0.22, 0.3), 0.25);
        Ellipse(gray, X(Near(-6, 0.4)), Near(38, 0.1), Near(10, 0.2), Near(9, 0.2), back * 0.5, Near(0.62, 0.15), 0.35);
        Ellipse(gray, X(Near(0, 1)), Near(26, 0.15), Near(6, 0.3), Near(6, 0.3), 0, Near(0.5, 0.2), 0.5);
        Ellipse(gray, X(Near(1, 1)), Near(6, 0.5), Near(16, 0.2), Near(9, 0.3), 0, Near(0.8, 0.1), 0.35);
        for (var dome = 0; dome < 2; dome++)
            Ellipse(gray, X(Near(-4, 1)), Near(64, 0.05), Near(24, 0.15), Near(14, 0.3), back * 0.15, Near(0.75, 0.1), 0.2);
        for (var vertebra = 0; vertebra < 9; vertebra++)
            Ellipse(gray, X(15 + 4 * Math.Sin(vertebra / 3.0)), 6 + 7 * vertebra, Near(4.5, 0.15), 2.9, 0, Near(0.7, 0.15), 0.4);
        for (var rib = 0; rib < 6; rib++) Ellipse(gray, X(8), 14 + 8 * rib, 16, 0.9, back * -0.45, Near(0.5, 0.2), 0.8);
        var texture = Clouds(random, 0.6);
        for (var i = 0; i < gray.Length; i++) gray[i] += 0.12f * (texture[i] - 0.5f);
        return gray;
    }

    /// <summary>
    /// A frontal chest as far as ellipses go, 128 x 128: what test pictures and simple phantoms look like. They take the part of a real
    /// film now and then, so that a phantom is not doubted for being one.
    /// </summary>
    public static float[] Chest(Random random)
    {
        const int side = GateFilms.Side;
        var gray = new float[side * side];
        double Near(double value, double by) => value * (1 + by * (2 * random.NextDouble() - 1));
        var (body, lung) = (Near(0.75, 0.25), Near(0.25, 0.6));
        if (random.Next(2) == 0) Array.Fill(gray, (float)body);
        else Ellipse(gray, 64, 74, Near(62, 0.1), Near(85, 0.1), 0, body, 0.1);
        var (apart, w, h, y) = (Near(27, 0.15), Near(21, 0.2), Near(44, 0.2), Near(62, 0.1));
        foreach (var at in (int[])[-1, 1])
            Ellipse(gray, 64 + at * apart, y, w, h, at * 0.08 * random.NextDouble(), lung, 0.05 + 0.25 * random.NextDouble());
        if (random.Next(3) > 0)
            Ellipse(gray, 64 + Near(7, 0.8), y + Near(18, 0.4), Near(17, 0.3), Near(19, 0.3), 0.4, Near(0.8, 0.15), 0.25);
        if (random.Next(3) > 0)
            foreach (var at in (int[])[-1, 1])
                Ellipse(gray, 64 + at * Near(30, 0.1), y + h + Near(6, 0.8), Near(30, 0.2), Near(20, 0.3), 0, body, 0.1);
        if (random.Next(2) == 0) Ellipse(gray, 64, 64, Near(10, 0.5), 90, 0, Near(0.85, 0.15), 0.3);
        var (ribs, slope, amount) = (Near(0.42, 0.4), Near(0.45, 0.7), random.Next(4) == 0 ? 0 : Near(0.06, 0.9));
        for (var nodule = random.Next(3); nodule > 0; nodule--)
            Ellipse(gray, 64 + 35 * (2 * random.NextDouble() - 1), y + 30 * (2 * random.NextDouble() - 1), Near(3, 0.6), Near(3, 0.6), 0,
                lung + 0.3, 0.6);
        for (var i = 0; i < gray.Length; i++)
            gray[i] += (float)(amount * Math.Sin(ribs * (i / side + slope * Math.Abs(i % side - 64) * (ribs > 0.42 ? -1 : 1)))
                * (gray[i] > 0 ? 1 : 0) + 0.03 * (random.NextDouble() - 0.5));
        return gray;
    }

    /// <summary>An ellipse whose rim is <paramref name="soft"/> of its size wide.</summary>
    static void Ellipse(float[] gray, double x, double y, double w, double h, double angle, double level, double soft)
    {
        var (sin, cos) = Math.SinCos(angle);
        var side = gray.Length == Side * Side ? Side : GateFilms.Side;
        for (var i = 0; i < gray.Length; i++)
        {
            var (dx, dy) = (i % side - x, i / side - y);
            var (u, v) = ((cos * dx + sin * dy) / w, (cos * dy - sin * dx) / h);
            var r = Math.Sqrt(u * u + v * v);
            if (r >= 1 + soft / 2) continue;
            var share = Math.Clamp((1 + soft / 2 - r) / soft, 0, 1);
            gray[i] = (float)(gray[i] * (1 - share) + level * share);
        }
    }
}
