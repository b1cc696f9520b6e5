using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Gate;

/// <summary>The gate at the door: header and pixels together.</summary>
public static class InputGate
{
    /// <summary>
    /// All reasons, those of the header first. A reason that both have is told once, by the header; where the header says another
    /// modality or another part of the body, the network's word for the picture adds nothing and is left out.
    /// </summary>
    /// <param name="dataset">The header; null of a picture that has none.</param>
    /// <param name="raster">The picture as a person would see it; null where only the header is known.</param>
    public static IReadOnlyList<GateReason> Check(DicomDataset? dataset, Raster? raster)
    {
        IReadOnlyList<GateReason> tags = dataset is null ? [] : TagGate.Check(dataset);
        if (raster is null) return tags;
        var elsewhere = tags.Any(t => t.Reason is GateReasons.CtOrMr or GateReasons.OtherModality or GateReasons.NotAChest);
        return [.. tags, .. PixelGate.Shipped.Check(raster)
            .Where(p => tags.All(t => t.Reason != p.Reason) && (!elsewhere || p.Reason == GateReasons.AlmostEmpty))];
    }

    /// <summary>What a refused picture is told: kind <c>refused</c>, every reason with its score.</summary>
    public static InvalidInputException Refusal(string path, IReadOnlyList<GateReason> reasons) =>
        new(path, "refused", $"{string.Join("; ", reasons)}. Expected an upright frontal chest radiograph; give ‹gate warn› to have it " +
            "recognised all the same.");
}
