namespace RadZ.Phantoms.Plan;

/// <summary>
/// What tends to come together, as the chance that the second is drawn beside the first. The orders of size follow the joint counts of
/// ChestX-ray14's labels (effusion with atelectasis, oedema with cardiomegaly and effusion, emphysema with pneumothorax, fibrosis with
/// pleural thickening); they are no epidemiology.
/// </summary>
static class CoOccurrence
{
    static readonly Dictionary<string, (string Disease, double Chance)[]> s_of = new()
    {
        ["atelectasis"] = [("pleural effusion", 0.30), ("pneumothorax", 0.06), ("mass", 0.06), ("consolidation", 0.06)],
        ["cardiomegaly"] = [("pleural effusion", 0.25), ("edema", 0.22), ("atelectasis", 0.08)],
        ["pleural effusion"] = [("atelectasis", 0.28), ("cardiomegaly", 0.16), ("edema", 0.12), ("consolidation", 0.10), ("mass", 0.06)],
        ["infiltration"] = [("pleural effusion", 0.14), ("atelectasis", 0.12), ("nodule", 0.05)],
        ["mass"] = [("nodule", 0.22), ("pleural effusion", 0.14), ("atelectasis", 0.10)],
        ["nodule"] = [("mass", 0.10), ("emphysema", 0.08), ("fibrosis", 0.06)],
        ["pneumonia"] = [("pleural effusion", 0.18), ("consolidation", 0.12), ("edema", 0.05)],
        ["pneumothorax"] = [("emphysema", 0.14), ("atelectasis", 0.12), ("pleural effusion", 0.08)],
        ["consolidation"] = [("pleural effusion", 0.20), ("pneumonia", 0.12), ("atelectasis", 0.10)],
        ["edema"] = [("cardiomegaly", 0.50), ("pleural effusion", 0.45), ("atelectasis", 0.06)],
        ["emphysema"] = [("pneumothorax", 0.14), ("fibrosis", 0.10), ("nodule", 0.08)],
        ["fibrosis"] = [("pleural thickening", 0.30), ("emphysema", 0.10), ("nodule", 0.05)],
        ["pleural thickening"] = [("fibrosis", 0.25), ("pleural effusion", 0.08), ("nodule", 0.05)],
        ["hernia"] = [("atelectasis", 0.10), ("nodule", 0.04)],
    };

    /// <summary>
    /// Pairs that no film shows together: a hyperinflated chest has a narrow heart and no wet lungs, a large heart hides what lies behind
    /// it.
    /// </summary>
    static readonly (string, string)[] s_never =
    [
        ("emphysema", "cardiomegaly"), ("emphysema", "edema"), ("cardiomegaly", "hernia"), ("edema", "fibrosis"), ("edema", "infiltration"),
    ];

    /// <summary>The diseases that may come beside one, each with its chance.</summary>
    public static IReadOnlyList<(string Disease, double Chance)> For(string disease) => s_of[disease];

    /// <summary>Whether two diseases may stand in one picture.</summary>
    public static bool Allowed(string one, string other) => !s_never.Contains((one, other)) && !s_never.Contains((other, one));
}
