using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.RunReports.Sweeps;
using RadZ.Training.Phases;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz sweep</c>: a recipe and its variants over several seeds, in one table.</summary>
static class SweepVerb
{
    public static Command Create()
    {
        var file = Shared.Word("SWEEP", "The sweep (JSON with comments): a recipe, seeds, and what is varied");
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
            var sweep = SweepFile.Read(parsed.GetRequiredValue(file));
            if (parsed.GetValue(seeds) is { } count) sweep = sweep with { Seeds = [.. sweep.Seeds.Take(count)] };
            if (parsed.GetValue(only) is { } groups) sweep = sweep.Only(Shared.Split(groups).ToList());
            if (parsed.GetValue(check)) return List(sweep);
            var folder = new SweepFolder(parsed.GetRequiredValue(output));
            Directory.CreateDirectory(folder.Path);
            Keep(parsed.GetRequiredValue(file), Path.Combine(folder.Path, "sweep.json"));
            var failed = await Train(sweep, folder, parsed.GetValue(resume),
                $"radz sweep {parsed.GetRequiredValue(file)} --out {folder.Path} --resume", null, cancel).ConfigureAwait(false);
            var kept = Keep(sweep, folder);
            kept.WritePage();
            kept.Seal();
            Console.Write(SweepTable.Text(kept.Table));
            Console.WriteLine(Notices.ResearchUse);
            return Explain(failed);
        });
        return verb;
    }

    /// <summary>Leaves the sweep in its folder, from where it can be read as it was; one that lies there already stays as it is.</summary>
    static void Keep(string file, string kept)
    {
        if (Path.GetFullPath(file) != Path.GetFullPath(kept)) AtomicFile.WriteText(kept, SweepFile.Resolved(file));
    }

    /// <summary>Runs a sweep with its progress.</summary>
    /// <param name="sweep">What to run.</param>
    /// <param name="folder">Where.</param>
    /// <param name="resume">Go on.</param>
    /// <param name="goOn">The command that goes on after a stop.</param>
    /// <param name="then">With the pictures, when all has run.</param>
    /// <param name="cancel">Stops.</param>
    internal static async Task<IReadOnlyList<FailedRun>> Train(Sweep sweep, SweepFolder folder, bool resume, string goOn,
        Action<SharedPictures, Action<string>>? then, CancellationToken cancel)
    {
        await using var progress = new SweepProgress(TrainingProgress.OfOutput());
        var run = new SweepRun(sweep, folder, progress, TimeProvider.System, cuda.is_available() ? CUDA : CPU);
        try
        {
            var failed = await run.Run(resume, cancel).ConfigureAwait(false);
            then?.Invoke(run.Pictures, progress.Message);
            return failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await progress.DisposeAsync().ConfigureAwait(false);
            Console.Error.WriteLine($"Go on with: {goOn}");
            throw;
        }
    }

    /// <summary>Writes what was run, and the table of its scores, into the folder.</summary>
    internal static KeptSweep Keep(Sweep sweep, SweepFolder folder)
    {
        SweepRecord.Of(sweep).Write(folder);
        var kept = KeptSweep.Read(folder.Path);
        kept.WriteTable();
        return kept;
    }

    /// <summary>Tells what failed, and the exit code.</summary>
    internal static int Explain(IReadOnlyList<FailedRun> failed)
    {
        foreach (var one in failed) Console.Error.WriteLine($"error: seed {one.Seed}, {one.Arm}: {one.Message}");
        return failed.Count == 0 ? ExitCode.Ok : failed.Any(f => f.OurFault) ? ExitCode.Bug : ExitCode.BadInput;
    }

    static int List(Sweep sweep)
    {
        Page.OfOutput().Table(["arm", "group", "starts from", "against", "phases"],
            [.. sweep.Arms.Select(a => (Cell[])[a.Name, a.IsTrunk ? "trunk" : a.Group, a.Start ?? "", a.Against ?? "",
                string.Join(", ", a.Recipe.Phases.Select(p =>
                    System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Kind.ToString())))])]);
        Console.WriteLine($"{sweep.Arms.Count} recipes, {sweep.Seeds.Count} seed{(sweep.Seeds.Count == 1 ? "" : "s")}: " +
            $"{sweep.Arms.Count * sweep.Seeds.Count} runs. All recipes are right.");
        return ExitCode.Ok;
    }
}
