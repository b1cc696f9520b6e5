using System.Security.Cryptography;
using RadZ.Imaging;
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
    /// <summary>Where its bytes are: the file, unless they are in memory.</summary>
    internal ImageSource Content { get => field ?? ImageSource.OfFile(Path); init; }

    /// <summary>What tells it from other images where no header does: its path, or a hash of its bytes in memory.</summary>
    internal string Key => Content.IsFile ? Path : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Content.Bytes.Span))}";

    /// <summary>
    /// True where the header says that it is no frontal view; what pixels say is a doubt to show, and leaves no view out.
    /// </summary>
    public bool IsFromTheSide => Record?.Frontal == false || Gate.Any(g => g.Reason == GateReasons.Lateral && g.Source == GateReason.Tags);
}
