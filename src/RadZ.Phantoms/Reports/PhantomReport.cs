using System.Globalization;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;
using RadZ.Text.Knowledge;

namespace RadZ.Phantoms.Reports;

/// <summary>
/// A radiologist's report of a phantom, true by construction: every finding of the plan is told with its side, place and grade, nothing
/// else is asserted, and only what is absent is denied. Each site has its own words and its own syntax.
/// </summary>
/// <param name="Findings">The section FINDINGS.</param>
/// <param name="Impression">The section IMPRESSION.</param>
/// <param name="Appearance">What is to be seen and where, in plain words, and no finding by its name.</param>
/// <param name="Asserted">The diseases that it says are present: the plan's, or "no finding".</param>
/// <param name="Denied">The diseases that it says are absent.</param>
public sealed record PhantomReport(string Findings, string Impression, string Appearance, IReadOnlyList<string> Asserted,
    IReadOnlyList<string> Denied)
{
    /// <summary>Both sections under their headings.</summary>
    public string Text => $"FINDINGS: {Findings}\n\nIMPRESSION: {Impression}";

    /// <summary>What training reads: all of it or one section, with what that says.</summary>
    public ReportText Part(ReportPart part) => part switch
    {
        ReportPart.Findings => new(Findings, Asserted, Denied),
        ReportPart.Impression => new(Impression, Asserted, []),
        ReportPart.Appearance => new(Appearance, Asserted, []),
        _ => new(Text, Asserted, Denied),
    };

    /// <summary>Words the report of a phantom.</summary>
    /// <param name="plan">What is to be seen.</param>
    /// <param name="ratio">The cardiothoracic ratio as drawn; not told when null.</param>
    /// <param name="variation">Another number, another wording; the same number, the same text on any machine.</param>
    /// <param name="unnamed">Diseases of which no word may be said, not even that they are absent; none of them may be in the plan.</param>
    public static PhantomReport Write(PhantomPlan plan, double? ratio = null, ulong variation = 0,
        IReadOnlyCollection<string>? unnamed = null)
    {
        unnamed ??= [];
        if (plan.Findings.FirstOrDefault(f => unnamed.Contains(f.Disease)) is { } told)
            throw new ArgumentException($"{told.Disease} is in the plan and must not be named.", nameof(unnamed));
        return new Writer(plan, ratio, RandomStream.Create(plan.Seed, variation, "report"), unnamed).Write();
    }

    /// <summary>The parts of a report.</summary>
    public enum ReportPart
    {
        /// <summary>Findings and impression.</summary>
        All,

        /// <summary>The section FINDINGS.</summary>
        Findings,

        /// <summary>The section IMPRESSION.</summary>
        Impression,

        /// <summary>What is to be seen, without a name.</summary>
        Appearance,
    }

    sealed class Writer(PhantomPlan plan, double? ratio, RandomStream chance, IReadOnlyCollection<string> unnamed)
    {
        static readonly string[] s_lungs = ["atelectasis", "consolidation", "edema", "infiltration", "mass", "nodule", "pneumonia"];

        readonly bool _full = plan.Site.Name == Site.A.Name;                       // hospital a writes sentences, b writes notes
        readonly HashSet<string> _present = [.. plan.Findings.Select(f => f.Disease)];
        readonly List<string> _denied = [];

        public PhantomReport Write()
        {
            var told = plan.Findings.ToList();
            chance.Shuffle(told);
            List<string> findings = [View(), .. told.Select(Finding)];
            findings.AddRange(NormalStatements());
            if (Denial() is { } denial) findings.Insert(chance.Coin(0.7) ? findings.Count : 1, denial);
            findings.AddRange(DeviceSentences());
            string[] summary = [.. told.OrderByDescending(f => f.Severity).Select(Summary)];
            var impression = summary switch
            {
                [] => chance.Pick(_full ? s_normal : s_normalNotes),
                [var one] => one,
                _ when chance.Coin(0.5) => string.Join(' ', summary.Select((s, i) => $"{i + 1}. {s}")),
                _ => string.Join(' ', summary),
            };
            return new(string.Join(' ', findings), impression, Appearance(told),
                told.Count == 0 ? [Disease.NoFinding] : [.. told.Select(f => f.Disease)], [.. _denied.Distinct()]);
        }

        static readonly string[] s_normal = ["No acute cardiopulmonary abnormality.", "Normal chest radiograph.",
            "The chest radiograph is normal.", "No acute cardiopulmonary process."];
        static readonly string[] s_normalNotes = ["No finding.", "Normal chest.", "No acute disease.", "No abnormality."];

        string View() => (_full, plan.Body.View) switch
        {
            (true, Plan.View.PA) =>
                chance.Pick(["Frontal chest radiograph in PA projection.", "A single PA view of the chest was obtained."]),
            (true, _) => chance.Pick(["Frontal chest radiograph in AP projection.", "A portable AP view of the chest was obtained."]),
            (_, Plan.View.PA) => chance.Pick(["Chest PA.", "PA chest, erect."]),
            _ => chance.Pick(["Chest AP, portable.", "AP chest, supine."]),
        };

        string Finding(FindingPlan finding)
        {
            var words = FindingWords.For(finding.Disease, plan.Site);
            var term = chance.Pick(words.Terms);
            var graded = $"{Size(finding)}{words.Grade(finding.Severity)}{term}";
            var noun = words.Counted ? $"{(StartsWithVowel(graded) ? "an" : "a")} {graded}" : graded;
            var (place, attribute, sign) = (Places.Phrase(finding), Places.Attribute(finding), chance.Pick(words.Signs));
            if (finding.Disease == "cardiomegaly" && ratio is { } r && chance.Coin(0.7)) sign = $"cardiothoracic ratio {Number(r, "0.00")}";
            var (where, signed) = (place.Length > 0 ? " " + place : "", chance.Coin(0.65));
            var sentence = (_full, chance.Below(4)) switch
            {
                (true, 0) => $"There is {noun}{where}{(signed ? $", {sign}" : "")}",
                (true, 1) => $"{Capital(noun)} is seen{where}{(signed ? $", {sign}" : "")}",
                (true, 2) when place.Length > 0 => $"{Capital(place)} there is {noun}{(signed ? $", {sign}" : "")}",
                (true, _) => $"{Capital(sign)}{where} in keeping with {noun}",
                (_, 0) when attribute.Length > 0 => $"{Capital(attribute)}: {graded}{(signed ? $" ({sign})" : "")}",
                (_, 1) => $"{Capital(graded)}{where}{(signed ? $" ({sign})" : "")}",
                (_, 2) when attribute.Length > 0 => $"{Capital(attribute)} {graded}",
                _ => $"{Capital(sign)}{where}: {graded}",
            };
            return sentence + ".";
        }

        /// <summary>Shade, shape and place of what is there; of a normal film, what is well.</summary>
        string Appearance(IReadOnlyList<FindingPlan> told) => told.Count == 0
            ? chance.Pick(["Both lungs are evenly lucent with fine branching vessels.",
                "Evenly aerated lungs, fine branching vessels, a heart of less than half of the chest."])
            : string.Join(' ', told.Select(f =>
            {
                var words = FindingWords.For(f.Disease, plan.Site);
                var place = Places.Phrase(f);
                return Capital($"{chance.Pick(chance.Coin(0.3) ? words.Signs : words.Appearance)}{(place.Length > 0 ? " " + place : "")}.");
            }));

        string Summary(FindingPlan finding)
        {
            var words = FindingWords.For(finding.Disease, plan.Site);
            var (graded, attribute) = ($"{Size(finding)}{words.Grade(finding.Severity)}", Places.Attribute(finding));
            return Capital($"{graded}{(attribute.Length > 0 ? attribute + " " : "")}{chance.Pick(words.Terms)}") + ".";
        }

        /// <summary>What is well, said as such; it denies diseases, so all of them must be absent.</summary>
        IEnumerable<string> NormalStatements()
        {
            foreach (var (text, note, denies, also) in new (string, string, string[], string[])[]
            {
                ("The lungs are clear.", "Clear lungs.", s_lungs, ["emphysema", "fibrosis", "pneumothorax", "pleural effusion"]),
                (ratio is { } r ? $"Heart size is normal, cardiothoracic ratio {Number(r, "0.00")}." : "Heart size is normal.",
                    "Heart normal.", ["cardiomegaly"], ["hernia"]),
                ("The costophrenic angles are sharp.", "Angles sharp.", ["pleural effusion"], ["pleural thickening"]),
            })
            {
                if (!chance.Coin(0.45) || denies.Concat(also).Any(_present.Contains) || denies.Any(unnamed.Contains)) continue;
                _denied.AddRange(denies);
                yield return _full ? text : note;
            }
        }

        string? Denial()
        {
            if (!chance.Coin(0.75)) return null;
            var absent = ChestXray14.Findings.Where(d => !_present.Contains(d) && !unnamed.Contains(d)).ToList();
            if (absent.Count == 0) return null;
            chance.Shuffle(absent);
            var denied = absent.Take(1 + chance.Below(3)).ToList();
            _denied.AddRange(denied);
            string[] terms = [.. denied.Select(d => chance.Pick(FindingWords.For(d, plan.Site).Terms))];
            return (_full, chance.Below(3)) switch
            {
                (true, 0) => $"There is no evidence of {Or(terms)}.",
                (true, 1) => $"No {Or(terms)} is seen.",
                (true, _) => $"No {Or(terms)}.",
                (_, 0) => $"Negative for {string.Join(", ", terms)}.",
                (_, 1) => $"No {string.Join(", no ", terms)}.",
                _ => $"Without {Or(terms)}.",
            };
        }

        IEnumerable<string> DeviceSentences()
        {
            if (plan.Devices.HasFlag(Devices.EndotrachealTube))
                yield return _full ? "An endotracheal tube ends above the carina." : "ETT above carina.";
            if (plan.Devices.HasFlag(Devices.CentralLine))
                yield return _full ? "A central venous catheter ends in the superior vena cava." : "CVC tip in SVC.";
            if (plan.Devices.HasFlag(Devices.Pacemaker)) yield return _full ? "A pacemaker lies over the chest." : "Pacemaker in place.";
        }

        string Size(FindingPlan finding) => finding.Size <= 0 ? "" : _full || chance.Coin(0.5) ? $"{Number(finding.Size, "0.0")} cm "
            : $"{Number(finding.Size * 10, "0")} mm ";

        static string Or(string[] items) => items.Length == 1 ? items[0] : $"{string.Join(", ", items[..^1])} or {items[^1]}";

        static bool StartsWithVowel(string text) => "aeiou8".Contains(text[0]) || text.StartsWith("11", StringComparison.Ordinal)
            || text.StartsWith("18", StringComparison.Ordinal);

        static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

        static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
