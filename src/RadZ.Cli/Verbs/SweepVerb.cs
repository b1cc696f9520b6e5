using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments.Sweeps;
using RadZ.RunReports.Sweeps;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz sweep</c>: a recipe and its variants over several seeds, in one table.</summary>
static class SweepVerb
{
    public static Command Create()
    {
        var file = SharedOptions.Word("SWEEP", "The sweep (JSON with comments): a recipe, seeds, and what is varied");
        var output = new Option<string>("--out")
        {
            Description = "The sweep's folder: a run for each seed and variant, and the table",
            HelpName = "DIR",
            Required = true,
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on in a folder that holds runs of this sweep: finished ones are skipped",
        };
        var seeds = Choice.Number("--seeds", "Only the first so many of its seeds", least: 1);
        var only = new Option<string?>("--only")
        {
            Description = "Only these groups or variants, and what they start from and are compared with",
            HelpName = "a,b",
        };
        var check = new Option<bool>("--check") { Description = "Read and check all recipes, list them, and train nothing" };
        var verb = new Verb("sweep", "Trains a recipe and its variants over several seeds, and compares them.")
        {
            Examples =
            [
                "radz sweep recipes/ablations.json --out runs/ablations --check",
                "radz sweep recipes/ablations.json --out runs/ablations",
                "radz sweep recipes/ablations.json --out runs/ablations --resume --only tokens,layer",
            ],
            Notes =
            [
                "All recipes are checked before anything is trained. A variant that fails is told, and the others go on; then the exit " +
                "code is not 0.",
                "The same command in a second process takes the runs that no other holds (with --resume). docs/ablations.md says what to " +
                "vary how.",
            ],
        };
        verb.Add(file);
        foreach (var option in (Option[])[output, resume, seeds, only, check]) verb.Add(option);
        verb.SetAction(async (parsed, cancel) =>
        {
            var (path, folder) = (parsed.GetRequiredValue(file), new SweepFolder(parsed.GetRequiredValue(output)));
            var sweep = SweepExperiment.Read(path, parsed.GetValue(seeds),
                parsed.GetValue(only) is { } names ? SharedOptions.Split(names) : null);
            if (parsed.GetValue(check)) return List(sweep);
            SweepExperiment.KeepFile(path, folder);
            var failed = await SweepProgress.WatchAsync(
                observer => SweepExperiment.TrainAsync(sweep, folder, parsed.GetValue(resume), observer, null, cancel),
                $"radz sweep {path} --out {folder.Path} --resume", cancel).ConfigureAwait(false);
            var kept = SweepExperiment.Keep(sweep, folder);
            kept.WritePage();
            kept.Seal();
            Console.Write(SweepTable.Text(kept.Table));
            Console.WriteLine(Notices.ResearchUse);
            return SweepProgress.CodeOf(failed);
        });
        return verb;
    }

    static int List(Sweep sweep)
    {
        Page.ForOutput().Table(["arm", "group", "starts from", "against", "phases"],
            [.. sweep.Arms.Select(a => (Cell[])[a.Name, a.IsTrunk ? "trunk" : a.Group, a.Start ?? "", a.Against ?? "",
                string.Join(", ", a.Recipe.Phases.Select(p =>
                    JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Kind.ToString())))])]);
        Console.WriteLine($"{sweep.Arms.Count} recipes, {sweep.Seeds.Count} seed{(sweep.Seeds.Count == 1 ? "" : "s")}: " +
            $"{sweep.Arms.Count * sweep.Seeds.Count} runs. All recipes are right.");
        return ExitCode.Ok;
    }
}
