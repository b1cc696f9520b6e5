using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom;

/// <summary>The words of View Position (0018,5101) and what else tells the projection.</summary>
static class Views
{
    static readonly string[] s_frontal = ["PA", "AP", "PA_ERECT", "AP_SUPINE", "AP_ERECT", "POSTEROANTERIOR", "ANTEROPOSTERIOR"];
    static readonly string[] s_lateral = ["LL", "RL", "LLD", "RLD", "LATERAL", "LAT", "L_LAT", "R_LAT", "LLAT", "RLAT"];
    static readonly string[] s_oblique = ["LAO", "RAO", "LPO", "RPO", "LLO", "RLO", "OBLIQUE"];

    /// <summary>True of a view from the front or the back.</summary>
    public static bool IsFrontal(string view) => s_frontal.Contains(view);

    /// <summary>True of a view from the side or aslant.</summary>
    public static bool IsFromTheSide(string view) => s_lateral.Contains(view) || s_oblique.Contains(view);

    /// <summary>
    /// View Position where it is set; else View Code Sequence (CID 4010: 399348003 AP, 399132005 PA, 399067008, 399198007, 399173006
    /// lateral, with their codes of SNOMED RT), else Patient Orientation (columns that run forward or backward are a side view), else a
    /// word of the series description or protocol that means nothing else.
    /// </summary>
    public static string? Read(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.Text(DicomTag.ViewPosition) is { } position && Word(position) is { } word) return word;
        foreach (var item in dataset.Items(DicomTag.ViewCodeSequence))
            switch (item.Text(DicomTag.CodeValue))
            {
                case "399348003" or "R-10206": return "AP";
                case "399132005" or "R-10214": return "PA";
                case "399067008" or "399198007" or "399173006" or "R-10228" or "R-10232" or "R-10236": return "LATERAL";
            }
        if (dataset.Texts(DicomTag.PatientOrientation) is [{ Length: > 0 } rows, ..] && rows[0] is 'A' or 'P') return "LATERAL";
        foreach (var tag in (DicomTag[])[DicomTag.SeriesDescription, ProtocolName])
            foreach (var token in (dataset.Text(tag) ?? "").ToUpperInvariant().Split(' ', ',', '.', '/', '_', '-', '(', ')', '^'))
                if (token is "LAT" or "LATERAL" or "PA" or "AP") return token is "LAT" ? "LATERAL" : token;
        return null;
    }

    static readonly DicomTag ProtocolName = new(0x00181030);

    /// <summary>
    /// A code string (PS3.5 6.2): capitals, digits, space and underscore, at most 16; blanks become underscores. Null of all else.
    /// </summary>
    public static string? Word(string text)
    {
        var word = text.Trim().ToUpperInvariant().Replace(' ', '_');
        return word.Length is > 0 and <= 16 && word.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') ? word : null;
    }
}
