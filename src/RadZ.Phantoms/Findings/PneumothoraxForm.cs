using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>Air round a fallen-in lung: a thin pleural line, black and without vessels beyond it.</summary>
sealed class PneumothoraxForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Reshape(ChestShape shape)
    {
        if (Plan.Severity == Severity.Severe && Plan.Side is Side.Left or Side.Right)
            shape.MediastinalShift += Plan.Side == Side.Right ? 1.2 : -1.2;
    }

    public override void Paint(FindingCanvas canvas)
    {
        ChestShape shape = canvas.Shape;
        Frame frame = canvas.Frame;
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            double outward = side == 0 ? -1 : 1;
            double gap = Plan.Size > 0 ? Math.Min(Plan.Size, 0.7 * shape.HalfWidth[side])
                : PortableMath.Mix(1.6, 6.6, Amount) * (1 + 0.1 * chance.Bell());
            double cap = gap * 1.25 + 0.6, bottom = shape.Dome[side] + shape.Sulcus[side];
            double low = PortableMath.Mix(0.25, 0.75, Amount);
            uint key = chance.Key();
            Box box = canvas.Hemithorax(side, 0, bottom);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row), edge = Edge(shape, side, y, gap, cap, bottom, low, key);
                double slope = (Edge(shape, side, y + 0.05, gap, cap, bottom, low, key) - edge) / 0.05, tilt = Math.Sqrt(1 + slope * slope);
                double wide = shape.WidthAt(side, y);
                for (int column = box.Left; column < box.Right; column++)
                {
                    double a = frame.X(column) * outward;
                    if (a <= 0.3 || a >= wide)
                        continue;
                    int at = row * frame.Size + column;
                    double beyond = (a - edge) / tilt, part = PortableMath.Step(-0.08, 0.08, beyond);
                    if (part > 0)
                    {
                        canvas.Density(at, 1 - 0.97 * part);
                        canvas.Vessels(at, 1 - part);
                    }
                    else
                        canvas.Layers.Density[at] *= (float)(1 + 0.45 * Amount);
                    double line = 1 - Math.Abs(beyond) / Math.Max(0.11, 0.8 * frame.Pitch);
                    if (line > 0 && edge > 0.4)
                        canvas.Extra(at, 0.75 * line * Math.Min(1, 0.11 / (0.8 * frame.Pitch)));
                }
            }
        }
    }

    /// <summary>The fallen lung's outer border from the midline.</summary>
    static double Edge(ChestShape shape, int side, double y, double gap, double cap, double bottom, double low, uint key)
    {
        double t = Math.Clamp(y / bottom, 0, 1),
        fall = gap * PortableMath.Mix(1, low, t * t) * (1 + 0.08 * NoiseField.Smooth(key, (float)(y * 0.35), 0.5f));
        return Math.Max(0, shape.WidthAt(side, y - cap * (1 - t * t)) - fall);
    }
}
