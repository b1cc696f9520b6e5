using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments.Reproduction;
using RadZ.RunReports.Claims;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz reproduce</c>: the paper's claims in miniature, with a verdict on each.</summary>
static class ReproduceVerb
{
    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "Where runs, tables and report go", HelpName = "RUN", Required = true };
        var quick = new Option<bool>("--quick")
        {
            Description = "The claims' arms alone, one seed, fewer pictures: minutes; shows that it runs, and proves nothing",
        };
        var data = new Option<string?>("--data")
        {
            Description = "A folder with kermany/, nih/, nih14/, covid/ (docs/data.md): the same on real films, too",
            HelpName = "DIR",
        };
        var seeds = Choice.Number("--seeds", "Only so many seeds (default: 3); with fewer than three no claim is decided", least: 1);
        var claims = new Option<bool>("--claims-only") { Description = "Leave the ablations out" };
        var own = new Option<string?>("--sweep")
        {
            Description = "Another sweep in the place of the one on synthetic pictures; it needs the claims' arms (docs/reproduce.md)",
            HelpName = "FILE",
        };
        var resume = new Option<bool>("--resume") { Description = "Go on in RUN: finished runs are skipped" };
        var verb = new Verb("reproduce",
            "Puts the paper's claims to the test in miniature: trains the method and its rivals over several seeds, and says what holds.")
        {
            Examples = ["radz reproduce --quick --out quick", "radz reproduce --out runs/reproduced",
                "radz reproduce --data ../shared/data --out runs/reproduced --resume"],
            Notes =
            [
                "Needs nothing: pictures are drawn (radz phantom), of one hospital to train on and of another to be judged on.",
                "Writes report.html (one page, opens offline), claims.json, claims.csv, record.json, and a sweep's folder with a run for",
                "each arm and seed. All numbers are made from the scores that lie there. docs/reproduce.md says what is compared, and " +
                "how a",
                "verdict comes about. Synthetic pictures are no patients: a verdict is about the method's parts, in miniature.",
            ],
        };
        foreach (var option in (Option[])[output, quick, data, seeds, claims, own, resume]) verb.Add(option);
        verb.SetAction(async (parsed, cancel) =>
        {
            var (to, goOn) = (parsed.GetRequiredValue(output), parsed.GetValue(resume));
            var command = $"radz reproduce{(parsed.GetValue(quick) ? " --quick" : "")}{Given(parsed, data)}{Given(parsed, seeds)}" +
                $"{(parsed.GetValue(claims) ? " --claims-only" : "")}{Given(parsed, own)} --out {to}";
            var (kept, failed) = await new ReproductionRun(new()
            {
                Out = to,
                Quick = parsed.GetValue(quick),
                Data = parsed.GetValue(data),
                Seeds = parsed.GetValue(seeds),
                Resume = goOn,
                ClaimsOnly = parsed.GetValue(claims),
                Sweep = parsed.GetValue(own),
                Command = command + (goOn ? " --resume" : ""),
            }).RunAsync(train => SweepProgress.WatchAsync(train, $"{command} --resume", cancel), cancel).ConfigureAwait(false);
            Console.Write(ReproductionReport.Text(kept.Found));
            Console.WriteLine($"The report is in {Path.Combine(to, "report.html")}.");
            return SweepProgress.CodeOf(failed);
        });
        return verb;
    }

    static string Given<T>(ParseResult parsed, Option<T> option) => parsed.GetValue(option) is { } value ? $" {option.Name} {value}" : "";
}
