using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RadZ.Cli.Arguments;
using RadZ.Experiments.Reproduction;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.RunReports.Claims;
using RadZ.Training.Runs;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz reproduce</c>: the paper's claims in miniature, with a verdict on each.</summary>
static class ReproduceVerb
{
    sealed record Request(string Out, bool Quick, string? Data, int? Seeds, bool Resume, bool ClaimsOnly, string? Sweep);

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
        verb.SetAction((parsed, cancel) => Run(new(parsed.GetRequiredValue(output), parsed.GetValue(quick), parsed.GetValue(data),
            parsed.GetValue(seeds), parsed.GetValue(resume), parsed.GetValue(claims), parsed.GetValue(own)), cancel));
        return verb;
    }

    static async Task<int> Run(Request request, CancellationToken cancel)
    {
        var (began, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.StartNew());
        List<(string Name, string Title, string Warning, Sweep Sweep)> sweeps = [request.Sweep is { } file
            ? ("sweep", $"Sweep {file}", "A sweep of your own: whether its pictures are of patients, only you know.",
                Shaped(SweepFile.Read(file), request))
            : ("phantoms", "Synthetic pictures",
                "SYNTHETIC PICTURES, not patients: drawn radiographs of one hospital to train on, of another to be judged on.",
                Shaped(Shipped(ShippedSweep.Phantoms, "phantoms", request), request))];
        if (request.Data is { } root)
            sweeps.Add(("films", "Real films", "Real films: few patients, labels that were read from reports by a program.",
                Shaped(ShippedSweep.WithRoot(Shipped(ShippedSweep.Films, "films", request), root), request)));
        var code = ExitCode.Ok;
        foreach (var (name, _, _, sweep) in sweeps)
        {
            var folder = new SweepFolder(Path.Combine(request.Out, name));
            var failed = await SweepVerb.Train(sweep, folder, request.Resume, GoOn(request), (shelf, message) =>
                PaperClaims.Measure(sweep, folder, shelf, cuda.is_available() ? CUDA : CPU, message, cancel), cancel).ConfigureAwait(false);
            var own = SweepVerb.Explain(failed);
            if (code != ExitCode.Bug && own != ExitCode.Ok) code = own;
            SweepVerb.Keep(sweep, folder);
        }
        KeptReproduction.WriteRecord(request.Out, request.Quick,
        [
            ("begun", began.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("program", $"radz {typeof(TrainingRun).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}, TorchSharp " +
                $"{typeof(torch).Assembly.GetName().Version?.ToString(3)}"),
            ("command", GoOn(request).Replace(" --resume", request.Resume ? " --resume" : "", StringComparison.Ordinal)),
            ("machine", $"{Environment.ProcessorCount} processors, {get_num_threads()} threads"),
            ("training", string.Create(CultureInfo.InvariantCulture,
                $"{sweeps.Sum(s => Spent(s.Sweep, new(Path.Combine(request.Out, s.Name)))) / 60:0.0} minutes of processor time over all " +
                $"runs; this command took {started.Elapsed.TotalMinutes:0.0}")),
        ], [.. sweeps.Select(s => (s.Name, s.Title, s.Warning))]);
        var kept = KeptReproduction.Read(request.Out);
        kept.Write();
        Console.Write(ReproductionReport.Text(kept.Found));
        Console.WriteLine($"The report is in {Path.Combine(request.Out, "report.html")}.");
        return code;
    }

    static Sweep Shipped(string name, string folder, Request request) =>
        SweepFile.Read(ShippedSweep.Write(name, Path.Combine(request.Out, folder)));

    /// <summary>As much of a sweep as was asked for.</summary>
    static Sweep Shaped(Sweep sweep, Request request)
    {
        if (PaperClaims.Arms.FirstOrDefault(a => sweep.Arms.All(s => s.Name != a)) is { } missing)
            throw new InvalidInputException(request.Sweep ?? sweep.Name, "no-arm",
                $"has no variant '{missing}', which the claims need; they are {string.Join(", ", PaperClaims.Arms)}.");
        if (request.ClaimsOnly) sweep = sweep.Only(PaperClaims.Arms);
        if (request.Seeds is { } seeds)
            sweep = sweep with
            {
                Seeds = [.. Enumerable.Range(0, seeds)
                    .Select(i => i < sweep.Seeds.Count ? sweep.Seeds[i] : sweep.Seeds.Max() + 1 + i - sweep.Seeds.Count)],
            };
        return request.Quick ? ShippedSweep.Quick(sweep) : sweep;
    }

    static string GoOn(Request r) =>
        $"radz reproduce{(r.Quick ? " --quick" : "")}{(r.Data is { } d ? $" --data {d}" : "")}{(r.Seeds is { } s ? $" --seeds {s}" : "")}" +
        $"{(r.ClaimsOnly ? " --claims-only" : "")}{(r.Sweep is { } f ? $" --sweep {f}" : "")} --out {r.Out} --resume";

    static double Spent(Sweep sweep, SweepFolder folder) =>
        sweep.Seeds.SelectMany(s => sweep.Arms.Select(a => folder.Finished(s, a.Name)?.ProcessorSeconds ?? 0)).Sum();
}
