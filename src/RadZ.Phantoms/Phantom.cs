using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms;

/// <summary>One finding as drawn.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Mask">One byte a pixel, row by row: 1 where the finding is visible, 0 elsewhere. Never empty for a finding alone; empty if
/// others hide it wholly (a nodule in a large effusion).</param>
/// <param name="Box">The smallest rectangle round the mask's pixels.</param>
/// <param name="SizeCentimetres">The longest diameter as drawn, in the patient.</param>
public sealed record DrawnFinding(FindingPlan Plan, byte[] Mask, Box Box, double SizeCentimetres)
{
    /// <summary>
    /// One byte a pixel: 1 where the picture may differ at all from the same plan's without the finding (scatter included), 0 where it is
    /// the same bit for bit.
    /// </summary>
    public required byte[] Reach { get; init; }
}

/// <summary>A synthetic chest radiograph with its truth.</summary>
/// <param name="Plan">What decided it.</param>
/// <param name="Size">Side of the square picture in pixels.</param>
/// <param name="Pixels">Size x Size grey values, row by row, 0 (black) to 65,535 (white); bone is bright, air is dark.</param>
/// <param name="Findings">What was drawn, in the plan's order.</param>
/// <param name="CardiothoracicRatio">Widest heart over widest inner chest as drawn; cardiomegaly if and only if above 0.5 on PA (0.55 on
/// AP).</param>
/// <param name="MillimetresPerPixel">In the patient's plane.</param>
public sealed record Phantom(
    PhantomPlan Plan, int Size, ushort[] Pixels, IReadOnlyList<DrawnFinding> Findings, double CardiothoracicRatio,
    double MillimetresPerPixel);
