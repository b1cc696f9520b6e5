using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Gate;

/// <summary>What the header of a DICOM file says against an upright frontal chest radiograph. What it does not say is no reason.</summary>
static class TagGate
{
    static readonly string[] s_radiography = ["CR", "DX", "DR", "RG", "XR", "RF", "XA", "OT", "SC"];
    static readonly string[] s_chest = ["CHEST", "THORAX", "LUNG", "LUNGS", "HEART", "RIB", "RIBS", "RIBCAGE", "STERNUM", "CLAVICLE",
        "TSPINE", "CHESTABDOMEN", "CHESTABDPELVIS", "CHABDPELV", "WHOLEBODY", "THORAXABDOMEN"];
    static readonly string[] s_elsewhere =
    [
        "ABDOMEN", "PELVIS", "ABDOMENPELVIS", "HIP", "KNEE", "LEG", "FEMUR", "THIGH", "ANKLE", "FOOT", "TOE", "HAND", "FINGER", "THUMB",
        "WRIST", "FOREARM", "ELBOW", "HUMERUS", "ARM", "SHOULDER", "SKULL", "HEAD",
        "BRAIN", "FACE", "SINUS", "JAW", "TEETH", "NECK", "CSPINE", "LSPINE", "SSPINE", "COCCYX", "BREAST", "EXTREMITY", "LOWEREXTREMITY",
        "UPPEREXTREMITY", "TIBIA", "FIBULA", "CALCANEUS", "PATELLA", "SCAPULA",
        "KIDNEY", "LIVER", "BLADDER", "PROSTATE", "UTERUS", "EYE", "ORBIT", "PHANTOM", "ZYGOMA", "NOSE", "CALF", "HEEL",
    ];

    static readonly DicomTag s_bodyRegion = new(0x00082218);

    /// <summary>The reasons, with score 1: a header states, it does not guess.</summary>
    public static IReadOnlyList<GateReason> Check(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var reasons = new List<GateReason>();
        void Add(string reason, string detail) => reasons.Add(new(reason, 1, GateReason.Tags, detail));
        var modality = dataset.Text(DicomTag.Modality) is { } m ? Views.Word(m) : null;
        if (modality is "CT" or "MR") Add(GateReasons.CtOrMr, $"Modality is {modality}");
        else if (modality is { Length: 2 } && !s_radiography.Contains(modality)) Add(GateReasons.OtherModality, $"Modality is {modality}");
        else if (modality is { Length: > 2 }) Add(GateReasons.OtherModality, "Modality is not one of radiography");
        if (OtherRegion(dataset) is { } part) Add(GateReasons.NotAChest, $"Body Part Examined is {part}");
        if (Views.Read(dataset) is { } view && Views.IsFromTheSide(view)) Add(GateReasons.Lateral, $"the view is {view}");
        if (dataset.Text(DicomTag.PhotometricInterpretation) is { } photometric
            && (photometric is "RGB" or "PALETTE COLOR" || photometric.StartsWith("YBR", StringComparison.Ordinal)))
            Add(GateReasons.Color, $"Photometric Interpretation is {(photometric.Length <= 16 ? photometric : "of colours")}");
        return reasons;
    }

    /// <summary>The region where the header names another one than the chest; a word nobody knows is none.</summary>
    static string? OtherRegion(DicomDataset dataset)
    {
        var word = (Views.Word(dataset.Text(DicomTag.BodyPartExamined) ?? "") ?? "").Replace("_", "", StringComparison.Ordinal);
        if (s_chest.Contains(word)) return null;
        if (s_elsewhere.Contains(word)) return word;
        // Anatomic Region Sequence: the chest and what lies in it (SNOMED CT and RT codes of CID 4009)
        return dataset.Items(s_bodyRegion) is [var region, ..] && region.Text(DicomTag.CodeValue) is { } code && word.Length == 0
            && code is "818981001" or "T-D4000" or "12921003" or "T-D6000" or "69536005" or "T-D1100" or "85562004" or "T-D8700"
                or "56459004" or "T-D9700" or "72696002" or "T-D9200" ? "another region" : null;
    }
}
