using RadZ.Experiments.Sweeps;
using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Cli.Output;

/// <summary>Shows a sweep while it goes: which run of how many, and that run as <c>train</c> shows it.</summary>
sealed class SweepProgress(TrainingProgress runs) : ISweepObserver, IAsyncDisposable
{
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
