using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>
/// A place in the chest, centimetres: X to the patient's left, Y downward from the lung's apex, Z backward from the middle plane.
/// </summary>
readonly record struct Place(double X, double Y, double Z);

/// <summary>The beam: where a place in the chest falls on the picture, by rotation and magnification.</summary>
sealed class Beam
{
    readonly double _sine;
    readonly double _cosine;
    readonly double _source;

    public Beam(Body body)
    {
        // positive rotation turns the left side to the detector, which is in front of the patient on PA and behind on AP
        double angle = body.Rotation * (Math.PI / 180) * (body.View == View.PA ? 1 : -1);
        _sine = PortableMath.Sin(angle);
        _cosine = PortableMath.Cos(angle);
        _source = body.View == View.PA ? 180 : -110;
    }

    /// <summary>What a small shift backward does sideways.</summary>
    public double Sine => _sine;

    /// <summary>Onto the picture's plane through the middle of the chest, which has the scale 1.</summary>
    public (double X, double Y, double Scale) Project(in Place place)
    {
        double x = place.X * _cosine + place.Z * _sine, z = place.Z * _cosine - place.X * _sine;
        double scale = _source / (_source - z);
        // the central ray goes through the middle of the chest
        return (x * scale, (place.Y - 11) * scale + 11, scale);
    }

    /// <summary>A ribbon point at a place, its width magnified.</summary>
    public RibbonPoint Point(in Place place, double halfWidth, double weight)
    {
        (double x, double y, double scale) = Project(place);
        return new RibbonPoint(x, y, halfWidth * scale, weight);
    }
}
