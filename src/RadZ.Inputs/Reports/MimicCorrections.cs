namespace RadZ.Reports;

/// <summary>
/// What the publishers of MIMIC-CXR found by reading: headings that mean the same, and studies whose report is not cut by its headings
/// (MIT-LCP/mimic-cxr, MIT licence, see NOTICE).
/// </summary>
static class MimicCorrections
{
    /// <summary>Other spellings of a heading, slips among them ("ndication" heads an impression).</summary>
    public static readonly Dictionary<string, string> Spellings = new()
    {
        ["comparisons"] = "comparison",
        ["clinical history"] = "history",
        ["reason for examination"] = "indication",
        ["reason for exam"] = "indication",
        ["clinical information"] = "history",
        ["exam"] = "examination",
        ["clinical indication"] = "indication",
        ["conclusion"] = "impression",
        ["chest, two views"] = "findings",
        ["recommendation(s)"] = "recommendations",
        ["type of examination"] = "examination",
        ["reference exam"] = "comparison",
        ["patient history"] = "history",
        ["comparison exam"] = "comparison",
        ["findings and impression"] = "impression",
        ["comparison film"] = "comparison",
        ["findings/impression"] = "impression",
        ["pfi"] = "history",
        ["recommendation"] = "recommendations",
        ["wetread"] = "wet read",
        ["ndication"] = "impression",
        ["impresson"] = "impression",
        ["imprression"] = "impression",
        ["imoression"] = "impression",
        ["impressoin"] = "impression",
        ["imprssion"] = "impression",
        ["impresion"] = "impression",
        ["imperssion"] = "impression",
        ["mpression"] = "impression",
        ["impession"] = "impression",
        ["findings/ impression"] = "impression",
        ["finding"] = "findings",
        ["findins"] = "findings",
        ["findindgs"] = "findings",
        ["findgings"] = "findings",
        ["findngs"] = "findings",
        ["findnings"] = "findings",
        ["finidngs"] = "findings",
        ["idication"] = "indication",
        ["reference findings"] = "findings",
        ["comparision"] = "comparison",
        ["comparsion"] = "comparison",
        ["comparrison"] = "comparison",
        ["comparisions"] = "comparison",
    };

    /// <summary>Studies whose conclusion stands under another heading.</summary>
    public static readonly Dictionary<string, string> Names = new()
    {
        ["s50913680"] = "recommendations", ["s59363654"] = "examination", ["s59279892"] = "technique", ["s59768032"] = "recommendations",
        ["s57936451"] = "indication", ["s50058765"] = "indication", ["s53356173"] = "examination", ["s53202765"] = "technique",
        ["s50808053"] = "technique", ["s51966317"] = "indication", ["s50743547"] = "examination", ["s56451190"] = "note",
        ["s59067458"] = "recommendations", ["s59215320"] = "examination", ["s55124749"] = "indication", ["s54365831"] = "indication",
        ["s59087630"] = "recommendations", ["s58157373"] = "recommendations", ["s56482935"] = "recommendations", ["s58375018"] = "recommendations",
        ["s54654948"] = "indication", ["s55157853"] = "examination", ["s51491012"] = "history",
    };

    /// <summary>Studies whose conclusion is these characters of the text; 0 to 0: there is none.</summary>
    public static readonly Dictionary<string, (int From, int To)> Places = new()
    {
        ["s50525523"] = (201, 349), ["s57564132"] = (233, 554), ["s59982525"] = (313, 717), ["s53488209"] = (149, 475), ["s54875119"] = (234, 988),
        ["s50196495"] = (59, 399), ["s56579911"] = (59, 218), ["s52648681"] = (292, 631), ["s59889364"] = (172, 453), ["s53514462"] = (73, 377),
        ["s59505494"] = (59, 450), ["s53182247"] = (59, 412), ["s51410602"] = (47, 320), ["s56412866"] = (522, 822), ["s54986978"] = (59, 306),
        ["s59003148"] = (262, 505), ["s57150433"] = (61, 394), ["s56760320"] = (219, 457), ["s59562049"] = (158, 348), ["s52674888"] = (145, 296),
        ["s55258338"] = (192, 568), ["s59330497"] = (140, 655), ["s52119491"] = (179, 454), ["s58235663"] = (0, 0), ["s50798377"] = (0, 0),
        ["s54168089"] = (0, 0), ["s53071062"] = (0, 0), ["s56724958"] = (0, 0), ["s54231141"] = (0, 0), ["s53607029"] = (0, 0),
        ["s52035334"] = (0, 0),
    };
}
