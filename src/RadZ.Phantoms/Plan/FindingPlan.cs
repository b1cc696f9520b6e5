namespace RadZ.Phantoms.Plan;

/// <summary>The patient's side, not the viewer's: the patient's right is on the left of the picture.</summary>
public enum Side
{
    /// <summary>The patient's right.</summary>
    Right,

    /// <summary>The patient's left.</summary>
    Left,

    /// <summary>Both.</summary>
    Both,

    /// <summary>In the midline (the heart, a hiatal hernia): no side is named.</summary>
    Midline,
}

/// <summary>The third of the lung, from above.</summary>
public enum Zone
{
    /// <summary>Above the second front rib.</summary>
    Upper,

    /// <summary>Between the second and fourth front rib, with the hilum.</summary>
    Middle,

    /// <summary>Below the fourth front rib.</summary>
    Lower,

    /// <summary>The whole lung or none in particular.</summary>
    Whole,
}

/// <summary>How much of it there is.</summary>
public enum Severity
{
    /// <summary>Small, but visible.</summary>
    Mild,

    /// <summary>In between.</summary>
    Moderate,

    /// <summary>Large.</summary>
    Severe,
}

/// <summary>One finding to be drawn.</summary>
/// <param name="Disease">The knowledge base's name: one of the 14 of ChestX-ray14.</param>
/// <param name="Side">Where, by the patient's side.</param>
/// <param name="Zone">Where, by height.</param>
/// <param name="Severity">How much.</param>
/// <param name="Size">The longest diameter in centimetres in the patient (nodule below 3, mass above); for what is not round, its extent; 0
/// to let the severity decide.</param>
public sealed record FindingPlan(string Disease, Side Side, Zone Zone, Severity Severity, double Size = 0);

/// <summary>Man-made things that lie over the chest; they are no finding.</summary>
[Flags]
public enum Devices
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A tube in the trachea.</summary>
    EndotrachealTube = 1,

    /// <summary>A central venous line.</summary>
    CentralLine = 2,

    /// <summary>A pacemaker with its leads.</summary>
    Pacemaker = 4,
}
