using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Detection;

/// <summary>The picture's field and the blades that shadow its edges: by the body, the site's habits and the seed.</summary>
sealed class Collimation
{
    readonly double[] _edge = new double[4];
    readonly double _tilt;

    Collimation(Frame frame, double[] edges, double tilt)
    {
        Frame = frame;
        edges.CopyTo(_edge, 0);
        _tilt = tilt;
    }

    public Frame Frame { get; }

    public static Collimation Create(PhantomPlan plan, ChestShape shape, int size)
    {
        RandomStream chance = RandomStream.Create(plan.Seed, "collimation");
        double tall = shape.LungHeight + shape.Sulcus[0];
        double side = Math.Max(2.54 * (shape.HalfWidth[0] + shape.HalfWidth[1]) / 2 + 1.2, 1.30 * tall) * (1.02 - 0.8 * plan.Site.Crop)
            * (1 + 0.03 * chance.Bell());
        double left = -side / 2 + 0.018 * side * chance.Bell(), top = -0.145 * side + 0.02 * side * chance.Bell();
        double[] edges = new double[4];
        for (int i = 0; i < 4; i++)
            edges[i] = Math.Min(0.10, 2 * plan.Site.Crop * chance.Unit()) * (chance.Coin(0.6) ? 1 : 0);
        return new Collimation(new Frame(size, left, top, side), edges, chance.Coin(0.5) ? 0.022 * chance.Bell() : 0);
    }

    /// <summary>First and last + 1 column of the open field in a row.</summary>
    public (int From, int To) Open(int row)
    {
        int size = Frame.Size;
        double v = (row + 0.5) / size - 0.5, shift = _tilt * v;
        if (v + 0.5 < _edge[2] || v + 0.5 > 1 - _edge[3])
            return (0, 0);
        double left = _edge[0] > 0 ? _edge[0] + shift : 0, right = _edge[1] > 0 ? 1 - _edge[1] + shift : 1;
        return ((int)Math.Clamp(Math.Ceiling(left * size), 0, size), (int)Math.Clamp(Math.Floor(right * size), 0, size));
    }

    /// <summary>The open rectangle in parts of the picture's side: left, top, right, bottom.</summary>
    public (double Left, double Top, double Right, double Bottom) Field =>
        (_edge[0] + Math.Abs(_tilt) / 2, _edge[2], 1 - _edge[1] - Math.Abs(_tilt) / 2, 1 - _edge[3]);
}
