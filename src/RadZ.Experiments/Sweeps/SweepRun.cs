using RadZ.Files;
using RadZ.Training.Optimization;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Experiments.Sweeps;

/// <summary>Watches a sweep.</summary>
interface ISweepObserver : ITrainingObserver
{
    /// <summary>A run begins or goes on.</summary>
    /// <param name="place">Which of <paramref name="total"/>, from 1.</param>
    /// <param name="total">Runs of the sweep.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="left">About how long the rest takes; null before a run of this process has ended.</param>
    void Began(int place, int total, string arm, int seed, TimeSpan? left);
}

/// <summary>A run that failed.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Arm">Its arm.</param>
/// <param name="Message">What was wrong.</param>
/// <param name="OurFault">A fault of the program, and not of recipe or data.</param>
sealed record FailedRun(int Seed, string Arm, string Message, bool OurFault)
{
    /// <summary>What was wrong, where recipe or data were.</summary>
    public InvalidInputException? Fault { get; init; }
}

/// <summary>
/// Runs the arms of a sweep, seed by seed, each as an ordinary training run. Stopped or killed, it goes on: what is finished is skipped by
/// its record, the run at hand goes on from its checkpoint. Several processes may share one folder: each takes what no other holds.
/// </summary>
sealed class SweepRun(Sweep sweep, SweepFolder folder, ISweepObserver observer, TimeProvider time, Device device)
{
    static readonly TimeSpan s_wait = TimeSpan.FromSeconds(2);

    /// <summary>Pictures of the runs so far, for those who measure more.</summary>
    public SharedPictures Pictures { get; } = new();

    /// <summary>Runs whatever is not finished.</summary>
    /// <param name="resume">Go on in a folder that holds runs already.</param>
    /// <param name="cancel">Stops after the step at hand.</param>
    /// <returns>The runs that failed; the others are finished.</returns>
    /// <exception cref="InvalidInputException">The folder holds runs and is not to be continued, or a finished run of another
    /// recipe.</exception>
    public async Task<IReadOnlyList<FailedRun>> RunAsync(bool resume, CancellationToken cancel)
    {
        var wanted = sweep.Seeds.SelectMany(seed => OrderedByData().Select(arm => (Seed: seed, Arm: arm))).ToList();
        if (!resume && wanted.FirstOrDefault(w => File.Exists(folder.Run(w.Seed, w.Arm.Name).Recipe)) is { Arm: not null } there)
            throw new InvalidInputException(folder.Run(there.Seed, there.Arm.Name).Path, "occupied",
                "holds a run already; go on with ‹resume›, or take another ‹out›.");
        foreach (var (seed, arm) in wanted)
            if (folder.Finished(seed, arm.Name) is { } done && done.Recipe != SweepFolder.HashOf(sweep, arm, seed))
                throw new InvalidInputException(folder.Run(seed, arm.Name).Path, "other-recipe",
                    "was finished by another recipe than the sweep has now; remove that folder to run it again, or take another ‹out›.");
        folder.RefuseOtherData(sweep);
        // a kill came between
        foreach (var (seed, arm) in wanted.Where(w => !w.Arm.StartsOthers && folder.Finished(w.Seed, w.Arm.Name) is not null))
            File.Delete(folder.Run(seed, arm.Name).Checkpoint);
        var (pending, failed) = (wanted.Where(w => folder.Finished(w.Seed, w.Arm.Name) is null).ToList(), new List<FailedRun>());
        if (wanted.Count > pending.Count) observer.Message($"{wanted.Count - pending.Count} of {wanted.Count} runs are finished already.");
        var (spent, ran) = (TimeSpan.Zero, 0);
        while (pending.Count > 0)
        {
            var moved = false;
            foreach (var (seed, arm) in pending.ToList())
            {
                cancel.ThrowIfCancellationRequested();
                // another process was faster
                if (folder.Finished(seed, arm.Name) is not null)
                {
                    moved |= pending.Remove((seed, arm));
                    continue;
                }
                if (arm.Start is { } start && failed.FirstOrDefault(f => f.Seed == seed && f.Arm == start) is { } below)
                {
                    moved |= pending.Remove((seed, arm));
                    failed.Add(new(seed, arm.Name, $"{start}, which it starts from, failed.", below.OurFault));
                    continue;
                }
                if (arm.Start is { } trunk && folder.Finished(seed, trunk) is null) continue;
                using var held = FolderLock.TryTake(folder.Lock(seed, arm.Name));
                if (held is null || folder.Finished(seed, arm.Name) is not null) continue;
                observer.Began(wanted.IndexOf((seed, arm)) + 1, wanted.Count, arm.Name, seed,
                    ran == 0 ? null : spent / ran * pending.Count);
                var began = time.GetTimestamp();
                if (await TrainAsync(seed, arm, began, cancel).ConfigureAwait(false) is { } failure) failed.Add(failure);
                (spent, ran) = (spent + time.GetElapsedTime(began), ran + 1);
                moved |= pending.Remove((seed, arm));
            }
            if (!moved) await Task.Delay(s_wait, time, cancel).ConfigureAwait(false);                               // others are at it
        }
        return failed;
    }

    /// <summary>Pictures of one data set at a time are kept: arms on the same data run one after the other.</summary>
    IEnumerable<SweepArm> OrderedByData() =>
        sweep.Arms.GroupBy(a => System.Text.Json.JsonSerializer.Serialize(a.Recipe.Data with { Knowledge = null }, StrictJson.Options))
            .SelectMany(g => g);

    async Task<FailedRun?> TrainAsync(int seed, SweepArm arm, long began, CancellationToken cancel)
    {
        var (run, used) = (folder.Run(seed, arm.Name), Environment.CpuUsage.TotalTime);
        try
        {
            var training = new TrainingRun(run, observer, time, device, Pictures, folder.DataOf(sweep, arm));
            var recipe = folder.Recipe(arm, seed);
            if (!File.Exists(run.Recipe)) await training.StartAsync(recipe, cancel).ConfigureAwait(false);
            else
            {
                if (RecipeFile.Write(RecipeFile.Read(run.Recipe)) != RecipeFile.Write(recipe))
                    throw new InvalidInputException(run.Path, "other-recipe",
                        "was begun by another recipe than the sweep has now; remove that folder to run it again, or take another ‹out›.");
                await training.ResumeAsync(cancel).ConfigureAwait(false);
            }
            if (!arm.IsTrunk && folder.Scores(seed, arm.Name, sweep.Measure) is null)
                return Failed(seed, arm,
                    $"left no scores of '{sweep.Measure}': no picture of its sources, or no class with its least positives.",
                    ourFault: false);
            var data = RunData.From(run);
            folder.Finish(seed, arm.Name, new()
            {
                Recipe = SweepFolder.HashOf(sweep, arm, seed),
                At = time.GetUtcNow(),
                Seconds = Math.Round(time.GetElapsedTime(began).TotalSeconds, 1),
                ProcessorSeconds = Math.Round((Environment.CpuUsage.TotalTime - used).TotalSeconds, 1),
                Radz = typeof(SweepRun).Assembly.GetName().Version?.ToString(3) ?? "",
                TrainingHash = data?.Training,
                ValidationHash = data?.Validation,
            });
            // after the record: without both, a killed arm would be trained again
            if (!arm.StartsOthers) File.Delete(run.Checkpoint);
            return null;
        }
        catch (Exception e) when (e is InvalidInputException or TrainingDivergedException)
        {
            return Failed(seed, arm, e.Message, ourFault: false) with { Fault = e as InvalidInputException };
        }
        catch (Exception e) when (e is not OperationCanceledException and not IOException)
        {
            return Failed(seed, arm, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}", ourFault: true);
        }
    }

    FailedRun Failed(int seed, SweepArm arm, string message, bool ourFault)
    {
        folder.Fail(seed, arm.Name, message);
        observer.Message($"seed {seed}, {arm.Name} FAILED: {message}");
        return new(seed, arm.Name, message, ourFault);
    }
}
