using RadZ.Training.Runs;
using Spectre.Console;

namespace RadZ.Cli.Output;

/// <summary>A bar for each phase, drawn by Spectre.Console on a thread of its own; messages scroll by above it.</summary>
sealed class TerminalProgress : TrainingProgress
{
    readonly IAnsiConsole _console;
    readonly TaskCompletionSource _end = new();
    readonly TaskCompletionSource<ProgressContext> _begun = new();
    readonly Task _drawn;
    readonly Dictionary<string, ProgressTask> _bars = [];
    readonly Lock _lock = new();

    public TerminalProgress(IAnsiConsole console)
    {
        _console = console;
        _drawn = console.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn())
            .StartAsync(async context =>
            {
                _begun.SetResult(context);
                await _end.Task.ConfigureAwait(false);
            });
    }

    /// <inheritdoc/>
    public override void Message(string text) => _console.WriteLine(text);

    /// <inheritdoc/>
    public override void NextRun(int done, int total)
    {
        lock (_lock)
        {
            foreach (var bar in _bars.Values)
            {
                bar.HideWhenCompleted = true;
                bar.Value = bar.MaxValue;
                bar.StopTask();
            }
            _bars.Clear();
        }
        Show("runs", done, total, $"run {done + 1} of {total}");
    }

    /// <inheritdoc/>
    public override void Prepared(int done, int total) => Show("pictures", done, total, $"pictures {done:N0} of {total:N0}");

    /// <inheritdoc/>
    public override void Stepped(StepReport report) =>
        Show(report.Phase, report.Step, report.Steps, $"{report.Phase}: {Speed(report)}, {Terms(report)}");

    void Show(string name, int done, int total, string text)
    {
        lock (_lock)
        {
            if (!_bars.TryGetValue(name, out var bar)) _bars[name] = bar = _begun.Task.Result.AddTask(Markup.Escape(text), maxValue: total);
            if (done < bar.Value) return;                                          // pictures are counted on several threads
            (bar.Description, bar.Value) = (Markup.Escape(text), done);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _drawn.ConfigureAwait(false);
    }
}
