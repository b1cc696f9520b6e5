using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms.Findings;

/// <summary>From the knowledge base's name of a disease to its form: the 14 of ChestX-ray14.</summary>
static class FindingForms
{
    static readonly Dictionary<string, Func<FindingPlan, ulong, FindingForm>> s_byDisease = new(StringComparer.Ordinal)
    {
        ["atelectasis"] = (plan, seed) => new AtelectasisForm(plan, seed),
        ["cardiomegaly"] = (plan, seed) => new CardiomegalyForm(plan, seed),
        ["pleural effusion"] = (plan, seed) => new EffusionForm(plan, seed),
        ["infiltration"] = (plan, seed) => new InfiltrationForm(plan, seed),
        ["mass"] = (plan, seed) => new MassForm(plan, seed),
        ["nodule"] = (plan, seed) => new NoduleForm(plan, seed),
        ["pneumonia"] = (plan, seed) => new PneumoniaForm(plan, seed),
        ["pneumothorax"] = (plan, seed) => new PneumothoraxForm(plan, seed),
        ["consolidation"] = (plan, seed) => new ConsolidationForm(plan, seed),
        ["edema"] = (plan, seed) => new EdemaForm(plan, seed),
        ["emphysema"] = (plan, seed) => new EmphysemaForm(plan, seed),
        ["fibrosis"] = (plan, seed) => new FibrosisForm(plan, seed),
        ["pleural thickening"] = (plan, seed) => new PleuralThickeningForm(plan, seed),
        ["hernia"] = (plan, seed) => new HerniaForm(plan, seed),
    };

    /// <summary>The diseases that can be drawn.</summary>
    public static IReadOnlyCollection<string> Diseases => s_byDisease.Keys;

    /// <exception cref="ArgumentException">The disease is not one of the 14.</exception>
    public static FindingForm Create(FindingPlan plan, ulong seed) => s_byDisease.TryGetValue(plan.Disease, out var make)
        ? make(plan, seed)
        : throw new ArgumentException($"No phantom can show '{plan.Disease}'; the diseases that can be drawn are: " +
            $"{string.Join(", ", s_byDisease.Keys)}.", nameof(plan));
}
