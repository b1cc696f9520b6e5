using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>
/// Infection: several fluffy patches that run together in a segment, uneven, with faint bronchograms and stray foci near by.
/// </summary>
sealed class PneumoniaForm(FindingPlan plan, ulong seed) : AirspaceForm(plan, seed)
{
    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        ChestShape shape = canvas.Healthy;
        float[] open = System.Buffers.ArrayPool<float>.Shared.Rent(frame.Size * frame.Size);
        foreach (int side in Sides)
        {
            RandomStream chance = ChanceOf(side == 0 ? "right" : "left");
            (double top, double bottom) = ZoneSpan;
            double reach = (Plan.Size > 0 ? Plan.Size / 2 : PortableMath.Mix(2.6, 5.2, Amount)) * (1 + 0.1 * chance.Bell());
            double dense = PortableMath.Mix(0.44, 0.72, Amount);
            (double mx, double my) = LungPlace(shape, side, Plan.Zone == Zone.Whole ? 0.72 : (top + bottom) / 2 + 0.03 * chance.Bell(),
                0.45 + 0.12 * chance.Bell());
            Array.Clear(open, 0, frame.Size * frame.Size);
            Bronchi(open, frame, shape, side, mx, my, chance);
            int patches = 5 + (int)(4 * Amount) + chance.Below(3);
            for (int i = 0; i < patches; i++)
            {
                double far = i == 0 ? 0 : reach * Math.Sqrt(chance.Unit()) * 1.15, turn = chance.Between(0, 2 * Math.PI);
                if (Plan.Zone == Zone.Whole)
                    far *= 1.7;
                double cx = mx + far * PortableMath.Cos(turn), cy = my + far * PortableMath.Sin(turn);
                double r = reach * (i == 0 ? 0.75 : 0.28 + 0.3 * chance.Unit());
                uint key = chance.Key();
                double weight = dense * (0.65 + 0.35 * chance.Unit());
                Box box = frame.BoxAround(cx - r * 2, cy - r * 2, cx + r * 2, cy + r * 2);
                for (int row = box.Top; row < box.Bottom; row++)
                {
                    for (int column = box.Left; column < box.Right; column++)
                    {
                        double x = frame.X(column), y = frame.Y(row);
                        if (ChestShape.SideOf(x) != side)
                            continue;
                        double part = Patch(x - cx, y - cy, r, r * 0.85, 0.5, 0.45, key, 1.3);
                        if (part <= 0)
                            continue;
                        int at = row * frame.Size + column;
                        double fluff = 0.75 + 0.6 * NoiseField.Cloud(key + 5, (float)(x * 1.5), (float)(y * 1.5));
                        canvas.Fill(at, weight * part * Math.Max(0.1, fluff) * (1 - 0.4 * Math.Min(1f, open[at])));
                    }
                }
            }
        }
        System.Buffers.ArrayPool<float>.Shared.Return(open);
    }
}
