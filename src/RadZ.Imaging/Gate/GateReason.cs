namespace RadZ.Imaging.Gate;

/// <summary>Why a picture is probably no upright frontal chest radiograph with the greys as they should be.</summary>
/// <param name="Reason">One of <see cref="GateReasons"/>: a stable word for programs.</param>
/// <param name="Score">How sure, 0..1; 1 where a tag says so. Scores of pixels are not calibrated probabilities.</param>
/// <param name="Source">What said so: <c>tags</c> or <c>pixels</c>.</param>
/// <param name="Detail">What was found, for people; never patient data.</param>
public sealed record GateReason(string Reason, double Score, string Source, string Detail)
{
    /// <summary>The source of what the header says.</summary>
    public const string Tags = "tags";

    /// <summary>The source of what the picture shows.</summary>
    public const string Pixels = "pixels";

    /// <inheritdoc/>
    public override string ToString() => $"{Reason} ({Score:0.00}, {Source}: {Detail})";
}

/// <summary>The words of <see cref="GateReason.Reason"/>.</summary>
static class GateReasons
{
    /// <summary>Another part of the body, or a picture that resembles no chest radiograph.</summary>
    public const string NotAChest = "not-a-chest";

    /// <summary>A lateral or oblique projection.</summary>
    public const string Lateral = "lateral-view";

    /// <summary>Air is bright and bone is dark.</summary>
    public const string Inverted = "inverted-greys";

    /// <summary>Turned by 90, 180 or 270 degrees.</summary>
    public const string Rotated = "rotated";

    /// <summary>Only a part of the chest, or a small field in a wide frame.</summary>
    public const string Cropped = "cropped";

    /// <summary>One grey level nearly everywhere.</summary>
    public const string AlmostEmpty = "almost-empty";

    /// <summary>A photograph of something else.</summary>
    public const string Photograph = "photograph";

    /// <summary>The picture has colours.</summary>
    public const string Color = "colour-picture";

    /// <summary>A slice of a computed tomography or of a magnetic resonance study.</summary>
    public const string CtOrMr = "ct-or-mr";

    /// <summary>Another modality than radiography, CT and MR.</summary>
    public const string OtherModality = "other-modality";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [NotAChest, Lateral, Inverted, Rotated, Cropped, AlmostEmpty, Photograph, Color, CtOrMr, OtherModality];
}

/// <summary>What is done with a picture that has reasons.</summary>
public enum GatePolicy
{
    /// <summary>It is recognised, and the reasons are shown beside its findings.</summary>
    Warn,

    /// <summary>It is refused with its reasons, as a file that cannot be read is.</summary>
    Refuse,

    /// <summary>Nothing is looked at.</summary>
    Pass,
}
