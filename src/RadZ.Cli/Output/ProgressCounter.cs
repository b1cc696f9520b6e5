using System.Diagnostics;
using RadZ.Experiments.Running;

namespace RadZ.Cli.Output;

/// <summary>
/// Says on stderr how far a long work is: on a terminal a bar, elsewhere a line every ten seconds; nothing where the work is short.
/// </summary>
sealed class ProgressCounter(string what, int total, bool always = false) : IStageCounter
{
    static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10), s_betweenChanges = TimeSpan.FromMilliseconds(200);
    readonly bool _shown = total > 32 || always, _terminal = !Console.IsErrorRedirected;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _last;
    int _done, _skipped;
    LiveBar? _bar;

    /// <summary>So many were done by an earlier run.</summary>
    public void Skip(int count) => _skipped += count;

    /// <summary>One more is done; any thread may say so.</summary>
    public void Step()
    {
        lock (_watch) Count();
    }

    void Count()
    {
        _done++;
        if (!_shown || _watch.Elapsed - _last < (_terminal ? s_betweenChanges : s_betweenLines)) return;
        _last = _watch.Elapsed;
        var rate = _done / _last.TotalSeconds;
        var text = $"{what} {_done + _skipped:N0} of {total:N0}, {rate:0.#}/s";
        if (_terminal) (_bar ??= new(text, total)).Show(text, _done + _skipped);
        else Console.Error.Write($"{text}, {TimeSpan.FromSeconds((total - _done - _skipped) / rate):h\\:mm\\:ss} left\n");
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose() => _bar?.Dispose();
}
