using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Drawing;

/// <summary>A point of a ribbon: centimetres in the picture's plane, half the width there, and what is added at its middle.</summary>
readonly record struct RibbonPoint(double X, double Y, double HalfWidth, double Weight);

/// <summary>How a ribbon's thickness goes from its middle (u = 0) to its edge (u = 1).</summary>
enum Profile
{
    /// <summary>A solid rod: sqrt(1 - u^2).</summary>
    Rod,

    /// <summary>A bone: a dense shell round a spongy core, brightest near the edges.</summary>
    Shell,

    /// <summary>A wire or band of even thickness with soft edges.</summary>
    Band,
}

/// <summary>Adds rods and bands along polylines to a map; ribbons thinner than a pixel keep their mass.</summary>
static class Ribbon
{
    /// <summary>Adds the ribbon to <paramref name="map"/> (frame.Size squared values).</summary>
    public static void Add(float[] map, in Frame frame, ReadOnlySpan<RibbonPoint> line, Profile profile)
    {
        double pitch = frame.Pitch;
        for (int i = 0; i + 1 < line.Length; i++)
        {
            RibbonPoint a = line[i], b = line[i + 1];
            double ax = frame.Column(a.X), ay = frame.Row(a.Y), bx = frame.Column(b.X), by = frame.Row(b.Y);
            double dx = bx - ax, dy = by - ay, length = Math.Sqrt(dx * dx + dy * dy);
            if (length < 1e-6)
                continue;
            dx /= length;
            dy /= length;
            // the seams between a segment and its neighbours are their bisectors, so that joints are covered once
            (double sx, double sy) = i == 0 ? (dx, dy) : Bisector(frame, line[i - 1], a, dx, dy);
            (double ex, double ey) = i + 2 >= line.Length ? (dx, dy) : Bisector(frame, b, line[i + 2], dx, dy);
            double wa = a.HalfWidth / pitch, wb = b.HalfWidth / pitch;
            double ga = a.Weight, gb = b.Weight;
            if (wa < 0.75)
            {
                ga *= wa / 0.75;
                wa = 0.75;
            }
            if (wb < 0.75)
            {
                gb *= wb / 0.75;
                wb = 0.75;
            }
            Segment(map, frame.Size, ax, ay, bx, by, dx, dy, sx, sy, ex, ey, wa, wb, ga, gb, profile);
        }
    }

    static (double X, double Y) Bisector(in Frame frame, in RibbonPoint from, in RibbonPoint to, double dx, double dy)
    {
        double x = to.X - from.X, y = to.Y - from.Y, length = Math.Sqrt(x * x + y * y);
        if (length < 1e-9)
            return (dx, dy);
        x = x / length + dx;
        y = y / length + dy;
        length = Math.Sqrt(x * x + y * y);
        return length < 0.2 ? (dx, dy) : (x / length, y / length);
    }

    static void Segment(
        float[] map, int size, double ax, double ay, double bx, double by, double dx, double dy,
        double sx, double sy, double ex, double ey, double wa, double wb, double ga, double gb, Profile profile)
    {
        double w = Math.Max(wa, wb);
        int left = (int)Math.Clamp(Math.Ceiling(Math.Min(ax, bx) - w), 0, size),
        right = (int)Math.Clamp(Math.Floor(Math.Max(ax, bx) + w) + 1, 0, size);
        int top = (int)Math.Clamp(Math.Ceiling(Math.Min(ay, by) - w), 0, size),
        bottom = (int)Math.Clamp(Math.Floor(Math.Max(ay, by) + w) + 1, 0, size);
        for (int row = top; row < bottom; row++)
        {
            double py = row - ay, qy = by - row;
            for (int column = left; column < right; column++)
            {
                double px = column - ax, across = Math.Abs(py * dx - px * dy);
                if (across >= w)
                    continue;
                double start = px * sx + py * sy, end = (bx - column) * ex + qy * ey;
                if (start < 0 || end <= 0)
                    continue;
                double t = start / (start + end), u = across / (wa + (wb - wa) * t);
                if (u >= 1)
                    continue;
                map[row * size + column] += (float)((ga + (gb - ga) * t) * Height(profile, u));
            }
        }
    }

    static double Height(Profile profile, double u) => profile switch
    {
        Profile.Rod => Math.Sqrt(1 - u * u),
        Profile.Shell => Math.Sqrt(1 - u * u) - (u < 0.8 ? 0.62 * Math.Sqrt(1 - u * u * 1.5625) : 0),
        _ => u < 0.6 ? 1 : (1 - u) * 2.5,
    };

    /// <summary>Corners cut twice (Chaikin): a wire does not kink.</summary>
    public static RibbonPoint[] Rounded(RibbonPoint[] line)
    {
        if (line.Length < 3)
            return line;
        for (int round = 0; round < 2; round++)
        {
            List<RibbonPoint> finer = [line[0]];
            for (int i = 0; i + 1 < line.Length; i++)
            {
                finer.Add(Between(line[i], line[i + 1], 0.25));
                finer.Add(Between(line[i], line[i + 1], 0.75));
            }
            finer.Add(line[^1]);
            line = [.. finer];
        }
        return line;
    }

    static RibbonPoint Between(in RibbonPoint a, in RibbonPoint b, double t) => new(
        PortableMath.Mix(a.X, b.X, t), PortableMath.Mix(a.Y, b.Y, t), PortableMath.Mix(a.HalfWidth, b.HalfWidth, t),
        PortableMath.Mix(a.Weight, b.Weight, t));
}
