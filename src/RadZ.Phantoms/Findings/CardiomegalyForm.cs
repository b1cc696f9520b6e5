using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>A heart wider than half of the chest (0.55 on AP), deeper in proportion.</summary>
sealed class CardiomegalyForm(FindingPlan plan, ulong seed) : FindingForm(plan, seed)
{
    /// <summary>The ratio to be drawn on top of the view's limit.</summary>
    public double Excess { get; } = plan.Severity switch { Severity.Mild => 0.03, Severity.Moderate => 0.075, _ => 0.135 }
        + 0.012 * RandomStream.Create(seed, "cardiomegaly/excess").Unit();

    public override void Reshape(ChestShape shape) => shape.CardiothoracicRatio = shape.CardiothoracicLimit + Excess;

    public override void Paint(FindingCanvas canvas)
    {
        Frame frame = canvas.Frame;
        double height = canvas.Shape.LungHeight;
        Box box = frame.BoxAround(-canvas.Shape.HalfWidth[0], 0.42 * height, canvas.Shape.HalfWidth[1], 1.15 * height);
        for (int row = box.Top; row < box.Bottom; row++)
        {
            double y = frame.Y(row);
            Box line = frame.BoxAround(canvas.Shape.RightBorder(y), y, canvas.Shape.LeftBorder(y), y);
            for (int column = line.Left; column < line.Right; column++)
                canvas.Mark(row * frame.Size + column);
        }
    }
}
