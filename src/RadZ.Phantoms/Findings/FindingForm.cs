using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Findings;

/// <summary>
/// How one disease looks. Everything random about it comes from the phantom's seed and the disease's name, never from other findings.
/// </summary>
abstract class FindingForm(FindingPlan plan, ulong seed)
{
    /// <summary>What was asked for.</summary>
    public FindingPlan Plan { get; } = plan;

    /// <summary>0, 0.5 or 1.</summary>
    protected double Amount { get; } = plan.Severity switch { Severity.Mild => 0, Severity.Moderate => 0.5, _ => 1 };

    /// <summary>Longest diameter if the form has one by construction; 0 to measure the mask.</summary>
    public virtual double Diameter => 0;

    /// <summary>A new stream of this finding's chance; the same each time it is asked with the same part.</summary>
    protected RandomStream ChanceOf(string part) => RandomStream.Create(seed, Plan.Disease + "/" + part);

    /// <summary>The sides to draw on: 0 the patient's right, 1 the left.</summary>
    protected IEnumerable<int> Sides => Plan.Side switch { Side.Right => [0], Side.Left => [1], _ => [0, 1] };

    /// <summary>The upper and lower bound of the zone as parts of the lung's height.</summary>
    protected (double Top, double Bottom) ZoneSpan => Plan.Zone switch
    {
        Zone.Upper => (0.14, 0.36),
        Zone.Middle => (0.40, 0.62),
        Zone.Lower => (0.70, 0.96),
        _ => (0.14, 0.96),
    };

    /// <summary>Moves what the disease moves: heart, diaphragm, mediastinum.</summary>
    public virtual void Reshape(ChestShape shape)
    {
    }

    /// <summary>Paints the disease into the layers.</summary>
    public abstract void Paint(FindingCanvas canvas);

    /// <summary>A place in a lung: v from above (0 apex, 1 dome), u from the mediastinum (0) to the wall (1).</summary>
    protected static (double X, double Y) LungPlace(ChestShape shape, int side, double v, double u)
    {
        double y = v * (v > 0.5 ? PortableMath.Mix(shape.LungHeight, shape.Dome[side], (v - 0.5) * 2) : shape.LungHeight);
        double outer = shape.WidthAt(side, y), inner = side == 0 ? -shape.RightBorder(y) : shape.LeftBorder(y);
        double x = PortableMath.Mix(Math.Max(0.5, inner), outer, u);
        return (side == 0 ? -x : x, y);
    }
}
