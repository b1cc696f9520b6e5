using Spectre.Console;

namespace RadZ.Cli.Output;

/// <summary>A bar on stderr, drawn by Spectre.Console on a thread of its own until it is disposed; then it is gone.</summary>
sealed class LiveBar : IDisposable
{
    readonly TaskCompletionSource _end = new();
    readonly ProgressTask _bar;
    readonly Task _drawn;

    /// <param name="text">What stands before it.</param>
    /// <param name="total">Its end; null: there is no telling.</param>
    public LiveBar(string text, double? total = null)
    {
        var begun = new TaskCompletionSource<ProgressTask>();
        ProgressColumn[] columns = [new TaskDescriptionColumn { Alignment = Justify.Left },
            .. total is null ? (ProgressColumn[])[new SpinnerColumn()]
                : [new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new RemainingTimeColumn()]];
        _drawn = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Progress().AutoClear(true).Columns(columns)
            .StartAsync(async context =>
            {
                begun.SetResult(context.AddTask(Markup.Escape(text), maxValue: Math.Max(1, total ?? 1)));
                await _end.Task.ConfigureAwait(false);
            });
        _bar = begun.Task.Result;
        _bar.IsIndeterminate = total is null;
    }

    /// <summary>Where it is, and what stands before it.</summary>
    public void Show(string text, double done) => (_bar.Description, _bar.Value) = (Markup.Escape(text), done);

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.TrySetResult();
        _drawn.Wait();
    }
}
