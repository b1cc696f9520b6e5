using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>
/// Lost volume: plates at the base (mild), a wedge with a raised diaphragm (moderate), a collapsed lobe with a shifted mediastinum
/// (severe).
/// </summary>
sealed class AtelectasisForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    public override void Reshape(ChestShape shape)
    {
        foreach (int side in Sides)
            shape.Dome[side] -= PortableMath.Mix(0.5, 2.4, Amount);
        if (Plan.Severity != Severity.Mild && Plan.Side is Side.Left or Side.Right)
            shape.MediastinalShift += (Plan.Side == Side.Right ? -1 : 1) * PortableMath.Mix(0, 1.2, Amount);
    }

    public override void Paint(FindingCanvas canvas)
    {
        ChestShape shape = canvas.Healthy;
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            double outward = side == 0 ? -1 : 1;
            (double top, double bottom) = ZoneSpan;
            if (Plan.Zone == Zone.Whole)
                top = 0.7;
            int plates = 2 + (int)(2 * Amount) + chance.Below(2);
            for (int i = 0; i < plates; i++)
            {
                (double x, double y) = LungPlace(shape, side, PortableMath.Mix(top, bottom - 0.04, (i + chance.Unit()) / plates),
                    0.45 + 0.12 * chance.Bell());
                double length = (Plan.Size > 0 ? Plan.Size : 4 + 3 * chance.Unit()) / 2, slope = 0.22 * chance.Bell(),
                bow = 0.25 * chance.Bell(), thick = 0.12 + 0.10 * chance.Unit();
                canvas.Line([
                    new(x - outward * length, y - slope * length, thick * 0.5, 0.3),
                    new(x - outward * length * 0.5, y - slope * length * 0.5 + bow, thick, 1.6),
                    new(x, y + bow * 1.3, thick * 1.1, 1.9), new(x + outward * length * 0.5, y + slope * length * 0.5 + bow, thick, 1.6),
                    new(x + outward * length, y + slope * length, thick * 0.5, 0.3)]);
            }
            if (Plan.Severity != Severity.Mild)
                Wedge(canvas, side, outward, chance);
        }
    }

    /// <summary>
    /// A triangle with its tip at the hilum: upper ones hang from the apex along the mediastinum, lower ones stand on the diaphragm behind
    /// the heart.
    /// </summary>
    void Wedge(FindingCanvas canvas, int side, double outward, RandomStream chance)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        (double hx, double hy) = shape.Hilum(side);
        bool upper = Plan.Zone == Zone.Upper;
        double far = upper ? 0.3 : shape.Dome[side] + 1.5, width = PortableMath.Mix(2.0, 5.6, Amount) * (1 + 0.08 * chance.Bell()),
        dense = PortableMath.Mix(0.45, 0.86, Amount);
        uint key = chance.Key();
        Box box = canvas.Hemithorax(side, Math.Min(far, hy), Math.Max(far, hy));
        for (int row = box.Top; row < box.Bottom; row++)
        {
            double y = frame.Y(row), t = (y - hy) / (far - hy);
            // concave or straight free border, from hilum to diaphragm or apex
            double free = Math.Abs(hx) - 0.6 + (width + Math.Abs(shape.MediastinalShift) * 0.3) * PortableMath.Mix(t, t * t, 0.4)
                + 0.15 * NoiseField.Smooth(key, (float)(y * 0.3), 1f);
            double start = PortableMath.Step(-0.02, 0.12, t);
            for (int column = box.Left; column < box.Right; column++)
            {
                double a = frame.X(column) * outward;
                if (a < 0)
                    continue;
                double part = (1 - PortableMath.Step(-0.12, 0.14, a - free)) * start;
                canvas.Fill(row * frame.Size + column, dense * part);
            }
        }
    }
}
