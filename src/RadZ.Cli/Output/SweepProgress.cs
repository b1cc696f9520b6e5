using RadZ.Cli.Arguments;
using RadZ.Experiments.Sweeps;
using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Cli.Output;

/// <summary>Shows a sweep while it goes: which run of how many, and that run as <c>train</c> shows it.</summary>
sealed class SweepProgress(TrainingProgress runs) : ISweepObserver, IAsyncDisposable
{
    /// <summary>Watches a sweep that is trained, and tells what failed.</summary>
    /// <param name="train">Trains it.</param>
    /// <param name="goOn">The command that goes on after a stop.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<IReadOnlyList<FailedRun>> WatchAsync(Func<ISweepObserver, Task<IReadOnlyList<FailedRun>>> train, string goOn,
        CancellationToken cancel)
    {
        await using var progress = new SweepProgress(TrainingProgress.ForOutput());
        try
        {
            var failed = await train(progress).ConfigureAwait(false);
            foreach (var one in failed)
                Console.Error.WriteLine($"error: seed {one.Seed}, {one.Arm}: " +
                    $"{(one.Fault is { } fault ? OptionNames.Tell(fault) : one.Message)}");
            return failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await progress.DisposeAsync().ConfigureAwait(false);
            Console.Error.WriteLine($"Go on with: {goOn}");
            throw;
        }
    }

    /// <summary>What failed runs mean to scripts.</summary>
    public static int CodeOf(IReadOnlyList<FailedRun> failed) =>
        failed.Count == 0 ? ExitCode.Ok : failed.Any(f => f.OurFault) ? ExitCode.Bug : ExitCode.BadInput;

    /// <inheritdoc/>
    public void Began(int place, int total, string arm, int seed, TimeSpan? left)
    {
        runs.NextRun(place - 1, total);
        runs.Message($"run {place} of {total}: seed {seed}, {arm}" +
            $"{(left is { } time ? $"; about {(int)time.TotalHours}:{time:mm\\:ss} left for all" : "")}");
    }

    /// <inheritdoc/>
    public void Message(string text) => runs.Message(text);

    /// <inheritdoc/>
    public void Prepared(int done, int total) => runs.Prepared(done, total);

    /// <inheritdoc/>
    public void Stepped(StepReport report) => runs.Stepped(report);

    /// <inheritdoc/>
    public void Validated(string phase, double epoch, IReadOnlyList<ValidationFigure> figures) => runs.Validated(phase, epoch, figures);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => runs.DisposeAsync();
}
