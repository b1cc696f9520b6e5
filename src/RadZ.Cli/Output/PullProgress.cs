using RadZ.Hub;
using Spectre.Console;

namespace RadZ.Cli.Output;

/// <summary>
/// Tells how a pull goes: a bar on a terminal, a line every ten seconds elsewhere; on stderr, for stdout holds the folder.
/// </summary>
sealed class PullProgress(TextWriter output, TimeProvider time) : IPullProgress
{
    static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);
    readonly Lock _lock = new();
    readonly long _begin = time.GetTimestamp();
    long _total, _have, _came, _last;
    ProgressTask? _bar;

    /// <summary>Runs a pull with the progress that fits stderr.</summary>
    public static async Task<T> RunAsync<T>(Func<IPullProgress, Task<T>> pull)
    {
        var progress = new PullProgress(Console.Error, TimeProvider.System);
        if (Console.IsErrorRedirected) return await pull(progress).ConfigureAwait(false);
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
            new RemainingTimeColumn())
            .StartAsync(context =>
            {
                progress._bar = context.AddTask("asking the hub", autoStart: false);
                return pull(progress);
            }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Begin(int files, long total, long have)
    {
        lock (_lock)
        {
            (_total, _have, _last) = (total, have, time.GetTimestamp());
            if (_bar is { } bar)
            {
                (bar.Description, bar.MaxValue, bar.Value) = ($"{files} files", Math.Max(1, total), have);
                bar.StartTask();
            }
            else if (files > 0)
                output.WriteLine($"{files} files, {Gigabytes(total)}" +
                    $"{(have > 0 ? $", of which {Gigabytes(have)} are here from an earlier pull" : "")}");
        }
    }

    /// <inheritdoc/>
    public void Received(long bytes)
    {
        lock (_lock)
        {
            _have += bytes;
            _came += Math.Max(0, bytes);
            if (_bar is { } bar) bar.Value = _have;
            else if (time.GetElapsedTime(_last) >= s_between)
            {
                _last = time.GetTimestamp();
                output.WriteLine($"{Gigabytes(_have)} of {Gigabytes(_total)}, " +
                    $"{_came / 1e6 / time.GetElapsedTime(_begin).TotalSeconds:0.0} MB a second");
            }
        }
    }

    /// <inheritdoc/>
    public void Published(HubFile file)
    {
        lock (_lock)
            if (_bar is null) output.WriteLine($"{file.Path}: {file.Size:N0} bytes, hash right");
    }

    /// <inheritdoc/>
    public void Waiting(string reason, TimeSpan pause)
    {
        lock (_lock)
        {
            if (_bar is { } bar) bar.Description = Markup.Escape(reason.Length > 60 ? reason[..60] : reason);
            else output.WriteLine($"{reason}; tried again in {pause.TotalSeconds:0.#} s");
        }
    }

    static string Gigabytes(long bytes) => bytes < 100_000_000 ? $"{bytes / 1e6:0.0} MB" : $"{bytes / 1e9:0.00} GB";
}
