using RadZ.Phantoms.Plan;

namespace RadZ.Tests.Phantoms;

/// <summary>Plans for tests: a fixed body unless the seed is to choose one.</summary>
static class Plans
{
    public static readonly string[] Diseases =
    [
        "atelectasis", "cardiomegaly", "pleural effusion", "infiltration", "mass", "nodule", "pneumonia",
        "pneumothorax", "consolidation", "edema", "emphysema", "fibrosis", "pleural thickening", "hernia",
    ];

    public static Body Man { get; } = new(Sex.Male, 52, 25, 176, View.PA, 0, 0.85);

    public static PhantomPlan Normal(ulong seed, Site? site = null, Body? body = null) =>
        new(seed, body ?? Someone(seed), site ?? Site.A, []);

    public static PhantomPlan With(PhantomPlan plan, params FindingPlan[] findings) => plan with { Findings = findings };

    /// <summary>The finding where it usually is, on the side given if it has one.</summary>
    public static FindingPlan Typical(string disease, Severity severity, Side side = Side.Right) => disease switch
    {
        "cardiomegaly" or "hernia" => new(disease, Side.Midline, Zone.Whole, severity),
        "edema" or "emphysema" => new(disease, Side.Both, Zone.Whole, severity),
        "fibrosis" => new(disease, Side.Both, Zone.Lower, severity),
        "pneumothorax" => new(disease, side, Zone.Upper, severity),
        "pleural effusion" or "atelectasis" or "pleural thickening" => new(disease, side, Zone.Lower, severity),
        _ => new(disease, side, Zone.Middle, severity),
    };

    /// <summary>A body by the seed: both sexes, views, all builds and ages.</summary>
    public static Body Someone(ulong seed)
    {
        ulong h = (seed + 1) * 0x9E3779B97F4A7C15;
        double Part(int shift) => ((h >> shift) & 0xFF) / 255.0;
        bool male = (h & 1) == 0;
        return new Body(male ? Sex.Male : Sex.Female, 18 + (int)(77 * Part(3)), 17 + 24 * Part(11), (male ? 160 : 150) + 32 * Part(19),
            Part(27) < 0.35 ? View.AP : View.PA, -10 + 20 * Part(35), Part(43));
    }
}
