using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>
/// Where a finding paints: the picture's frame, the chest as it is without findings and as they have made it, and the layers.
/// </summary>
sealed class FindingCanvas(Frame frame, ChestShape healthy, ChestShape shape, LungLayers layers, float[] healthyAir, byte[]? core)
{
    public Frame Frame { get; } = frame;

    /// <summary>The chest without findings: places are chosen in it, so that one finding does not move another.</summary>
    public ChestShape Healthy { get; } = healthy;

    /// <summary>The chest as the findings have changed it.</summary>
    public ChestShape Shape { get; } = shape;

    public LungLayers Layers { get; } = layers;

    /// <summary>Replaces air by fluid; what several findings fill multiplies up.</summary>
    public void Fill(int at, double part)
    {
        if (part <= 0)
            return;
        Layers.Fill[at] = 1f - (1f - Layers.Fill[at]) * (1f - (float)Math.Min(part, 1));
        if (part > 0.02)
            Mark(at);
    }

    /// <summary>Solid tissue in the lung.</summary>
    public void Solid(int at, double thickness)
    {
        if (thickness <= 0)
            return;
        Layers.Solid[at] += (float)thickness;
        Mark(at);
    }

    /// <summary>Water added or taken away anywhere.</summary>
    public void Extra(int at, double thickness)
    {
        if (thickness == 0)
            return;
        Layers.Extra[at] += (float)thickness;
        Mark(at);
    }

    public void Density(int at, double factor)
    {
        Layers.Density[at] *= (float)factor;
        Mark(at);
    }

    public void Vessels(int at, double factor) => Layers.Vessels[at] *= (float)factor;

    /// <summary>Says that a pixel belongs to the finding, so that the mask may hold it where it can be seen.</summary>
    public void Mark(int at)
    {
        if (core is not null)
            core[at] = 1;
    }

    /// <summary>Lung along the ray of the healthy chest, centimetres.</summary>
    public float HealthyAir(int at) => healthyAir[at];

    /// <summary>The pixels of one side's hemithorax between two heights.</summary>
    public Box Hemithorax(int side, double top, double bottom)
    {
        double wide = Math.Max(Shape.HalfWidth[side], Healthy.HalfWidth[side]) + 0.5;
        return side == 0 ? Frame.BoxAround(-wide, top, 0.5, bottom) : Frame.BoxAround(-0.5, top, wide, bottom);
    }

    /// <summary>A line of soft tissue through the lung; the pixels it covers belong to the finding.</summary>
    public void Line(ReadOnlySpan<RibbonPoint> line)
    {
        Ribbon.Add(Layers.Extra, Frame, line, Profile.Rod);
        foreach (RibbonPoint p in line)
        {
            double r = p.HalfWidth + Frame.Pitch;
            MarkBox(Frame.BoxAround(p.X - r, p.Y - r, p.X + r, p.Y + r));
        }
        for (int i = 0; i + 1 < line.Length; i++)
        {
            RibbonPoint a = line[i], b = line[i + 1];
            int steps = 1 + (int)(Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y)) / Frame.Pitch);
            for (int s = 0; s <= steps; s++)
            {
                double t = s / (double)steps, x = PortableMath.Mix(a.X, b.X, t), y = PortableMath.Mix(a.Y, b.Y, t);
                double r = Math.Max(a.HalfWidth, b.HalfWidth) + 0.5 * Frame.Pitch;
                MarkBox(Frame.BoxAround(x - r, y - r, x + r, y + r));
            }
        }
    }

    void MarkBox(Box box)
    {
        if (core is null)
            return;
        for (int row = box.Top; row < box.Bottom; row++)
            core.AsSpan(row * Frame.Size + box.Left, box.Right - box.Left).Fill(1);
    }
}
