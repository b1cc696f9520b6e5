using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Training.Optimization;
using RadZ.Training.Runs;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz train</c>: runs a recipe, or goes on with a run.</summary>
static class TrainVerb
{
    public static Command Create()
    {
        var recipe = new Argument<string?>("RECIPE")
        {
            Description = "The recipe (JSON with comments); not needed with --resume",
            Arity = ArgumentArity.ZeroOrOne,
        };
        recipe.Validators.Add(SharedOptions.RefuseOptions);
        var output = new Option<string>("--out")
        {
            Description = "The run's folder: recipe, logs, checkpoint, and at the end model/",
            HelpName = "DIR",
            Required = true,
        };
        var seed = Choice.Number("--seed", "In place of the recipe's seed", least: 0);
        var data = new Option<string?>("--data") { Description = "In place of the recipe's data root", HelpName = "ROOT" };
        var window = View.WindowText();
        var resume = new Option<bool>("--resume") { Description = "Go on with the run in --out, with the recipe that lies there" };
        var verb = new Verb("train", "Trains a model by a recipe.")
        {
            Examples =
            [
                "radz inspect recipes/radz-small.json",
                "radz train recipes/radz-small.json --out runs/first",
                "radz train recipes/radz-small.json --out runs/second --seed 2 --data ~/xrays",
                "radz train --out runs/first --resume",
            ],
            Notes =
            [
                "Ctrl-C stops after the step at hand and writes a checkpoint (exit code 130); --resume then goes on",
                "with the same numbers as if the run had never been stopped. A second Ctrl-C ends at once.",
                "Watch it: tensorboard --logdir DIR/tensorboard, or DIR/steps-*.csv and DIR/validation.csv.",
            ],
        };
        verb.Add(recipe);
        foreach (var option in (Option[])[output, seed, data, window, resume]) verb.Add(option);
        verb.Validators.Add(r =>
        {
            var resumed = r.GetResult(resume) is not null;
            if (!resumed && r.GetResult(recipe) is not { Tokens.Count: > 0 }) r.AddError("train needs RECIPE (or --resume)");
            if (resumed && ((Option[])[seed, data, window]).Any(o => r.GetResult(o) is not null))
                r.AddError("--resume takes seed, data and window from the run's own recipe; leave --seed, --data and --window out");
        });
        verb.SetAction(async (parsed, cancel) =>
        {
            var request = new TrainingRequest
            {
                Recipe = parsed.GetValue(recipe),
                Out = parsed.GetRequiredValue(output),
                Seed = parsed.GetValue(seed),
                Data = parsed.GetValue(data),
                Window = parsed.GetValue(window),
                Resume = parsed.GetValue(resume),
            };
            var run = request.Open();
            await using var progress = TrainingProgress.ForOutput();
            try
            {
                await run.RunAsync(progress, TimeProvider.System, cancel).ConfigureAwait(false);
                return ExitCode.Ok;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                await progress.DisposeAsync().ConfigureAwait(false);
                Console.Error.WriteLine(run.HasBegun ? $"Go on with: radz train --out {request.Out} --resume" : "Nothing was trained yet.");
                throw;
            }
            catch (TrainingDivergedException e)
            {
                await progress.DisposeAsync().ConfigureAwait(false);
                Console.Error.WriteLine($"error: {e.Message}");
                return ExitCode.BadInput;
            }
        });
        return verb;
    }
}
