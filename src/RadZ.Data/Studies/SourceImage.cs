using RadZ.Imaging.Gate;

namespace RadZ.Data.Studies;

/// <summary>What came with an image's pixels.</summary>
/// <param name="Path">Where it is: for opening it again, not for showing.</param>
/// <param name="Shown">What outputs call it: the path, without what says who the patient is.</param>
/// <param name="Record">Of a DICOM file: what outputs may show of its header.</param>
/// <param name="Identity">Of a DICOM file: what they may not.</param>
/// <param name="Gate">Why it is probably no upright frontal chest radiograph; empty where nothing was found or looked for.</param>
sealed record SourceImage(string Path, string Shown, ImageRecord? Record, ImageIdentity? Identity, IReadOnlyList<GateReason> Gate)
{
    /// <summary>
    /// True where the header says that it is no frontal view; what pixels say is a doubt to show, and leaves no view out.
    /// </summary>
    public bool IsFromTheSide => Record?.Frontal == false || Gate.Any(g => g.Reason == GateReasons.Lateral && g.Source == GateReason.Tags);
}
