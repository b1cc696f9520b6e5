using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>
/// A lobe or segment filled: dense, even, sharp at the fissure, air bronchograms within, borders of heart or diaphragm lost.
/// </summary>
sealed class ConsolidationForm(FindingPlan plan, ulong seed) : AirspaceForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        float[] open = System.Buffers.ArrayPool<float>.Shared.Rent(frame.Size * frame.Size);
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            Zone zone = Plan.Zone == Zone.Whole ? (Zone)chance.Below(3) : Plan.Zone;
            bool all = Plan.Zone == Zone.Whole && Plan.Severity == Severity.Severe;
            double h = shape.LungHeight, extent = PortableMath.Mix(0.62, 1.12, Amount),
            dense = PortableMath.Mix(0.58, 0.86, Amount) + 0.03 * chance.Bell();
            double fissure = (0.50 + 0.02 * chance.Bell()) * h, slope = 0.10 * chance.Bell();
            (double v, double u, double rx, double ry) = zone switch
            {
                Zone.Upper => (0.30, 0.50, 5.4, 5.6),
                Zone.Middle => (0.66, 0.28, 5.0, 4.4),
                _ => (0.92, 0.45, 6.4, 5.6),
            };
            if (all)
                (v, u, rx, ry) = (0.6, 0.5, 9, 15);
            (double cx, double cy) = LungPlace(shape, side, v + 0.02 * chance.Bell(), u + 0.06 * chance.Bell());
            rx *= extent;
            ry *= extent;
            if (Plan.Size > 0)
                (rx, ry) = (Plan.Size / 2, Plan.Size / 2 * 0.9);
            // a lobe is no egg: the main body and three bulges
            (double X, double Y, double Rx, double Ry)[] bulges = new (double, double, double, double)[4];
            bulges[0] = (cx, cy, rx, ry);
            for (int i = 1; i < 4; i++)
            {
                double turn = chance.Between(0, 2 * Math.PI), far = 0.55 + 0.25 * chance.Unit(), part = 0.45 + 0.25 * chance.Unit();
                bulges[i] = (cx + far * rx * PortableMath.Cos(turn), cy + far * ry * PortableMath.Sin(turn), rx * part, ry * part);
            }
            double airways = chance.Between(0.2, 0.45);
            uint key = chance.Key();
            Array.Clear(open, 0, frame.Size * frame.Size);
            Bronchi(open, frame, shape, side, cx, cy, chance);
            Box box = frame.BoxAround(cx - rx * 2, cy - ry * 2, cx + rx * 2, cy + ry * 2);
            for (int row = box.Top; row < box.Bottom; row++)
            {
                double y = frame.Y(row);
                for (int column = box.Left; column < box.Right; column++)
                {
                    double x = frame.X(column);
                    if (ChestShape.SideOf(x) != side)
                        continue;
                    double part = 0;
                    foreach ((double bx, double by, double brx, double bry) in bulges)
                        part = Math.Max(part, Patch(x - bx, y - by, brx, bry, 0.32, 0.26, key, 2.4));
                    if (part <= 0)
                        continue;
                    // on the right a fissure parts upper from middle lobe: a clean edge
                    double line = fissure + slope * (Math.Abs(x) - 7);
                    if (!all && side == 0 && zone == Zone.Upper)
                        part *= PortableMath.Step(0.12, -0.12, y - line);
                    else if (!all && side == 0 && zone == Zone.Middle)
                        part *= PortableMath.Step(-0.12, 0.12, y - line);
                    int at = row * frame.Size + column;
                    canvas.Fill(at, dense * part * (1 - airways * Math.Min(1f, open[at]))
                        * (1 + 0.10 * NoiseField.Cloud(key + 9, (float)x * 0.8f, (float)y * 0.8f)));
                }
            }
        }
        System.Buffers.ArrayPool<float>.Shared.Return(open);
    }
}
