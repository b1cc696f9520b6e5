using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Plan;

/// <summary>
/// Who has which findings: adults as they come to a chest radiograph, older with a large heart or scarred lungs, younger with a
/// pneumothorax.
/// </summary>
static class Demographics
{
    /// <summary>The patient and how they stand in the beam.</summary>
    public static Body Draw(Site site, IReadOnlyList<FindingPlan> findings, RandomStream chance)
    {
        bool Has(params ReadOnlySpan<string> diseases)
        {
            foreach (var finding in findings)
                if (diseases.Contains(finding.Disease)) return true;
            return false;
        }

        var sex = chance.Coin(Has("pneumothorax", "emphysema") ? 0.34 : 0.47) ? Sex.Female : Sex.Male;
        var age = 52 + 17 * chance.Bell() + (Has("cardiomegaly", "edema", "emphysema", "fibrosis", "hernia") ? 10 : 0)
            - (Has("pneumothorax") ? 8 : 0);
        var mass = 26.5 + 4.6 * chance.Bell() + (Has("cardiomegaly", "hernia") ? 1.5 : 0) - (Has("emphysema", "pneumothorax") ? 3 : 0);
        var height = sex == Sex.Female ? 163 + 6.5 * chance.Bell() : 176 + 7 * chance.Bell();
        var lying = chance.Coin(Math.Min(0.95, site.PortableFraction + (Has("edema") ? 0.2 : 0)));
        var rotation = (lying ? 4 : 2.2) * chance.Bell();
        var inspiration = (lying ? 0.55 : 0.8) + 0.11 * chance.Bell() + (Has("emphysema") ? 0.12 : 0);
        return new(sex, (int)Math.Clamp(age, 18, 95), Math.Clamp(mass, 16, 45), Math.Clamp(height, 145, 200), lying ? View.AP : View.PA,
            Math.Clamp(rotation, -12, 12), Math.Clamp(inspiration, 0.15, 1));
    }

    /// <summary>Tubes and lines of who lies in bed, a pacemaker of the old.</summary>
    public static Devices DevicesOf(Body body, RandomStream chance)
    {
        var ill = body.View == View.AP;
        var devices = Devices.None;
        if (chance.Coin(ill ? 0.20 : 0)) devices |= Devices.EndotrachealTube;
        if (chance.Coin(ill ? 0.28 : 0.03)) devices |= Devices.CentralLine;
        if (chance.Coin(body.Age > 60 ? 0.10 : 0.01)) devices |= Devices.Pacemaker;
        return devices;
    }
}
