using System.Globalization;
using System.Text;
using RadZ.Data.Sets;
using RadZ.Phantoms.Plan;
using RadZ.Text.Knowledge;

namespace RadZ.Phantoms.Files;

/// <summary>What a folder of phantoms says of itself to who finds it.</summary>
static class PhantomCard
{
    public static string Render(PhantomSettings settings, IReadOnlyList<PhantomTruth> truths)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line("# Phantoms: synthetic chest radiographs with ground truth");
        Line();
        Line("**No patient is in these pictures.** They were computed from a model of the chest; patients, ages and reports are " +
            "invented. **Research use only. Not a medical device.** Figures on");
        Line("phantoms say what a program can do with phantoms, and nothing of how it works on people.");
        Line();
        Line($"Made by `./radz phantom OUT --count {settings.Count} --seed {settings.Seed} --size {settings.Size} --site " +
            $"{(settings.Sites.Count > 1 ? "both" : settings.Sites[0])}"
            + $"{(settings.Findings.Count < ChestXray14.Findings.Count ? $" --findings \"{string.Join(',', settings.Findings)}\"" : "")}" +
                $" --prevalence {settings.Prevalence.ToString(CultureInfo.InvariantCulture)} --bits {settings.Bits}`"
            + $", drawing version {settings.Drawing}: the same line gives the same bytes on any machine.");
        Line();
        Line("| | Phantoms |");
        Line("|---|---|");
        Line($"| all | {truths.Count} |");
        foreach (var site in settings.Sites) Line($"| site {site} | {truths.Count(t => t.Site == site)} |");
        Line($"| {Disease.NoFinding} | {truths.Count(t => t.Findings.Count == 0)} |");
        foreach (var disease in ChestXray14.Findings.Where(settings.Findings.Contains))
            Line($"| {disease} | {truths.Count(t => t.Findings.Any(f => f.Disease == disease))} |");
        Line($"| female / male | {truths.Count(t => t.Sex == Sex.Female)} / {truths.Count(t => t.Sex == Sex.Male)} |");
        Line($"| PA / AP | {truths.Count(t => t.View == View.PA)} / {truths.Count(t => t.View == View.AP)} |");
        Line();
        Line("- `images/`: PNG, grey, square. Right of the patient is left of the picture.");
        Line("- `manifest.csv`: image, patient, source, 1 or 0 for each of the 14 findings of ChestX-ray14 and for \"no finding\"; " +
            "nothing is unknown. `radz train` and `radz evaluate` read it.");
        Line("- `reports.csv`: a report of each, true by construction; it has the form of a manifest, too.");
        Line("- `masks/`: PNG, 255 where the finding is visible; `boxes.csv`: its smallest rectangle in pixels (x, y from the top left), " +
            "area, side, zone, severity, size in the patient.");
        Line("- `patients.csv`: who was imagined, cardiothoracic ratio as drawn, scale.");
        Line("- `phantoms.json`: the settings.");
        Line();
        Line("Sampled evenly over findings, not as in any population: prevalences mean nothing. What is faithful and what is not: " +
            "docs/phantoms.md of LLaVA-RadZ for .NET. Licence: Apache-2.0, as the program.");
        return text.ToString();
    }
}
