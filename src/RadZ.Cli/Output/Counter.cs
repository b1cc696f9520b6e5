using System.Diagnostics;

namespace RadZ.Cli.Output;

/// <summary>
/// Says on stderr how far a long work is: on a terminal a line that changes, elsewhere a line every ten seconds; nothing where the work is
/// short.
/// </summary>
sealed class Counter(string what, int total, bool always = false) : IDisposable
{
    static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10), s_betweenChanges = TimeSpan.FromMilliseconds(200);
    readonly bool _shown = total > 32 || always, _terminal = !Console.IsErrorRedirected;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _last;
    int _done, _skipped;

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
        var text = $"{what} {_done + _skipped:N0} of {total:N0}, {rate:0.#}/s, " +
            $"{TimeSpan.FromSeconds((total - _done - _skipped) / rate):h\\:mm\\:ss} left";
        Console.Error.Write(_terminal ? $"\r{text}\u001b[K" : text + "\n");
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_shown && _terminal) Console.Error.Write("\r\u001b[K");
    }
}
