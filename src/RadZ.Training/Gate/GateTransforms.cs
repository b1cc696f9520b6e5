using RadZ.Imaging.Gate;

namespace RadZ.Training.Gate;

/// <summary>
/// A training thumbnail of each class from a real radiograph (upright, inverted, turned, cropped) or drawn (<see cref="DrawnPictures"/>),
/// with the small differences that real films have: turned by up to 8 degrees, shifted, mirrored, gamma, noise, a marker letter.
/// </summary>
static class GateTransforms
{
    const int Side = Thumbnail.Side;

    /// <summary>A standardised thumbnail of class <paramref name="kind"/> (an index of <see cref="GateNetwork.Classes"/>).</summary>
    public static float[] Make(int kind, float[] film, Random random)
    {
        var gray = GateNetwork.Classes[kind] switch
        {
            "chest" => Film(film, 0, Window(random, 0.86, 1.06), random),
            "inverted" => Negate(Film(film, 0, Window(random, 0.86, 1.06), random)),
            "turned-90" => Film(film, 1, Window(random, 0.86, 1.06), random),
            "turned-180" => Film(film, 2, Window(random, 0.86, 1.06), random),
            "turned-270" => Film(film, 3, Window(random, 0.86, 1.06), random),
            "cropped" => Film(film, 0, Part(random), random),
            "lateral" => DrawnPictures.Lateral(random),
            "photograph" => DrawnPictures.Photograph(random),
            "slice" => DrawnPictures.Slice(random),
            "other" => random.Next(3) > 0 ? DrawnPictures.Other(random)
                : Shuffled(Film(film, random.Next(4), Window(random, 0.86, 1.06), random), random),
            var unknown => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"The gate's class '{unknown}' has no transform."),
        };
        Finish(gray, random);
        return Thumbnail.Standardize(gray);
    }

    /// <summary>A field in -1..1: centre and half sides.</summary>
    readonly record struct View(double X, double Y, double HalfWidth, double HalfHeight, double Angle);

    static View Window(Random random, double least, double most)
    {
        var size = least + (most - least) * random.NextDouble();
        var slack = Math.Max(0, 1 - size) + 0.05;
        return new(slack * (2 * random.NextDouble() - 1), slack * (2 * random.NextDouble() - 1), size * (0.96 + 0.08 * random.NextDouble()),
            size, 8 * (2 * random.NextDouble() - 1));
    }

    /// <summary>A part of 15 to 45 % of the area.</summary>
    static View Part(Random random)
    {
        var area = 0.15 + 0.3 * random.NextDouble();
        var shape = Math.Exp(0.45 * (2 * random.NextDouble() - 1));
        var (w, h) = (Math.Min(0.95, Math.Sqrt(area * shape)), Math.Min(0.95, Math.Sqrt(area / shape)));
        return new((1 - w) * (2 * random.NextDouble() - 1), (1 - h) * (2 * random.NextDouble() - 1), w, h,
            8 * (2 * random.NextDouble() - 1));
    }

    static float[] Film(float[] film, int quarters, View view, Random random)
    {
        var gray = new float[Side * Side];
        var (sin, cos) = Math.SinCos(view.Angle * Math.PI / 180);
        var mirrored = random.Next(5) == 0 ? -1 : 1;
        var outside = random.Next(2) == 0 ? 0f : -1f;
        for (var i = 0; i < 4 * gray.Length; i++)
        {
            var (px, py) = (2 * (i / 4 % Side) + i % 2, 2 * (i / 4 / Side) + i / 2 % 2);
            var (u, v) = ((px + 0.5) / Side - 1, (py + 0.5) / Side - 1);
            for (var q = 0; q < quarters; q++) (u, v) = (v, -u);                    // the picture turns clockwise
            var (x, y) = (mirrored * view.HalfWidth * (cos * u - sin * v) + view.X, view.HalfHeight * (sin * u + cos * v) + view.Y);
            gray[i / 4] += 0.25f * At(film, x, y, outside);
        }
        return gray;
    }

    static float At(float[] film, double x, double y, float outside)
    {
        const int side = GateFilms.Side;
        var (column, row) = ((x + 1) * side / 2 - 0.5, (y + 1) * side / 2 - 0.5);
        if (outside >= 0 && (Math.Abs(x) > 1 || Math.Abs(y) > 1)) return outside;
        (column, row) = (Math.Clamp(column, 0, side - 1.001), Math.Clamp(row, 0, side - 1.001));
        var (c, r) = ((int)column, (int)row);
        var (fx, fy) = ((float)(column - c), (float)(row - r));
        var at = r * side + c;
        return (film[at] * (1 - fx) + film[at + 1] * fx) * (1 - fy) + (film[at + side] * (1 - fx) + film[at + side + 1] * fx) * fy;
    }

    static float[] Negate(float[] gray)
    {
        for (var i = 0; i < gray.Length; i++) gray[i] = 1 - gray[i];
        return gray;
    }

    /// <summary>The same film with its parts out of place: local greys of a chest, and no chest.</summary>
    static float[] Shuffled(float[] gray, Random random)
    {
        var parts = 2 << random.Next(3);
        var size = Side / parts;
        int[] order = [.. Enumerable.Range(0, parts * parts)];
        random.Shuffle(order);
        var mixed = new float[gray.Length];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var from = order[y / size * parts + x / size];
                mixed[y * Side + x] = gray[(from / parts * size + y % size) * Side + from % parts * size + x % size];
            }
        return mixed;
    }

    /// <summary>Gamma, noise, and sometimes a bright letter or a dark or bright border.</summary>
    static void Finish(float[] gray, Random random)
    {
        var (gamma, noise) = (Math.Exp(0.5 * (2 * random.NextDouble() - 1)), 0.03 * random.NextDouble() * random.NextDouble());
        for (var i = 0; i < gray.Length; i++)
            gray[i] = (float)(Math.Pow(Math.Clamp(gray[i], 0, 1), gamma) + noise * (random.NextDouble() + random.NextDouble() - 1) * 2);
        if (random.Next(4) == 0)
            Rectangle(gray, random.Next(2) == 0 ? random.Next(2, 14) : random.Next(48, 60), random.Next(2, 60), random.Next(2, 5),
                random.Next(2, 5), 1);
        if (random.Next(6) == 0)
        {
            var (width, level) = (random.Next(1, 6), random.Next(2));
            if (random.Next(2) == 0) Rectangle(gray, random.Next(2) * (Side - width), 0, width, Side, level);
            else Rectangle(gray, 0, random.Next(2) * (Side - width), Side, width, level);
        }
    }

    static void Rectangle(float[] gray, int left, int top, int width, int height, float level)
    {
        for (var y = top; y < Math.Min(Side, top + height); y++)
            for (var x = left; x < Math.Min(Side, left + width); x++) gray[y * Side + x] = level;
    }
}
